"""Handing homework in: works, who may, refuses, edge, idempotent."""

from datetime import timedelta

import pytest

from tests.assessment import factories as make
from yanxiu.assessment import actions
from yanxiu.assessment.models import Submission, SubmissionState
from yanxiu.kit.errors import Invalid, NotPermitted
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.models import Record

TEXT = "第三分钟教师问为什么，学生等了七秒。"


def submit(place, text=TEXT, *, by=None, at=make.AT, step=None):
    return actions.submit_homework(enrolment=place.enrolment, step=step or place.homework, text=text, by=by or place.learner, at=at)


def submitted():
    return list(Record.objects.filter(verb="submitted", object_type="homework"))


def test_it_waits_for_its_mark_and_is_recorded(place):
    held = submit(place)

    held.refresh_from_db()
    assert (held.state, held.text, held.submitted_at) == (SubmissionState.SUBMITTED, TEXT, make.AT)
    (record,) = submitted()
    assert (record.object_id, record.person_id, record.data["characters"]) == (str(place.homework.pk), place.enrolment.person_id, 16)


def test_nobody_hands_in_for_another(place):
    with pytest.raises(NotPermitted):
        submit(place, by=place.tutor)

    assert not Submission.objects.exists()


def test_too_short_says_how_many_are_lacking_and_keeps_the_draft(place):
    step = make.homework_step(place.homework.course, min_characters=150)
    actions.save_homework(enrolment=place.enrolment, step=step, text="草稿", by=place.learner, at=make.AT)

    with pytest.raises(actions.TooShort, match="还差 132 字") as refusal:
        submit(place, "字，" * 18 + " \n", step=step)

    assert (refusal.value.status, refusal.value.field) == (422, "text")
    assert (Submission.objects.get().text, Submission.objects.get().state) == ("草稿", SubmissionState.DRAFT)
    assert submitted() == []


@pytest.mark.parametrize(("count", "enough"), [(149, False), (150, True)])
def test_the_least_length_is_counted_to_the_character(place, count, enough):
    step = make.homework_step(place.homework.course, min_characters=150)

    if enough:
        assert submit(place, "字" * count, step=step).state == SubmissionState.SUBMITTED
    else:
        with pytest.raises(actions.TooShort, match="还差 1 字"):
            submit(place, "字" * count, step=step)


def test_an_empty_homework_needs_at_least_a_file(place):
    step = make.homework_step(place.homework.course, min_characters=0)

    with pytest.raises(Invalid, match="还空着"):
        submit(place, " ，。", step=step)

    make.attachment(place.enrolment, step)
    assert submit(place, "", step=step).state == SubmissionState.SUBMITTED


def test_after_the_window_it_is_refused(place):
    actions.save_homework(enrolment=place.enrolment, step=place.homework, text=TEXT, by=place.learner, at=make.AT)

    with pytest.raises(WindowClosed, match="已截止"):
        submit(place, at=make.ENDS_AT)

    assert Submission.objects.get().state == SubmissionState.DRAFT


def test_a_returned_one_may_come_again_even_after_the_window(place):
    held = submit(place)
    actions.return_homework(submission=held, reason="请补一个片段", by=place.tutor, at=make.AT)

    again = submit(place, TEXT * 2, at=make.ENDS_AT + timedelta(days=1))

    assert (again.state, again.text) == (SubmissionState.SUBMITTED, TEXT * 2)
    assert len(submitted()) == 2


def test_handing_in_twice_is_refused_with_its_state_and_recorded_once(place):
    submit(place)

    with pytest.raises(actions.HomeworkState, match="待批阅"):
        submit(place, TEXT * 2)

    assert Submission.objects.get().text == TEXT
    assert len(submitted()) == 1
