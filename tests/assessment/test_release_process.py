"""Regular assessment: typed parts that come to 100, computed exactly from what is counted, previewed, and shown by release only."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment import actions, process
from yanxiu.assessment.models import ProcessScore
from yanxiu.assessment.process import Part
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning.events import StudyEvent
from yanxiu.orgs.models import Kind
from yanxiu.records.actions import record
from yanxiu.records.models import Record

AT = make.AT
PLAN = (programmes.PLANS / "004.yaml").read_text(encoding="utf-8")
HOURS = Part(metric="hours.earned", label="学时", target=Decimal(10), points=Decimal(60), by="amount")
COURSES = Part(metric="items.completed", label="课程", target=Decimal(3), points=Decimal(40))


@pytest.fixture
def programme(db):
    county = programmes.org(parent=programmes.org(), kind=Kind.COUNTY)
    return programmes.running(county, source=PLAN, parameters={"Y": 2026})


def _studied(enrolment, hours, *, times=1):
    for number in range(times):
        record(
            StudyEvent.COURSE_COMPLETED, object_id=number, by=SYSTEM, at=AT, person_id=enrolment.person_id, programme_id=enrolment.programme_id,
            kind="normative", measure=Decimal(hours),
        )  # fmt: skip


def _office(programme):
    return programmes.holder("county_admin", programme.owner)


def _set(programme, *parts, by=None):
    return actions.set_process_rule(programme=programme, assessment="regular", parts=parts, by=by or _office(programme), at=AT)


@pytest.mark.django_db
def test_scores_come_from_what_is_counted_and_are_shown_by_release(programme):
    most, some, none = (make.participant(programme, programme.owner) for _nth in range(3))
    _studied(most, "5", times=3)
    _studied(some, "3", times=1)
    rule = _set(programme, HOURS, COURSES)
    before = ProcessScore.objects.count()
    count = actions.release_process(rule=rule, by=_office(programme), at=AT)

    assert (before, count) == (0, 3)
    scores = {row.enrolment_id: (row.score, row.each) for row in ProcessScore.objects.all()}
    assert scores == {
        most.pk: (100, ["60", "40"]), some.pk: (Decimal("31.33"), ["18", "13.33"]), none.pk: (0, ["0", "0"]),
    }  # fmt: skip
    with pytest.raises(Conflict, match="都没有变"):
        actions.release_process(rule=rule, by=_office(programme), at=AT)
    _studied(some, "3")
    assert actions.release_process(rule=rule, by=_office(programme), at=AT.replace(hour=13)) == 1
    given_now = Record.objects.filter(verb="given", person_id=some.person_id).order_by("id")
    assert [Record.objects.filter(voids=row.pk).exists() for row in given_now] == [True, False]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parts", "match"),
    [
        ((), "1 到 12 项"),
        ((HOURS,), "正好 100 分，现在 60 分"),
        ((HOURS, Part(metric="nothing", label="x", target=Decimal(1), points=Decimal(40))), "第 2 项：请选按什么算"),
        ((HOURS, Part(metric="hours.earned", label="x", target=Decimal(0), points=Decimal(40))), "第 2 项：做满多少"),
        ((HOURS, Part(metric="hours.earned", label="x", target=Decimal(1), points=Decimal("40.001"))), "第 2 项：分值"),
        ((HOURS, Part(metric="hours.earned", label="x", target=Decimal("NaN"), points=Decimal(40))), "第 2 项：做满多少"),
    ],
)
def test_rules_that_cannot_be_are_refused_with_their_place(programme, parts, match):
    with pytest.raises(Invalid, match=match):
        _set(programme, *parts)


@pytest.mark.django_db
def test_who_may(programme):
    with pytest.raises(NotPermitted):
        _set(programme, HOURS, COURSES, by=programmes.holder("expert", programme.owner))
    rule = _set(programme, HOURS, COURSES)
    with pytest.raises(NotPermitted):
        actions.release_process(rule=rule, by=programmes.holder("school_admin", programme.owner), at=AT)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 50), st.integers(0, 60)), min_size=1, max_size=8))
def test_the_score_is_exact_and_full_for_whoever_does_all(rows):
    total = sum(weight for weight, _target, _value in rows)
    parts = tuple(
        Part(metric="m", label="", target=Decimal(target), points=Decimal(weight)) for weight, target, _value in rows
    )  # fmt: skip
    _each, full = process.score_of(parts, [Decimal(target) for _weight, target, _value in rows])
    each, score = process.score_of(parts, [Decimal(value) for _weight, _target, value in rows])
    backwards = process.score_of(parts[::-1], [Decimal(value) for _weight, _target, value in rows[::-1]])[1]

    assert full == total
    assert score == backwards
    assert 0 <= score - sum(Decimal(one) for one in each) < Decimal("0.01") * len(rows)


@pytest.mark.django_db
def test_by_page(cast, assert_same_queries):
    programme = programmes.running(cast.county, source=PLAN, parameters={"Y": 2026})
    one = make.participant(programme, cast.school)
    _studied(one, "10", times=3)
    office = cast.client_of("教务")
    url = reverse("assessment:process_rule", args=[programme.pk, "regular"])
    empty = office.get(url)
    lines = {
        "label": ["学时", ""], "metric": ["hours.earned", "items.completed"], "kind": ["", ""], "by": ["amount", "count"],
        "target": ["10", "3"], "points": ["60", "30"],
    }  # fmt: skip
    refused = office.post(reverse("assessment:set_process_rule", args=[programme.pk, "regular"]), lines)
    odd = office.post(reverse("assessment:set_process_rule", args=[programme.pk, "regular"]), lines | {"target": ["很多", "3"]})
    saved = office.post(reverse("assessment:set_process_rule", args=[programme.pk, "regular"]), lines | {"points": ["60", "40"]})
    preview = " ".join(strip_tags(office.get(url).content.decode()).split())
    office.post(reverse("assessment:release_process", args=[programme.pk, "regular"]))

    assert "还没有设定怎样算" in empty.content.decode()
    assert (refused.status_code, odd.status_code, saved.status_code) == (422, 422, 302)
    assert "现在 90 分" in refused.content.decode()
    assert 'value="30"' in refused.content.decode()
    assert "1 人里 1 人及格，平均 100 分" in preview
    assert ProcessScore.objects.get().score == 100
    assert_same_queries(lambda: office.get(url), lambda: [make.participant(programme, cast.school) for _nth in range(9)])
