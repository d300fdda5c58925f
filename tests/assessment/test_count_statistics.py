"""How questions did, from the results that are shown."""

from decimal import Decimal

import pytest

from tests.assessment import exam_factories as exams
from tests.assessment import factories
from yanxiu.assessment.actions.bank_statistics import count_statistics
from yanxiu.assessment.models import QuestionStatistic
from yanxiu.assessment.reactions import count_questions
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def _sat(exam, each, *, edition=1):
    sitting = exams.sitting(exam=exam, handed_in_at=factories.AT)
    total = sum(map(Decimal, each))
    exams.sitting_result(
        sitting=sitting, edition=edition, points_each=list(each), points=total, score=(total * 100 / 30).quantize(Decimal("0.01"))
    )
    return sitting


@pytest.fixture
def exam():
    return exams.exam(edition=1)


def _counted(exam):
    count_statistics(exam=exam, by=SYSTEM, at=factories.AT)
    return list(QuestionStatistic.objects.order_by("version_id"))


def test_the_mean_share_and_who_it_tells_apart(exam):
    for _n in range(5):
        _sat(exam, ("10", "10", "0"))
    for _n in range(5):
        _sat(exam, ("0", "5", "10"))

    first, second, third = _counted(exam)

    assert [row.answers for row in (first, second, third)] == [10, 10, 10]
    assert [row.mean_share for row in (first, second, third)] == [Decimal("0.5000"), Decimal("0.7500"), Decimal("0.5000")]
    assert [row.discrimination for row in (first, second, third)] == [1, Decimal("0.5000"), -1]


def test_few_answers_tell_nobody_apart_and_counting_again_changes_nothing(exam):
    _sat(exam, ("10", "0", "0"))

    assert [row.discrimination for row in _counted(exam)] == [None, None, None]
    assert [row.answers for row in _counted(exam)] == [1, 1, 1]
    assert Record.objects.filter(verb="counted", object_type="bank_question").count() == 2


def test_only_the_edition_that_is_shown_counts(exam):
    sitting = _sat(exam, ("0", "0", "0"))
    exams.sitting_result(sitting=sitting, edition=2, points_each=["10", "10", "10"], points=30, score=100)

    assert [row.mean_share for row in _counted(exam)] == [0, 0, 0]
    exam.edition = 2
    exam.save(update_fields=["edition"])
    assert [row.mean_share for row in _counted(exam)] == [1, 1, 1]


def test_another_exam_of_the_same_questions_counts_too(exam):
    other = exams.exam(paper=exam.paper, edition=1)
    _sat(exam, ("10", "10", "10"))
    _sat(other, ("0", "0", "0"))

    assert [(row.answers, row.mean_share) for row in _counted(exam)] == [(2, Decimal("0.5000"))] * 3


def test_released_scores_are_counted(exam):
    _sat(exam, ("10", "10", "0"))

    count_questions(Record(programme_id=exam.programme_id, data={"assessment": ""}, at=factories.AT))

    assert QuestionStatistic.objects.count() == 3


def test_people_do_not_count(exam):
    with pytest.raises(NotPermitted):
        count_statistics(exam=exam, by=factories.tutor(exam.programme.owner), at=factories.AT)


def test_it_costs_the_same_for_any_number(exam, django_assert_max_num_queries):
    for _n in range(6):
        _sat(exam, ("10", "10", "0"))
    exam.paper.owner  # noqa: B018 - loaded

    with django_assert_max_num_queries(6):
        count_statistics(exam=exam, by=SYSTEM, at=factories.AT)
