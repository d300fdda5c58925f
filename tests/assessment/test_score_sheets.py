"""Scoring a sitting: exact in decimals, the same in whatever order answers and marks came (issue: results are appealed against)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assessment import exam_factories as exams
from tests.assessment import factories
from yanxiu.assessment import exam_scores, papers
from yanxiu.assessment.exam_scores import Rules, next_round, of_hundred, score_sheet, settled

SINGLE, MULTIPLE, JUDGED = factories.QUESTIONS
CENTS = st.integers(0, 1000).map(lambda cents: Decimal(cents) / 100)


def sheet(*points: str) -> papers.Sheet:
    return tuple(papers.Asked(version=number, points=Decimal(one), section=0) for number, one in enumerate(points, start=1))


def test_points_are_added_and_the_score_is_cut():
    scored = score_sheet(sheet("10", "10", "10"), {1: SINGLE, 2: MULTIPLE, 3: JUDGED}, {1: [1], 2: [0, 2], 3: [0]}, {}, Rules())

    assert scored is not None
    assert (scored.written, scored.points, scored.score, scored.passed) == (["10", "10", "0"], Decimal(20), Decimal("66.66"), True)


def test_no_score_while_an_answer_waits_for_a_mark():
    asked, questions = sheet("10", "20"), {1: SINGLE, 2: exams.ESSAY}

    waiting = score_sheet(asked, questions, {1: [1], 2: "先说事实"}, {}, Rules())
    marked = score_sheet(asked, questions, {1: [1], 2: "先说事实"}, {2: {1: Decimal("12.5")}}, Rules())
    blank = score_sheet(asked, questions, {1: [1], 2: "　"}, {}, Rules())

    assert waiting is None
    assert marked is not None
    assert marked.points == Decimal("22.5")
    assert blank is not None
    assert blank.points == Decimal(10)


@pytest.mark.parametrize(
    ("marks", "points", "following"),
    [
        ({}, None, 1),
        ({1: "7"}, None, 2),
        ({1: "7", 2: "8.5"}, "7.75", None),
        ({1: "7", 2: "8.51"}, None, 3),
        ({1: "7", 2: "9", 3: "8"}, "8", None),
        ({1: "7", 2: "7.01"}, "7.01", None),
        ({1: "7", 2: "9", 3: "8", 4: "10"}, "10", None),
    ],
)
def test_two_markers_are_reconciled(marks, points, following):
    given_marks = {number: Decimal(one) for number, one in marks.items()}
    facts = {"markers": 2, "tolerance": Decimal("1.5")}

    assert settled(given_marks, **facts) == (Decimal(points) if points else None)
    assert next_round(given_marks, **facts) == following


def test_rulings_change_what_an_answer_is_worth():
    asked, questions = sheet("10", "10", "10"), {1: SINGLE, 2: MULTIPLE, 3: JUDGED}
    answers = {1: [0], 2: [2, 1], 3: [0]}

    accepted = score_sheet(asked, questions, answers, {}, Rules(accepts={2: ([1, 2],)}))
    everybody = score_sheet(asked, questions, answers, {}, Rules(everybody=frozenset({1})))
    left_out = score_sheet(asked, questions, {3: [1]}, {}, Rules(left_out=frozenset({1, 2})))

    assert accepted is not None
    assert accepted.written == ["0", "10", "0"]
    assert everybody is not None
    assert everybody.written == ["10", "0", "0"]
    assert left_out is not None
    assert (left_out.written, left_out.score) == (["", "", "10"], Decimal(100))


def test_words_are_accepted_as_words_are_compared():
    answers = {1: ["Ｅvidence ", "评语"]}
    scored = score_sheet(sheet("4"), {1: exams.FILLED}, answers, {}, Rules(accepts={1: (["evidence", "评语"],)}))

    assert scored is not None
    assert scored.points == Decimal(4)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(CENTS, CENTS), min_size=1, max_size=30), st.randoms())
def test_scores_are_exact_and_do_not_depend_on_the_order(pairs, shuffler):
    """Against fractions: never above what is true, never a cent below it; and the same backwards."""
    points = [(min(one, most), most) for one, most in pairs]
    shuffled = points.copy()
    shuffler.shuffle(shuffled)

    scores = {of_hundred(sum((got for got, _ in some), Decimal(0)), (most for _, most in some)) for some in (points, shuffled)}

    whole = sum(Fraction(most) for _, most in points)
    true = sum(Fraction(got) for got, _ in points) * 100 / whole if whole else Fraction(100)
    assert len(scores) == 1
    assert 0 <= true - Fraction(scores.pop()) < Fraction(1, 100)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([1, 2, 3]), unique=True), st.tuples(CENTS, CENTS, CENTS))
def test_marks_settle_alike_in_whatever_order_they_came(order, points):
    marks = dict(zip((1, 2, 3), points, strict=True))
    given_marks = {number: marks[number] for number in order}
    facts = {"markers": 2, "tolerance": Decimal(1)}

    assert settled(given_marks, **facts) == settled(dict(sorted(given_marks.items())), **facts)
    assert (settled(given_marks, **facts) is None) == (next_round(given_marks, **facts) is not None)


def test_a_score_is_never_rounded_up_to_a_pass():
    assert of_hundred(Decimal("59.999"), [Decimal(100)]) == Decimal("59.99")
    assert exam_scores.of_hundred(Decimal(1), [Decimal(3)]) == Decimal("33.33")
