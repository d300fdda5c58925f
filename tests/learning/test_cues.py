"""Questions inside films: shown at their position, checked by the server, holding what follows (CH-07); 还在看吗."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.catalogue import content
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.learning import actions, finishing, statements, tickets
from yanxiu.learning.actions.asking import NotThereYet
from yanxiu.learning.actions.studying import TooEarly
from yanxiu.learning.gateway import beats
from yanxiu.learning.models import CourseDone, CueAnswer, How, PresenceCheck, Progress, StepDone
from yanxiu.records.models import Record

LATER = make.AT + timedelta(seconds=30)


def cue(second, *, required=True):
    question = content.Question(
        kind="single", stem="教师追问以后等了几秒？", options=("一秒", "八秒"), answers=(1,), explanation="从 00:10 数到 00:18。"
    )
    return content.Cue(second=second, question=question, required=required)


@pytest.fixture
def film(place):
    """A film of 100 s with questions at 20 s and 98 s, alone in its course."""
    step = make.chosen(place.enrolment, seconds=100)
    step.content = content.write(content.CueSheet(cues=(cue(20), cue(98))))
    step.save()
    return step


def seen(place, step, seconds):
    """The first `seconds` were seen."""
    Progress.objects.filter(item_id=step.pk).delete()
    make.progress(place.enrolment, step, watched="1" * seconds + "0" * (100 - seconds))


def ask(place, step, number=1, *, at=make.AT, by=None):
    return actions.ask_cue(enrolment=place.enrolment, step=step, number=number, by=by or place.learner, at=at)


def answer(place, step, chosen, number=1, *, at=LATER, by=None):
    return actions.answer_cue(enrolment=place.enrolment, step=step, number=number, chosen=chosen, by=by or place.learner, at=at)


def test_ch07_a_question_is_shown_only_at_its_position(place, film):
    make.opened(place.enrolment, film)

    with pytest.raises(NotThereYet, match="00:20 处，前面还有 18 秒没有看"):
        ask(place, film)
    assert not CueAnswer.objects.exists()
    seen(place, film, 20)
    shown = ask(place, film)

    assert shown.question.stem == "教师追问以后等了几秒？"
    assert not hasattr(shown.question, "answers")
    assert shown.wait_seconds == 2


def test_ch07_seeing_the_end_does_not_show_the_first_question(place, film):
    """The stretch before the question counts, not so many seconds anywhere."""
    make.progress(place.enrolment, film, watched="0" * 60 + "1" * 40)

    with pytest.raises(NotThereYet):
        ask(place, film)


def test_ch07_an_answer_before_anybody_could_read_is_not_taken(place, film):
    seen(place, film, 20)
    with pytest.raises(NotThereYet, match="还没有出来"):
        answer(place, film, (1,))
    ask(place, film)

    with pytest.raises(TooEarly, match="2 秒后再答"):
        answer(place, film, (1,), at=make.AT)
    assert CueAnswer.objects.get().tries == 0


def test_trying_again_is_free_and_a_right_answer_goes_on(place, film):
    opened = make.opened(place.enrolment, film)
    assert opened.until == 20
    seen(place, film, 20)
    ask(place, film)

    wrong = answer(place, film, (0,))
    right = answer(place, film, (1,))

    assert (wrong.is_right, wrong.why, wrong.ticket) == (False, "", "")
    assert (right.is_right, right.until) == (True, 98)
    assert right.why == "从 00:10 数到 00:18。"
    assert CueAnswer.objects.get().tries == 2
    said = Record.objects.get(verb="answered", object_type="film_question")
    assert said.data["tries"] == 2
    renewed = tickets.read(right.ticket, at=make.AT.timestamp())
    first = tickets.read(opened.ticket, at=make.AT.timestamp())
    assert (renewed.number, renewed.nonce, renewed.until) == (first.number, first.nonce, 98)


def test_seeing_again_asks_nothing_again(place, film):
    seen(place, film, 20)
    ask(place, film)
    answer(place, film, (1,))

    assert ask(place, film).is_passed
    answer(place, film, (1,))
    assert Record.objects.filter(object_type="film_question").count() == 1


def test_what_follows_an_open_question_counts_nothing(place, film):
    opened = make.opened(place.enrolment, film)
    ticket = tickets.read(opened.ticket, at=make.AT.timestamp())

    beat = beats.fold(beats.parse(f'{{"ticket":"{opened.ticket}","ranges":[[10,60]]}}'.encode()), ticket, b"session")

    assert beat.mask.bit_count() == 10


def test_a_film_is_not_done_while_its_last_question_waits(place, film):
    """The question at 98 s lies behind the share that must be seen."""
    seen(place, film, 100)
    CueAnswer.objects.create(
        enrolment=place.enrolment, step=film, number=1, asked_at=make.AT, tries=1, passed_at=make.AT + timedelta(seconds=5)
    )
    done = [finishing.Done(enrolment_id=place.enrolment.pk, step_id=film.pk, how=How.WATCHED)]
    with connection.cursor() as cursor:
        columns = {"enrolments": [place.enrolment.pk], "steps": [film.pk], "hows": [done[0].how], "at": make.AT}
        cursor.execute(statements.FINISH_STEPS, columns)
        assert not cursor.fetchall()

    ask(place, film, 2)
    reply = answer(place, film, (1,), 2)

    assert reply.is_done
    assert reply.until == 0
    assert StepDone.objects.get().how == How.WATCHED
    assert CourseDone.objects.count() == 1


def test_a_free_question_holds_nothing(place, film):
    film.content = content.write(content.CueSheet(cues=(cue(20, required=False),)))
    film.save()

    assert make.opened(place.enrolment, film).until == 0


def test_only_the_participant_is_asked_and_only_questions_that_exist(place, film):
    seen(place, film, 100)
    stranger = programmes.learner(programmes.teacher(place.school))

    for by in (stranger, place.office):
        with pytest.raises(NotPermitted):
            ask(place, film, by=by)
        with pytest.raises(NotPermitted):
            answer(place, film, (1,), by=by)
    for number in (0, 3):
        with pytest.raises(NotFound):
            ask(place, film, number)
    with pytest.raises(Invalid, match="阅读环节"):
        ask(place, make.text(film.course))


def test_presence_is_kept_as_a_fact_and_takes_nothing(place, film):
    make.opened(place.enrolment, film)
    seen(place, film, 30)

    for is_answered in (True, False):
        actions.note_presence(
            enrolment=place.enrolment, item=film, second=30, waited=60, is_answered=is_answered, by=place.learner, at=make.AT
        )  # fmt: skip

    assert sorted(PresenceCheck.objects.values_list("is_answered", flat=True)) == [False, True]
    assert Progress.objects.get(item_id=film.pk).seconds == 30


def test_presence_at_a_film_that_is_not_open_is_refused(place, film):
    with pytest.raises(Conflict, match="没有在这里打开"):
        actions.note_presence(enrolment=place.enrolment, item=film, second=3, waited=60, is_answered=True, by=place.learner, at=make.AT)
