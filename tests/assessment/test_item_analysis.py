"""How the questions of an exam did: shares, who does better on them, options chosen, blanks; and the page about it."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as make
from tests.assessment import factories
from yanxiu.assessment.models import Exam
from yanxiu.assessment.queries import item_analysis as queries
from yanxiu.people.roster.workbook import Workbook
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
SINGLE = factories.QUESTIONS[0]


@pytest.fixture
def exam(cast) -> Exam:
    """Twenty results: on the single choice the better ten take a wrong option, the others the right one; two leave the essay blank."""
    programme = factories.programme(cast.county)
    paper = make.paper(SINGLE, make.ESSAY, owner=cast.county)
    found = make.exam(programme=programme, paper=paper, edition=1, released_at=factories.AT, title="期末网上考核")
    right = SINGLE.answers[0]
    for number in range(20):
        is_good = number < 10
        row = make.sitting(exam=found, handed_in_at=factories.AT)
        make.sitting_answer(sitting=row, number=1, given=[right + 1 if is_good else right])
        if number < 18:
            make.sitting_answer(sitting=row, number=2, given="先说事实，再谈判断。")
        each = ["0", "10"] if is_good else ["10", "4" if number < 18 else "0"]
        score = Decimal(90 - number) if is_good else Decimal(40)
        make.sitting_result(sitting=row, points_each=each, points=Decimal(10), score=score, passed=is_good)
    return found


def _items(exam, **more):
    return queries.items_of(exam, edition=1, **more)


def test_shares_and_who_does_better_are_exact(exam):
    single, essay = _items(exam)

    assert (single.times, single.mean, single.discrimination) == (20, Decimal("0.5"), Decimal(-1))
    assert (single.full, single.none, single.blank) == (10, 10, 0)
    assert (essay.mean, essay.blank, essay.none, essay.options) == (Decimal("0.66"), 2, 2, [])
    assert essay.discrimination == Decimal("0.73")


def test_options_tell_who_chose_them(exam):
    chosen = _items(exam)[0].options

    right = SINGLE.answers[0]
    assert [(one.is_right, one.times, one.top, one.low) for one in chosen][right] == (True, 10, 0, 6)
    assert [(one.is_right, one.times, one.top, one.low) for one in chosen][right + 1] == (False, 10, 6, 0)
    assert sum(one.times for one in chosen) == 20


def test_a_key_in_doubt_is_said_and_few_results_say_nothing(exam):
    single, essay = _items(exam)

    assert (single.finding, single.is_grave) == ("高分的反而答错，请查答案", True)
    assert (essay.finding, essay.is_grave) == ("", False)
    make.SittingResult.objects.filter(score=40).delete()
    few = _items(exam)[0]
    assert few.discrimination is not None
    make.SittingResult.objects.filter(score__lt=85).delete()
    assert (_items(exam)[0].discrimination, _items(exam)[0].finding) == (None, "")


@pytest.mark.parametrize(("mean", "says"), [("0.1", "八成以上的分没得到"), ("0.97", "几乎人人答对"), ("0.6", "分不太出高低")])
def test_what_is_too_hard_too_easy_or_telling_nothing_is_said(mean, says):
    one = queries.Item(
        version_id=1, title="", type_label="", times=40, mean=Decimal(mean), discrimination=Decimal("0.1"), full=0, none=0, blank=0,
        options=[],
    )  # fmt: skip

    assert says in one.finding
    assert not one.is_grave


def test_they_are_sorted_and_other_editions_stay_out(exam):
    make.sitting_result(sitting=make.Sitting.objects.filter(exam=exam).first(), edition=2, points_each=["10", "10"])

    assert [one.type_label for one in _items(exam, sort="weakest")] == ["单选题", "论述题"]
    assert [one.type_label for one in _items(exam, sort="blank")] == ["论述题", "单选题"]
    assert _items(exam)[0].times == 20
    assert [(one.label, one.times) for one in queries.spread_of(exam, edition=1) if one.times] == [
        ("40—49", 10), ("80—89", 9), ("90—100", 1),
    ]  # fmt: skip


def test_the_page_says_what_to_look_at_and_leaves_as_a_workbook(exam, cast):
    office = cast.client_of("教务")

    page = " ".join(strip_tags(office.get(reverse("assessment:item_analysis", args=[exam.pk])).content.decode()).split())
    file = office.get(reverse("assessment:export_items", args=[exam.pk]))
    rows = next(iter(Workbook(b"".join(file.streaming_content)).sheets(first_rows=50))).rows

    assert "2 道题里，1 道的答案要查一查" in page
    assert "高分组 6 人，低分组 0 人" in page
    assert len(rows) == 3
    assert Record.objects.filter(verb="exported", object_type="scores").count() == 1


def test_without_results_it_says_so_and_strangers_find_nothing(cast):
    empty = make.exam(programme=factories.programme(cast.county))
    url = reverse("assessment:item_analysis", args=[empty.pk])

    assert "还没有成绩可以分析" in strip_tags(cast.client_of("教务").get(url).content.decode())
    assert cast.client_of("李雷").get(url).status_code == 403


def test_the_page_costs_the_same_for_one_and_for_ten(exam, cast, assert_same_queries):
    office = cast.client_of("教务")
    url = reverse("assessment:item_analysis", args=[exam.pk])

    def more():
        for _n in range(9):
            make.sitting_result(sitting=make.sitting(exam=exam, handed_in_at=factories.AT), points_each=["0", "10"])

    assert_same_queries(lambda: office.get(url), more)
