"""The candidates of an exam: who has not begun, sits, is over; to an office all, to a school its own; as a workbook."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as make
from tests.assessment import factories
from yanxiu.assessment.models import Exam
from yanxiu.assessment.queries import exam_candidates as queries
from yanxiu.assessment.queries.exam_candidates import Wanted
from yanxiu.people.roster.workbook import Workbook
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
AT = factories.AT
HOUR = timedelta(hours=1)


@pytest.fixture
def exam(cast) -> Exam:
    """Four candidates: one of the other school has not begun, one sits, one ran out, one sits for the second time."""
    found = make.exam(programme=factories.programme(cast.county), title="期末网上考核", closes_at=AT + 900 * timedelta(days=365))
    factories.participant(found.programme, cast.other_school, name="赵没来")
    sits = factories.participant(found.programme, cast.school, name="钱在考")
    over = factories.participant(found.programme, cast.school, name="孙交了")
    again = factories.participant(found.programme, cast.school, name="李再考")
    make.sitting(exam=found, enrolment=sits, ends_at=found.closes_at, away_times=2, away_seconds=70, lease=3)
    make.sitting(exam=found, enrolment=over, ends_at=AT + HOUR)
    make.sitting(exam=found, enrolment=again, handed_in_at=AT + HOUR / 2, away_times=1, away_seconds=5)
    make.sitting(exam=found, enrolment=again, number=2, started_at=AT + HOUR, ends_at=found.closes_at)
    make.exam_allowance(exam=found, enrolment=over)
    return found


def _names(exam, paths=("/",), **wanted):
    page = queries.candidates_page(exam, Wanted(**wanted), paths=paths, at=AT + 2 * HOUR)
    return {one.name for one in page.rows}


def _url(exam, name="exam_candidates"):
    return reverse(f"assessment:{name}", args=[exam.pk])


def _hat(cast) -> str:
    return next(str(one.id) for one in cast.hats("韩梅梅") if one.role.code == "school_admin")


def _text(response):
    return " ".join(strip_tags(response.content.decode()).split())


def test_each_is_in_the_state_of_the_latest_sitting(exam, cast):
    rows = {one.name: one for one in queries.all_candidates(exam, Wanted(), paths=["/"], at=AT + 2 * HOUR)}

    assert {name: one.state for name, one in rows.items()} == {
        "赵没来": "none", "钱在考": "sitting", "孙交了": "over", "李再考": "sitting"
    }  # fmt: skip
    assert rows["孙交了"].ended_at == AT + HOUR
    assert (rows["李再考"].number, rows["李再考"].away_seconds, rows["李再考"].ended_at) == (2, 5, None)
    assert (rows["钱在考"].changes, rows["钱在考"].away_times) == (2, 2)
    assert queries.counts(exam, paths=["/"], at=AT + 2 * HOUR) == {
        "all": 4, "none": 1, "sitting": 2, "over": 1, "signs": 2, "allowed": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"show": "none"}, {"赵没来"}),
        ({"show": "signs"}, {"钱在考", "李再考"}),
        ({"show": "allowed"}, {"孙交了"}),
        ({"words": "再考"}, {"李再考"}),
        ({"show": "over", "words": "再考"}, set()),
    ],
)
def test_the_list_is_narrowed_by_state_and_words(exam, wanted, found):
    assert _names(exam, **wanted) == found


def test_a_unit_and_the_scope_narrow_it_too(exam, cast):
    assert _names(exam, unit=cast.other_school.pk) == {"赵没来"}
    assert _names(exam, paths=[cast.school.path]) == {"钱在考", "孙交了", "李再考"}


def test_an_office_sees_all_and_every_number_opens_its_list(exam, cast):
    office = cast.client_of("教务")

    page = office.get(_url(exam))
    overview = office.get(reverse("assessment:exam", args=[exam.pk])).content.decode()

    assert "4 位考生，1 人还没开始" in _text(page)
    assert "赵没来" in _text(page)
    assert f'href="{_url(exam)}?show=none"' in overview
    assert f'href="{_url(exam)}?show=none&amp;unit={cast.other_school.pk}"' in overview


def test_a_school_sees_its_own_while_the_exam_is_open(exam, cast):
    page = _text(cast.client_of("韩梅梅", hat=_hat(cast)).get(_url(exam)))

    assert "3 位考生" in page
    assert "赵没来" not in page


def test_those_who_look_at_nobody_and_drafts_are_not_found(exam, cast):
    assert cast.client_of("李雷").get(_url(exam)).status_code == 403
    Exam.objects.filter(pk=exam.pk).update(announced_at=None)
    assert cast.client_of("教务").get(_url(exam)).status_code == 404
    assert cast.client_of("韩梅梅", hat=_hat(cast)).get(_url(exam, "export_candidates")).status_code == 404
    assert not Record.objects.filter(verb="listed", object_type="exam").exists()


def test_the_list_leaves_as_a_workbook_on_record(exam, cast):
    answer = cast.client_of("教务").get(_url(exam, "export_candidates") + "?show=sitting&sort=name")
    rows = next(iter(Workbook(b"".join(answer.streaming_content)).sheets(first_rows=50))).rows

    assert Record.objects.filter(verb="listed", object_type="exam", object_id=str(exam.pk)).count() == 1
    assert len(rows) == 3


def test_odd_addresses_show_the_whole_list(exam, cast):
    page = cast.client_of("教务").get(_url(exam) + "?show=x&sort=;drop&size=9&unit=%27&page=-1")

    assert page.status_code == 200
    assert "赵没来" in _text(page)


def test_the_page_costs_the_same_for_one_and_for_ten(exam, cast, assert_same_queries):
    office = cast.client_of("教务")

    def more():
        for _n in range(9):
            make.sitting(exam=exam, away_times=1)

    assert_same_queries(lambda: office.get(_url(exam)), more)


def test_a_school_is_led_to_its_own_before_results_are_out(exam, cast):
    school = cast.client_of("韩梅梅", hat=_hat(cast))

    before = school.get(reverse("assessment:results")).content.decode()
    Exam.objects.filter(pk=exam.pk).update(released_at=AT, edition=1)
    after = school.get(reverse("assessment:results")).content.decode()

    results = reverse("assessment:exam_results", args=[exam.pk])
    assert _url(exam) in before
    assert results not in before
    assert results in after
