"""Saving answers of a test: works, who may, refuses, edge, idempotent."""

from datetime import timedelta

import pytest

from tests.assessment import factories as make
from yanxiu.assessment import actions
from yanxiu.assessment.models import Answer
from yanxiu.kit.errors import Invalid, NotPermitted


@pytest.fixture
def attempt(place):
    return make.attempt(place.enrolment, place.test)


def save(attempt, chosen, *, by=None, at=make.AT):
    return actions.save_answers(attempt=attempt, chosen=chosen, by=by or make.learner(attempt.enrolment), at=at)


def kept(attempt):
    return {answer.number: answer.chosen for answer in Answer.objects.filter(attempt=attempt).order_by("number")}


def test_positions_are_kept_as_the_options_they_stand_for(attempt):
    save(attempt, make.positions(attempt))

    assert kept(attempt) == {1: [1], 2: [0, 2], 3: [1]}


def test_one_answer_leaves_the_others_alone(attempt):
    save(attempt, make.positions(attempt))
    later = make.AT + timedelta(minutes=1)

    save(attempt, {3: [0]}, at=later)

    assert kept(attempt) == {1: [1], 2: [0, 2], 3: [0]}
    assert Answer.objects.get(attempt=attempt, number=3).saved_at == later
    assert Answer.objects.get(attempt=attempt, number=1).saved_at == make.AT


def test_an_answer_can_be_taken_back(attempt):
    save(attempt, {2: [0, 1]})

    save(attempt, {2: []})

    assert kept(attempt) == {2: []}


def test_a_colleague_may_not(place, attempt):
    colleague = make.participant(place.programme, place.school)

    with pytest.raises(NotPermitted):
        save(attempt, {1: [0]}, by=make.learner(colleague))

    assert kept(attempt) == {}


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({4: [0]}, "没有第 4 题"),
        ({0: [0]}, "没有第 0 题"),
        ({1: [3]}, "第 1 题没有这个选项"),
        ({2: [-1]}, "第 2 题没有这个选项"),
        ({1: [0, 1]}, "第 1 题只能选一个"),
        ({3: [0, 1]}, "第 3 题只能选一个"),
        ({1: [0], 2: [9]}, "第 2 题没有这个选项"),
    ],
)
def test_what_no_page_sends_is_refused_with_the_question_and_nothing_is_kept(attempt, chosen, words):
    save(attempt, {1: [0]})
    before = kept(attempt)

    with pytest.raises(Invalid, match=words):
        save(attempt, chosen)

    assert kept(attempt) == before


def test_after_handing_in_nothing_changes(attempt):
    actions.hand_in(attempt=attempt, chosen=make.positions(attempt), allow_blank=True, by=make.learner(attempt.enrolment), at=make.AT)
    before = kept(attempt)

    with pytest.raises(actions.AlreadyHandedIn):
        save(attempt, {1: [0]})

    assert kept(attempt) == before


def test_the_last_moment_is_in_time_and_the_end_is_not(attempt):
    save(attempt, make.positions(attempt), at=make.ENDS_AT - timedelta(microseconds=1))
    before = kept(attempt)

    with pytest.raises(actions.TimeIsUp, match="之前存下的都算"):
        save(attempt, {1: []}, at=make.ENDS_AT)

    assert kept(attempt) == before


def test_saving_twice_is_saving_once(attempt):
    save(attempt, make.positions(attempt))

    save(attempt, make.positions(attempt))

    assert Answer.objects.filter(attempt=attempt).count() == 3
