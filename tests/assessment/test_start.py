"""Starting a test: works, who may, refuses, edge, idempotent."""

from datetime import timedelta

import pytest

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.models import Attempt
from yanxiu.kit.actor import ANONYMOUS, SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.programmes.actions import close
from yanxiu.programmes.models import Offering
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.models import Record


def start(place, *, by=None, at=make.AT, **changes):
    values = {"enrolment": place.enrolment, "step": place.test} | changes
    return actions.start(**values, by=by or place.learner, at=at)


# Works


def test_an_attempt_begins_with_a_shuffled_paper_and_ends_with_the_window(place):
    attempt = start(place)

    attempt.refresh_from_db()
    assert (attempt.number, attempt.started_at, attempt.ends_at, attempt.submitted_at) == (1, make.AT, make.ENDS_AT, None)
    assert [sorted(order) for order in attempt.orders] == [[0, 1, 2], [0, 1, 2], [0, 1]]
    assert attempt.orders[2] == [0, 1]
    (record,) = Record.objects.filter(verb="started", object_type="attempt")
    assert (record.object_id, record.person_id, record.programme_id) == (str(attempt.pk), place.enrolment.person_id, place.programme.pk)


def test_options_stand_in_another_order_in_another_attempt(place):
    orders = set()
    for _ in range(12):
        one = make.participant(place.programme, place.school)
        orders.add(tuple(make.attempt(one, place.test).orders[0]))

    assert len(orders) > 1


def test_after_a_failed_attempt_the_next_has_the_next_number(place):
    make.handed_in(place.enrolment, place.test, answers=((0,), (1,), (0,)))

    assert start(place).number == 2


# Who may


@pytest.mark.parametrize("by", [SYSTEM, ANONYMOUS, programmes.learner])
def test_only_the_participant_may(place, by):
    actor = by(programmes.teacher(place.school)) if callable(by) else by

    with pytest.raises(NotPermitted, match="别人不能代做"):
        start(place, by=actor)

    assert not Attempt.objects.exists()


# Refuses


def test_a_closed_programme_is_refused(place):
    close(programme=place.programme, by=SYSTEM, at=make.AT)
    place.enrolment.programme.refresh_from_db()

    with pytest.raises(Conflict, match="已结束"):
        start(place)


def test_a_participant_who_left_is_refused(place):
    programmes.left(place.enrolment)

    with pytest.raises(Conflict, match="报删"):
        start(place)


@pytest.mark.parametrize(("moment", "words"), [(make.AT - timedelta(days=30), "开始"), (make.ENDS_AT, "已截止")])
def test_outside_the_window_it_is_refused(place, moment, words):
    with pytest.raises(WindowClosed, match=words):
        start(place, at=moment)

    assert not Attempt.objects.exists()


def test_a_course_that_is_not_offered_is_refused(place):
    Offering.objects.all().delete()

    with pytest.raises(NotFound, match="不在您的项目里"):
        start(place)


def test_another_kind_of_step_is_refused(place):
    with pytest.raises(Invalid, match="不是测试"):
        start(place, step=place.homework)


def test_a_passed_test_is_not_taken_again(place):
    make.handed_in(place.enrolment, place.test)

    with pytest.raises(actions.AlreadyPassed):
        start(place)


def test_beyond_the_attempts_it_is_refused(place):
    for _ in range(3):
        make.handed_in(place.enrolment, place.test, answers=((0,), (1,), (0,)))

    with pytest.raises(actions.NoAttemptLeft, match="3 次机会"):
        start(place)

    assert Attempt.objects.count() == 3


# Edge


def test_zero_means_as_many_as_one_likes(place):
    endless = make.quiz_step(place.test.course, attempts=0)
    for _ in range(5):
        make.handed_in(place.enrolment, endless, answers=((0,), (1,), (0,)))

    assert start(place, step=endless).number == 6


def test_one_whose_time_is_up_is_closed_and_comes_back(place):
    running = start(place)
    actions.save_answers(attempt=running, chosen=make.positions(running), by=place.learner, at=make.AT)

    closed = start(place, at=make.ENDS_AT)

    assert (closed.pk, closed.is_open, closed.passed) == (running.pk, False, True)


# Idempotent


def test_starting_twice_gives_the_same_attempt(place):
    first = start(place)

    again = start(place, at=make.AT + timedelta(minutes=5))

    assert (again.pk, again.started_at, again.orders) == (first.pk, make.AT, first.orders)
    assert Record.objects.filter(verb="started", object_type="attempt").count() == 1
