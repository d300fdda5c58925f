"""Handing a test in: works, who may, refuses, edge, idempotent."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment import actions, scoring, tasks
from yanxiu.assessment.models import Attempt
from yanxiu.catalogue.content import Question, Test
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Invalid, NotPermitted
from yanxiu.programmes.models import Offering
from yanxiu.records.models import Record


@pytest.fixture
def attempt(place):
    return make.attempt(place.enrolment, place.test)


def hand_in(attempt, answers=make.RIGHT, *, by=None, at=make.AT, allow_blank=False):
    chosen = make.positions(attempt, answers)
    return actions.hand_in(attempt=attempt, chosen=chosen, allow_blank=allow_blank, by=by or make.learner(attempt.enrolment), at=at)


def passes():
    return list(Record.objects.filter(verb="passed", object_type="test"))


# Works


def test_a_pass_is_scored_and_recorded_for_the_step(place, attempt):
    done = hand_in(attempt)

    done.refresh_from_db()
    assert (done.score, done.passed, done.submitted_at) == (Decimal(100), True, make.AT)
    (record,) = passes()
    assert (record.object_id, record.person_id, record.programme_id) == (str(place.test.pk), place.enrolment.person_id, place.programme.pk)
    assert (record.kind, record.measure, record.key) == ("law", Decimal(100), f"test:{place.enrolment.pk}:{place.test.pk}")
    assert record.unit_path == place.school.path


def test_two_of_three_are_66_66_and_pass_at_60(attempt):
    done = hand_in(attempt, ((1,), (0,), (1,)))

    assert (done.score, done.passed) == (Decimal("66.66"), True)


def test_a_failure_is_recorded_as_handed_in_only(attempt):
    done = hand_in(attempt, ((0,), (1,), (1,)))

    assert (done.score, done.passed) == (Decimal("33.33"), False)
    assert passes() == []
    (record,) = Record.objects.filter(verb="handed_in", object_type="attempt")
    assert record.measure == Decimal("33.33")


@pytest.mark.parametrize("chosen", [(0,), (0, 1, 2), (1, 2), ()])
def test_several_answers_count_only_all_right_and_nothing_else(attempt, chosen):
    done = hand_in(attempt, ((1,), chosen, (1,)), allow_blank=True)

    assert done.score == Decimal("66.66")


# Who may


def test_nobody_hands_in_for_another(place, attempt):
    colleague = make.learner(make.participant(place.programme, place.school))

    for by in (SYSTEM, colleague, place.tutor):
        with pytest.raises(NotPermitted):
            hand_in(attempt, by=by)

    attempt.refresh_from_db()
    assert attempt.is_open


# Refuses


def test_a_forged_answer_leaves_the_attempt_open(attempt):
    with pytest.raises(Invalid, match="第 1 题没有这个选项"):
        actions.hand_in(attempt=attempt, chosen={1: [7]}, allow_blank=True, by=make.learner(attempt.enrolment), at=make.AT)

    attempt.refresh_from_db()
    assert attempt.is_open


def test_handing_in_twice_keeps_the_first_score(attempt):
    hand_in(attempt, ((0,), (1,), (0,)))

    with pytest.raises(actions.AlreadyHandedIn):
        hand_in(attempt)

    attempt.refresh_from_db()
    assert attempt.score == Decimal(0)
    assert passes() == []


# Edge


def test_blank_questions_are_asked_about_and_the_rest_is_kept(attempt):
    back = hand_in(attempt, ((1,), (), (1,)))

    assert back.is_open
    assert hand_in(attempt, ((1,), (), (1,)), allow_blank=True).score == Decimal("66.66")


def test_after_the_end_what_was_saved_in_time_counts_and_what_is_sent_does_not(attempt):
    by = make.learner(attempt.enrolment)
    actions.save_answers(attempt=attempt, chosen=make.positions(attempt, ((1,), (), ())), by=by, at=make.AT)

    done = hand_in(attempt, at=make.ENDS_AT + timedelta(minutes=1))

    assert (done.score, done.passed) == (Decimal("33.33"), False)


def test_overdue_attempts_are_closed_by_the_clock_as_they_were_saved(place, attempt):
    by = make.learner(attempt.enrolment)
    actions.save_answers(attempt=attempt, chosen=make.positions(attempt), by=by, at=make.AT)
    other = make.attempt(make.participant(place.programme, place.school), place.test)
    Offering.objects.all().delete()  # a course taken off the list must not stop the clock

    assert actions.close_overdue(by=SYSTEM, at=make.ENDS_AT - timedelta(seconds=1)) == 0
    assert actions.close_overdue(by=SYSTEM, at=make.ENDS_AT) == 2
    assert actions.close_overdue(by=SYSTEM, at=make.ENDS_AT) == 0

    assert dict(Attempt.objects.values_list("pk", "passed")) == {attempt.pk: True, other.pk: False}
    assert len(passes()) == 1


def test_only_the_clock_closes_overdue_ones(place):
    with pytest.raises(NotPermitted):
        actions.close_overdue(by=programmes.holder("county_admin", place.county), at=make.ENDS_AT)


# Scores are exact


def question(right: bool) -> Question:
    return Question(kind="single", stem="甲", options=("对的", "错的"), answers=(0,) if right else (1,))


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(min_value=1, max_value=100))
def test_the_score_is_cut_exactly_and_never_moves_the_pass_line(rights, line):
    questions = tuple(question(right) for right in rights)

    score = scoring.score_of(questions, dict.fromkeys(range(1, len(rights) + 1), (0,)), orders=[[0, 1]] * len(rights))

    exact = Fraction(sum(rights) * 100, len(rights))
    assert 0 <= exact - Fraction(score) < Fraction(1, 100)
    assert scoring.is_pass(Test(questions=questions, pass_score=line), score) == (exact >= line)


@given(st.permutations(range(6)), st.sets(st.integers(min_value=0, max_value=5)))
def test_positions_and_options_translate_both_ways(order, chosen):
    positions = [order.index(index) for index in chosen]

    assert scoring.original(order, positions) == sorted(chosen)


def test_the_task_of_the_clock_closes_all_that_is_due(attempt, monkeypatch):
    closed = []
    genuine = actions.close_overdue
    monkeypatch.setattr(tasks.actions, "close_overdue", lambda **given: closed.append(genuine(**given)) or closed[-1])

    tasks.close_overdue(timestamp=int(make.ENDS_AT.timestamp()))

    attempt.refresh_from_db()
    assert (attempt.is_open, attempt.submitted_at, closed) == (False, make.ENDS_AT, [1, 0])
