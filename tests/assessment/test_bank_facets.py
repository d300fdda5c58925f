"""What the bank's filters count, beside counting by hand; what narrowing costs."""

from collections import Counter
from itertools import product

import pytest
from django.urls import reverse

from tests.assessment import exam_factories as make
from tests.assessment.factories import QUESTIONS
from yanxiu.assessment.models import BankQuestion, KnowledgePoint
from yanxiu.assessment.queries import bank
from yanxiu.assessment.queries.bank import FACETS, NO_POINT, BankFilters, PointTree

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> PointTree:
    """A bank of a dozen questions under three points, some under none, some used."""
    owner = make.bank_question().owner
    top = make.knowledge_point(owner=owner)
    inner, other = make.knowledge_point(owner=owner, parent=top), make.knowledge_point(owner=owner)
    for number, point in enumerate([top, inner, inner, other, None, None, inner, top, other, None, inner]):
        row = make.bank_question(
            QUESTIONS[number % 2], owner=owner, point=point, difficulty=1 + number % 3, subject=["语文", ""][number % 2]
        )
        if number % 4 == 0:
            make.question_statistic(version=row.approved)
    BankQuestion.objects.filter(difficulty=2).update(state="review")
    return bank.point_tree(KnowledgePoint.objects.filter(owner=owner))


def by_hand(filters: BankFilters, tree: PointTree) -> tuple[int, dict[str, Counter[str]]]:
    """Count each facet among the questions that the other filters leave, one after the other."""
    of = {name: Counter() for name in FACETS}
    for name in FACETS:
        for row in bank.narrowed(BankQuestion.objects.all(), filters, tree, without=name):
            value = row.point_id if name == "point" else getattr(row, name)
            of[name][NO_POINT if value is None else str(value)] += 1
    return bank.narrowed(BankQuestion.objects.all(), filters, tree).count(), of


def test_counts_are_those_of_counting_by_hand(tree):
    top = str(tree.points[0].pk)
    chosen = product(["", "single"], ["", "语文"], ["", NO_POINT, top], ["", "2"], ["", "review"], ["", "yes", "no"])
    for kind, subject, point, difficulty, state, used in chosen:
        filters = BankFilters(type=kind, subject=subject, point=point, difficulty=difficulty, state=state, used=used)
        counted = bank.bank_facets(BankQuestion.objects.all(), filters, tree)
        assert (counted.total, {name: +found for name, found in counted.of.items()}) == by_hand(filters, tree), filters


def test_words_that_nothing_can_hold_count_nothing(tree):
    assert bank.bank_facets(BankQuestion.objects.all(), BankFilters(text="，。"), tree).total == 0
    assert bank.bank_facets(BankQuestion.objects.none(), BankFilters(), tree).total == 0


def test_counting_is_one_query_whatever_is_chosen(tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        bank.bank_facets(BankQuestion.objects.all(), BankFilters(type="single", difficulty="2", used="yes", point=NO_POINT), tree)


def test_pages_follow_one_another_in_every_order(tree):
    for sort in bank.SORTS:
        filters = BankFilters(sort=sort)
        whole = [row.question.pk for row in bank.bank_page(BankQuestion.objects.all(), filters, tree, number=1, size=100).rows]
        parts = [bank.bank_page(BankQuestion.objects.all(), filters, tree, number=number, size=5) for number in (1, 2, 3)]
        assert [row.question.pk for page in parts for row in page.rows] == whole
        assert [page.has_more for page in parts] == [True, True, False]
        assert len(whole) == 12


@pytest.mark.parametrize("narrowed", ["", "?used=yes", "?used=no&sort=weakest", "?type=single&difficulty=2&state=review&used=yes"])
def test_the_list_stays_within_ten_queries(cast, tree, narrowed, django_assert_max_num_queries):
    client = cast.client_of("方案")
    client.get(reverse("assessment:questions"))
    with django_assert_max_num_queries(10):
        assert client.get(reverse("assessment:questions") + narrowed).status_code == 200
