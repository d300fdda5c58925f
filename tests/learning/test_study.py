"""Opening, reading, answering, taking up results; a course counts whole or not at all (W-21, C-12, C-13)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.catalogue.events import StudyEvent as Result
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning import actions, reactions
from yanxiu.learning.models import CaseDraw, CourseDone, How, Lease, StepDone
from yanxiu.learning.tickets import BadTicket, read
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.actions import record
from yanxiu.records.models import Record, Tally


@pytest.fixture
def course(place):
    owned = make.course(place.county, title="观课")
    make.selection(place.enrolment, make.offering(place.programme, owned, hours=3))
    return owned


def result(place, event, object_id, *, person_id=None) -> Record:
    """What assessment writes."""
    with transaction.atomic():
        number = record(
            event,
            object_id=object_id,
            person_id=person_id or place.enrolment.person_id,
            programme_id=place.programme.pk,
            by=SYSTEM,
            at=make.AT,
        )
    return Record.objects.get(pk=number)


def answer(place, step, chosen):
    return actions.answer_questions(enrolment=place.enrolment, step=step, chosen=chosen, by=place.learner, at=make.AT)


def read_text(place, step):
    return actions.mark_read(enrolment=place.enrolment, step=step, by=place.learner, at=make.AT)


def test_opening_gives_a_ticket_that_says_who_and_what(place, course):
    step = make.video(course, seconds=90)

    opened = make.opened(place.enrolment, step)

    ticket = read(opened.ticket, at=datetime.now(UTC).timestamp())
    assert (ticket.person, ticket.enrolment, ticket.item, ticket.seconds, ticket.rate) == (
        place.enrolment.person_id,
        place.enrolment.pk,
        step.pk,
        90,
        150,
    )
    assert Record.objects.get(verb="opened", object_type="course").person_id == place.enrolment.person_id


def test_opening_again_is_recorded_once_and_resumes(place, course):
    step = make.video(course)
    make.opened(place.enrolment, step)
    make.opened(place.enrolment, step)

    assert Record.objects.filter(verb="opened").count() == 1
    assert [one.ended_at is None for one in Lease.objects.order_by("number")] == [False, True]


def test_only_the_participant_opens(place, course):
    step = make.video(course)

    for stranger in (place.office, programmes.learner(programmes.teacher(place.school))):
        with pytest.raises(NotPermitted):
            actions.open_step(enrolment=place.enrolment, step=step, by=stranger, at=make.AT)


def test_a_course_not_chosen_gives_no_ticket(place):
    step = make.video(make.course(place.county))

    with pytest.raises(actions.studying.NotChosen, match="不在您的课程里"):
        make.opened(place.enrolment, step)


def test_000b_no_ticket_before_and_after_the_window(place):
    running = make.programme(place.county, source=programmes.SCHOOL_PLAN, parameters=programmes.MASKED)
    enrolment = make.enrolment(running, place.enrolment.person)
    owned = make.course(place.county)
    step = make.video(owned)
    make.selection(enrolment, make.offering(running, owned))

    def opening(at):
        return actions.open_step(enrolment=enrolment, step=step, by=place.learner, at=at)

    with pytest.raises(WindowClosed, match="10 月 26 日 00:00 开始"):
        opening(datetime(2026, 10, 25, 15, 59, 59, tzinfo=UTC))
    ticket = opening(datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)).ticket
    with pytest.raises(WindowClosed, match="11 月 30 日 24:00 已截止"):
        opening(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    with pytest.raises(BadTicket, match="11 月 30 日 24:00 截止"):
        read(ticket, at=datetime(2026, 11, 30, 16, 0, tzinfo=UTC).timestamp())


def test_a_text_counts_after_the_time_it_takes(place, course):
    step = make.text(course, body="<p>" + "观" * 500 + "</p>")
    make.opened(place.enrolment, step)
    with pytest.raises(actions.studying.TooEarly, match="再读 50 秒"):
        read_text(place, step)
    assert not StepDone.objects.exists()

    make.ago(place.enrolment, 51)

    assert read_text(place, step)
    assert not read_text(place, step)
    assert StepDone.objects.get().how == How.READ


def test_texts_open_beside_each_other_do_not_run_together(place, course):
    """20 s passed: the first text held the lease for all but an instant of it."""
    first, second = make.text(course), make.text(course)
    make.opened(place.enrolment, first)
    make.ago(place.enrolment, 25)
    make.opened(place.enrolment, second)

    assert read_text(place, first)
    with pytest.raises(actions.studying.TooEarly):
        read_text(place, second)


def test_questions_are_checked_here_and_may_be_tried_again(place, course):
    step = make.questions(course)
    make.text(course)

    wrong = answer(place, step, {1: (1,), 2: (0,)})
    nothing = answer(place, step, {})
    right = answer(place, step, {1: (1,), 2: (0, 2)})

    assert (wrong.right, wrong.is_done) == (frozenset({1}), False)
    assert nothing.right == frozenset()
    assert right.is_done
    assert StepDone.objects.get().how == How.ANSWERED
    assert not CourseDone.objects.exists()


def test_a_step_is_completed_only_in_its_own_way(place, course):
    test, questions = make.quiz(course), make.questions(course)

    with pytest.raises(Invalid, match="测试环节"):
        read_text(place, test)
    with pytest.raises(Invalid, match="回馈题环节"):
        read_text(place, questions)
    with pytest.raises(Invalid):
        answer(place, test, {})
    assert not StepDone.objects.exists()


def test_golden_2_all_but_one_question_is_nothing_then_everything(place, course):
    """C-12: an elective of 3 h with all steps but one is 0; with the last it is 3, once."""
    film, questions, test, homework = make.video(course), make.questions(course), make.quiz(course), make.homework(course)
    make.step_done(place.enrolment, film)
    reactions.take_up(result(place, Result.TEST_PASSED, test.pk))
    reactions.take_up(result(place, Result.HOMEWORK_ACCEPTED, homework.pk))
    assert not CourseDone.objects.exists()
    assert not Tally.objects.filter(metric="hours.earned").exists()

    answer(place, questions, {1: (1,), 2: (0, 2)})
    answer(place, questions, {1: (1,), 2: (0, 2)})

    done = CourseDone.objects.get()
    proof = Record.objects.get(pk=done.record_id)
    assert (proof.verb, proof.object_type, proof.kind, proof.measure) == ("completed", "course", "law", 3)
    assert Tally.objects.get(metric="hours.earned").amount == 3


def test_results_are_taken_up_once(place, course):
    test = make.quiz(course)
    passed = result(place, Result.TEST_PASSED, test.pk)

    assert actions.take_up(result=passed, by=SYSTEM, at=make.AT)
    assert not actions.take_up(result=passed, by=SYSTEM, at=make.AT)

    assert StepDone.objects.get().how == How.PASSED
    assert Record.objects.filter(verb="completed", object_type="course").count() == 1


def test_results_of_strangers_unknown_steps_and_unchosen_courses_change_nothing(place, course):
    test = make.quiz(course)
    film = make.video(course)
    unchosen = make.quiz(make.course(place.county))
    for one in (
        result(place, Result.TEST_PASSED, test.pk, person_id=programmes.teacher(place.school).pk),
        result(place, Result.TEST_PASSED, 10**9),
        result(place, Result.TEST_PASSED, "kein Schritt"),
        result(place, Result.TEST_PASSED, film.pk),
        result(place, Result.TEST_PASSED, unchosen.pk),
    ):
        assert not actions.take_up(result=one, by=SYSTEM, at=make.AT)
    assert not StepDone.objects.exists()


def test_a_plan_without_homework_does_not_ask_for_it(place):
    owned = make.course(place.county)
    make.selection(place.enrolment, make.offering(place.programme, owned), needs=["video", "text", "question"])
    questions = make.questions(owned)
    make.homework(owned)

    answer(place, questions, {1: (1,), 2: (0, 2)})

    assert CourseDone.objects.count() == 1


def test_a_case_counts_when_watched_and_reported_in_either_order(place):
    first, second = make.lesson_case(place.county), make.lesson_case(place.county)
    make.case_draw(place.enrolment, first, number=1)
    make.case_draw(place.enrolment, second, number=2)
    reactions.take_up(result(place, Result.OBSERVATION_SUBMITTED, first.pk))
    CaseDraw.objects.filter(case=second).update(watched_at=make.AT)
    assert not CaseDraw.objects.filter(done_at__isnull=False).exists()

    observed = result(place, Result.OBSERVATION_SUBMITTED, second.pk)
    reactions.take_up(observed)
    reactions.take_up(observed)

    assert CaseDraw.objects.get(done_at__isnull=False).case == second
    done = Record.objects.get(verb="completed", object_type="lesson_case")
    assert (done.kind, done.measure, done.object_id) == ("casework", 3, str(second.pk))


def test_no_case_of_others(place):
    case = make.lesson_case(place.county)

    with pytest.raises(Conflict, match="没有分给您"):
        actions.open_case(enrolment=place.enrolment, case=case, by=place.learner, at=make.AT)


def test_sweeps_old_leases_but_not_open_ones(place, course):
    step = make.video(course)
    long_ago = make.AT - timedelta(days=4)
    make.lease(place.enrolment, step, number=1, started_at=long_ago, ended_at=long_ago)
    make.lease(place.enrolment, step, number=2, started_at=long_ago)

    assert actions.sweep_leases(by=SYSTEM, at=make.AT) == 1
    assert Lease.objects.get().number == 2


def test_nobody_takes_up_results_or_sweeps_by_hand(place, course):
    passed = result(place, Result.TEST_PASSED, make.quiz(course).pk)

    for somebody in (place.learner, place.office):
        with pytest.raises(NotPermitted):
            actions.take_up(result=passed, by=somebody, at=make.AT)
        with pytest.raises(NotPermitted):
            actions.sweep_leases(by=somebody, at=make.AT)
    assert not StepDone.objects.exists()
