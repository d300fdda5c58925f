"""Regular assessment: typed parts that come to 100, computed exactly from what is counted, previewed, and shown by release only."""

from datetime import UTC, datetime, timedelta
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
from yanxiu.programmes import actions as publishing
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


def _studied(enrolment, hours, *, times=1, at=AT):
    for number in range(times):
        record(
            StudyEvent.COURSE_COMPLETED, object_id=number, by=SYSTEM, at=at, person_id=enrolment.person_id, programme_id=enrolment.programme_id,
            kind="normative", measure=Decimal(hours),
        )  # fmt: skip


def _source(until: str, *, named: str = "term") -> str:
    """A plan whose regular assessment counts one term only."""
    term = f"  - {{id: term, label: 上学期, from: 2026-11-10, to: {until}, do: [learn]}}\n"
    return (
        programmes.SMALL_PLAN.replace("learn:\n", term + "learn:\n")
        + f"assess:\n  - {{id: regular, kind: score, label: 平时考核, of: [learner], where: online{f', window: {named}' if named else ''}}}\n"
    )


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
def test_only_what_lies_in_the_window_that_the_assessment_names_counts():
    county = programmes.org(parent=programmes.org(), kind=Kind.COUNTY)
    programme = programmes.running(county, source=_source("2026-11-20"))
    early, inside, last, after = (make.participant(programme, county) for _nth in range(4))
    start, end = datetime(2026, 11, 9, 16, tzinfo=UTC), datetime(2026, 11, 20, 16, tzinfo=UTC)  # 00:00 in Shanghai
    _studied(early, "10", at=start - timedelta(seconds=1))
    _studied(inside, "10", at=start)
    _studied(last, "10", at=end - timedelta(seconds=1))
    _studied(after, "10", at=end)
    for one in (early, after):
        _studied(one, "4", at=start + timedelta(days=2))
    parts = (Part(metric="hours.earned", label="学时", target=Decimal(10), points=Decimal(100), by="amount"),)
    rule = _set(programme, *parts)
    actions.release_process(rule=rule, by=_office(programme), at=AT)

    scores = dict(ProcessScore.objects.values_list("enrolment", "score"))
    assert scores == {early.pk: 40, inside.pk: 100, last.pk: 100, after.pk: 40}


@pytest.mark.django_db
def test_everybody_is_judged_by_the_window_of_the_own_version():
    county = programmes.org(parent=programmes.org(), kind=Kind.COUNTY)
    programme = programmes.running(county, source=_source("2026-11-20"))
    earlier = make.participant(programme, county)
    publishing.publish(
        programme=programme, source=_source("2026-11-30"), parameters={}, reason="延长", by=SYSTEM, at=AT + timedelta(days=1)
    )
    programme.refresh_from_db()
    later = make.participant(programme, county)
    publishing.publish(
        programme=programme, source=_source("2026-11-30", named=""), parameters={}, reason="不限", by=SYSTEM, at=AT + timedelta(days=2)
    )
    programme.refresh_from_db()
    free = make.participant(programme, county)
    for one in (earlier, later, free):
        _studied(one, "6", at=datetime(2026, 11, 15, tzinfo=UTC))
        _studied(one, "3", at=datetime(2026, 11, 25, tzinfo=UTC))
        _studied(one, "1", at=datetime(2026, 12, 5, tzinfo=UTC))
    rule = _set(programme, Part(metric="hours.earned", label="学时", target=Decimal(10), points=Decimal(100), by="amount"))
    actions.release_process(rule=rule, by=_office(programme), at=AT + timedelta(days=60))

    assert dict(ProcessScore.objects.values_list("enrolment", "score")) == {earlier.pk: 60, later.pk: 90, free.pk: 100}


@pytest.mark.django_db
def test_the_page_says_which_window_counts(cast):
    programme = programmes.running(cast.county, source=_source("2026-11-20"))
    whole = programmes.running(cast.county, source=_source("2026-11-20", named=""), code="whole")
    pages = [
        strip_tags(cast.client_of("教务").get(reverse("assessment:process_rule", args=[one.pk, "regular"])).content.decode())
        for one in (programme, whole)
    ]

    assert "只算“上学期”（" in pages[0]
    assert "11 月 20 日 24:00）里的记录" in pages[0]
    assert "方案没有限定时间" in pages[1]


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
