"""Typed content: what learners are given has no answers, and scores are whole."""

import msgspec
import pytest

from tests.catalogue.factories import MULTIPLE, SINGLE, TRUE_FALSE
from yanxiu.catalogue import content
from yanxiu.catalogue.content import QuestionSet, Test
from yanxiu.catalogue.models import StepKind
from yanxiu.kit.errors import Invalid


def test_what_a_learner_is_asked_holds_no_answer_and_no_explanation():
    asked = content.asked((SINGLE, MULTIPLE, TRUE_FALSE))

    assert [question.number for question in asked] == [1, 2, 3]
    sent = msgspec.json.encode(asked).decode()
    assert "answers" not in sent
    assert "explanation" not in sent
    assert SINGLE.explanation not in sent


@pytest.mark.parametrize(
    ("chosen", "is_right"), [((0, 1), True), ((1, 0), True), ((0, 1, 1), True), ((0,), False), ((0, 1, 2), False), ((), False)]
)
def test_a_multiple_choice_is_right_when_exactly_the_right_ones_are_chosen(chosen, is_right):
    assert MULTIPLE.is_right(chosen) is is_right


def test_a_score_is_rounded_down_and_unknown_questions_count_nothing():
    questions = (SINGLE, MULTIPLE, TRUE_FALSE)

    assert content.score(questions, {1: (1,), 2: (0, 1)}) == 66
    assert content.score(questions, {1: (1,), 2: (0, 1), 3: (1,), 9: (1,)}) == 100
    assert content.score(questions, {}) == 0
    assert content.score((), {}) == 0


def test_every_kind_of_step_has_a_type():
    assert set(content.TYPES) == set(StepKind.values)


@pytest.mark.parametrize("raw", [{}, {"questions": 1}, {"questions": [], "x": 1}, [], None, {"questions": [{"kind": "essay"}]}])
def test_what_is_not_content_is_refused_with_a_sentence(raw):
    with pytest.raises(Invalid, match="环节内容读不出来"):
        content.read(raw, QuestionSet)


def test_old_tests_keep_their_pass_line():
    assert content.read({"questions": []}, Test).pass_score == 60
