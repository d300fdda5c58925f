"""Saving a homework draft: works, who may, refuses, edge, idempotent."""

from datetime import timedelta

import pytest

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.models import Submission, SubmissionState
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.programmes.permissions import WindowClosed


def save(place, text="第三分钟", *, by=None, at=make.AT, step=None):
    return actions.save_homework(enrolment=place.enrolment, step=step or place.homework, text=text, by=by or place.learner, at=at)


def test_the_text_is_kept_with_its_moment(place):
    save(place, "第三分钟")

    later = make.AT + timedelta(minutes=1)
    held = save(place, "第三分钟，教师问为什么", at=later)

    held.refresh_from_db()
    assert (held.text, held.saved_at, held.state) == ("第三分钟，教师问为什么", later, SubmissionState.DRAFT)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("who", ["system", "colleague", "tutor"])
def test_only_the_participant_writes(place, who):
    colleague = make.learner(make.participant(place.programme, place.school))
    by = {"system": SYSTEM, "colleague": colleague, "tutor": place.tutor}[who]

    with pytest.raises(NotPermitted):
        save(place, by=by)

    assert not Submission.objects.exists()


def test_before_and_after_the_window_it_is_refused(place):
    for moment in (make.AT - timedelta(days=60), make.ENDS_AT):
        with pytest.raises(WindowClosed):
            save(place, at=moment)

    assert not Submission.objects.exists()


def test_who_left_is_refused(place):
    programmes.left(place.enrolment)

    with pytest.raises(Conflict, match="报删"):
        save(place)


def test_what_waits_or_is_accepted_stays_as_it_is(place):
    waiting = make.submission(place.enrolment, place.homework)
    with pytest.raises(actions.HomeworkState, match="待批阅"):
        save(place, "改一改")

    make.mark(waiting)
    with pytest.raises(actions.HomeworkState, match="已合格"):
        save(place, "改一改")

    waiting.refresh_from_db()
    assert waiting.text == "第三分钟教师问为什么，学生等了七秒。"


def test_another_kind_of_step_is_refused(place):
    with pytest.raises(Invalid, match="不是作业"):
        save(place, step=place.test)


def test_a_text_beyond_all_bounds_is_refused_and_the_old_one_stays(place):
    save(place, "留着")

    with pytest.raises(Invalid, match="30001 个字符"):
        save(place, "字" * 30_001)

    assert Submission.objects.get().text == "留着"


def test_control_characters_and_invisible_ones_do_not_reach_the_table(place):
    assert save(place, "第\x00三\u200b分钟\r\n").text == "第三分钟"


def test_saving_the_same_twice_changes_nothing(place):
    first = save(place)

    assert save(place).pk == first.pk
