"""publish: works / who may / refuses / edge."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from tests.programmes import factories as make
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.programmes import actions, queries
from yanxiu.programmes.models import Draft, PlanVersion, ProgrammeState, Window
from yanxiu.records.models import Record, Slice

AT = make.AT


def publish(one, source=make.SMALL_PLAN, parameters=None, *, by=SYSTEM, **facts):
    return actions.publish(programme=one, source=source, parameters=parameters or {}, by=by, at=AT, **facts)


def test_the_school_plan_runs_with_the_dates_of_its_parameters(region):
    one = make.programme(region.county)

    version = publish(one, make.SCHOOL_PLAN, make.MASKED)

    one.refresh_from_db()
    assert (one.state, one.current_id, one.plan_key, version.number) == (ProgrammeState.RUNNING, version.pk, "sd-inet-plus-school", 1)
    topics = queries.window_of(version.pk, "topics")
    assert topics.starts_at == datetime(2026, 9, 24, 16, tzinfo=UTC)
    assert topics.ends_at == datetime(2026, 10, 2, 16, tzinfo=UTC)
    assert topics.locks_at == datetime(2026, 10, 25, 16, tzinfo=UTC)
    elective = queries.window_of(version.pk, "elective")
    assert elective.ends_at == datetime(2027, 1, 25, 16, tzinfo=UTC)
    assert elective.cutoff_at == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_the_typed_plan_is_read_once_per_process(region, django_assert_num_queries):
    version = make.plan_version(region.county)
    assert queries.plan_of(version).programme.title == "小方案"

    with django_assert_num_queries(0):
        assert queries.plan_of(version.pk).learn[0].id == "electives"


def test_time_is_cut_at_every_boundary_of_every_version(region):
    one = make.running(region.county)
    before = Slice.objects.filter(programme_id=one.pk).count()

    publish(one, make.SMALL_PLAN.replace("2026-12-31", "2026-12-20"), reason="提前结束")

    edges = set(Slice.objects.filter(programme_id=one.pk).values_list("starts_at", flat=True))
    assert datetime(2026, 12, 20, 16, tzinfo=UTC) in edges
    assert datetime(2026, 12, 31, 16, tzinfo=UTC) in edges
    assert Slice.objects.filter(programme_id=one.pk).count() == before + 1


def test_publishing_is_recorded_and_ends_the_draft(region):
    one = make.programme(region.county)
    make.draft(one)

    version = publish(one)

    assert not Draft.objects.filter(programme=one).exists()
    found = Record.objects.get(verb="published", object_type="plan_version")
    assert (found.object_id, found.programme_id, found.data["number"]) == (str(version.pk), one.pk, 1)


@pytest.mark.parametrize("role", ["designer", "county_admin"])
def test_designers_and_offices_of_the_owner_may(region, role):
    version = publish(make.programme(region.county), by=make.holder(role, region.county))

    assert version.number == 1


def test_an_office_above_may(region):
    assert publish(make.programme(region.county), by=make.holder("city_admin", region.city)).number == 1


@pytest.mark.parametrize("role", ["school_admin", "auditor", "operator", "host"])
def test_others_may_not(region, role):
    one = make.programme(region.county)

    with pytest.raises(NotPermitted, match="方案设计"):
        publish(one, by=make.holder(role, region.county))
    assert not PlanVersion.objects.filter(programme=one).exists()


def test_a_neighbour_may_not(region):
    with pytest.raises(NotPermitted):
        publish(make.programme(region.county), by=make.holder("county_admin", region.elsewhere))


def test_missing_parameters_are_asked_for_and_nothing_is_stored(region):
    one = make.programme(region.county)

    with pytest.raises(actions.PlanRefused, match="M0") as refused:
        publish(one, make.SCHOOL_PLAN, {"Y": 2026, "ME": 1})

    one.refresh_from_db()
    assert one.state == ProgrammeState.DRAFT
    assert not PlanVersion.objects.filter(programme=one).exists()
    assert [c.code for c in refused.value.complaints if c.severity == "error"] == ["param-missing"]


def test_a_wrong_plan_is_refused_with_line_and_key(region):
    wrong = make.SMALL_PLAN.replace("to: 2026-11-30", "to: 2026-11-31")

    with pytest.raises(actions.PlanRefused, match="第 5 行") as refused:
        publish(make.programme(region.county), wrong)
    assert "phases" in refused.value.message


@pytest.mark.parametrize("text", ["", "没有冒号", "programme: [", "a: &x 1\nb: *x", "\x00"])
def test_what_is_no_plan_is_refused(region, text):
    with pytest.raises(actions.PlanRefused):
        publish(make.programme(region.county), text)


def test_the_second_version_needs_a_reason(region):
    one = make.running(region.county)

    with pytest.raises(Invalid, match="第 2 版") as refused:
        publish(one, make.SMALL_PLAN.replace("12-31", "12-30"), reason="  ")
    assert refused.value.field == "reason"


def test_the_same_text_again_is_refused(region):
    one = make.running(region.county)

    with pytest.raises(Conflict, match="完全一样"):
        publish(one, reason="再发一次")


def test_participants_keep_their_version_unless_moved(region):
    one = make.running(region.county)
    old, place = one.current, make.enrolment(one, make.teacher(region.school))

    publish(one, make.SMALL_PLAN.replace("12-31", "12-30"), reason="改一天")
    place.refresh_from_db()
    assert place.version_id == old.pk

    newest = publish(one, make.SMALL_PLAN.replace("12-31", "12-29"), reason="再改一天", move_participants=True)
    place.refresh_from_db()
    assert place.version_id == newest.pk
    assert Record.objects.get(verb="moved").data == {"participants": 1}


def test_only_the_current_version_takes_participants(region):
    one = make.running(region.county)
    old = one.current
    publish(one, make.SMALL_PLAN.replace("12-31", "12-30"), reason="改一天")

    with pytest.raises(Conflict, match="不是现行版"):
        actions.move_participants(version=old, by=SYSTEM, at=AT)


def test_units_own_dates_are_carried_where_they_still_fit(region):
    one = make.running(region.county)
    make.window(one.current, unit=region.school)

    kept = publish(one, make.SMALL_PLAN.replace("2026-12-31", "2026-12-20"), reason="提前结束")
    assert Window.objects.filter(version=kept, unit=region.school).count() == 1

    dropped = publish(one, make.SMALL_PLAN.replace("2026-12-31", "2026-12-01"), reason="再提前")
    assert not Window.objects.filter(version=dropped, unit__isnull=False).exists()


@pytest.mark.parametrize("change", ["UPDATE programmes_planversion SET source = 'x'", "DELETE FROM programmes_planversion"])
def test_the_database_refuses_to_change_a_version(region, change):
    from django.db import connection

    make.running(region.county)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_window_without_days_takes_those_of_the_launch(region):
    source = make.SMALL_PLAN.replace("from: 2026-11-06, to: 2026-12-31, do: [learn]", "do: [learn]")
    one = make.programme(region.county)

    version = publish(one, source, launch_dates={"study": ["2026-11-10", None]})

    span = queries.window_of(version.pk, "study")
    assert (span.starts_at, span.ends_at) == (datetime(2026, 11, 9, 16, tzinfo=UTC), None)
