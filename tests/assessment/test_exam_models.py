"""What the database itself holds about banks, papers, exams and their results."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from tests.assessment import exam_factories as exams
from tests.assessment import factories
from yanxiu.catalogue import content

pytestmark = pytest.mark.django_db


def test_a_candidate_has_one_open_sitting():
    one = exams.sitting()
    with pytest.raises(IntegrityError, match="assessment_sitting_one_open"), transaction.atomic():
        exams.sitting(exam=one.exam, enrolment=one.enrolment, number=2)


def test_nothing_is_handed_in_after_the_end():
    one = exams.sitting()
    one.handed_in_at = one.ends_at + timedelta(seconds=1)
    with pytest.raises(IntegrityError, match="assessment_sitting_in_time"), transaction.atomic():
        one.save()


def test_an_answer_is_there_once():
    one = exams.sitting_answer()
    with pytest.raises(IntegrityError, match="assessment_sitting_answer_once"), transaction.atomic():
        exams.sitting_answer(sitting=one.sitting)


def test_an_edition_holds_one_result_of_a_sitting():
    one = exams.sitting_result()
    with pytest.raises(IntegrityError, match="assessment_result_edition_once"), transaction.atomic():
        exams.sitting_result(sitting=one.sitting)


def test_nobody_enters_a_score_twice_alone():
    with pytest.raises(IntegrityError, match="assessment_entered_four_eyes"), transaction.atomic():
        exams.entered_score(first=Decimal(80), first_at=factories.AT, first_by=7, second=Decimal(80), second_at=factories.AT, second_by=7)


def test_a_question_in_use_has_an_approved_version():
    one = exams.bank_question(is_approved=False)
    one.state = "approved"
    with pytest.raises(IntegrityError, match="assessment_question_approved_when"), transaction.atomic():
        one.save()


def test_one_open_appeal_for_a_question():
    one = exams.score_appeal()
    with pytest.raises(IntegrityError, match="assessment_appeal_one_open"), transaction.atomic():
        exams.score_appeal(sitting=one.sitting)


@pytest.mark.parametrize(
    ("question", "given", "share"),
    [
        (factories.QUESTIONS[1], [2, 0], Fraction(1)),
        (factories.QUESTIONS[1], [0], Fraction(1, 2)),
        (factories.QUESTIONS[1], [0, 1], Fraction(0)),
        (exams.FILLED, [" 证 据。", "评语"], Fraction(1)),
        (exams.FILLED, ["感受"], Fraction(0)),
        (exams.ESSAY, "先说事实，再谈判断。", None),
        (exams.ESSAY, "  ", Fraction(0)),
    ],
)
def test_shares_are_exact(question, given, share):
    assert content.share_of(question, given, partial="half") == share


def test_numbers_count_within_their_tolerance():
    blank = content.Blank(accepts=("9.8",), tolerance=Decimal("0.05"))
    question = content.FillIn(stem="重力加速度约[[1]]。", blanks=(blank,))
    assert [content.share_of(question, [text]) for text in ("9.80", "９.８５", "9.86", "1e999999", "nan")] == [1, 1, 0, 0, 0]


def test_points_are_rounded_half_up():
    assert content.points_of(Fraction(1, 3), Decimal(10)) == Decimal("3.33")
    assert content.points_of(Fraction(1, 8), Decimal("0.1")) == Decimal("0.01")
