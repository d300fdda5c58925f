"""enrol and enrol_units: works / who may / refuses / edge / idempotent."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.programmes import factories as make
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.programmes import actions, queries
from yanxiu.programmes.models import Enrolment, EnrolmentState
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.models import Record

TWO_SIDES = make.SMALL_PLAN.replace(
    "  - {id: all, stages: [初中, 高中]}",
    """\
  - {id: science_in, label: 计划内, stages: [高中], subjects: [物理, 化学], plan: in, quota: 2}
  - {id: science_out, label: 计划外, stages: [高中], subjects: [物理, 化学], plan: out}
  - {id: language_out, label: 计划外语文, stages: [高中], subjects: [语文], plan: out, only_if: not_attended_previous}""",
)


@pytest.fixture
def one(region):
    return make.running(region.county)


def enrol(one, person, *, by=SYSTEM, at=make.AT, **facts):
    return actions.enrol(person=person, programme=one, by=by, at=at, **facts)


def enrol_units(one, *units, by=SYSTEM, at=make.AT, **facts):
    return actions.enrol_units(programme=one, units=units, by=by, at=at, **facts)


def test_a_teacher_comes_in_as_she_is_now(region, one):
    person = make.teacher(region.school, stage="初中", subject="数学")

    place = enrol(one, person)

    assert (place.version_id, place.unit, place.stage, place.subject) == (one.current_id, region.school, "初中", "数学")
    assert (place.audience, place.role, place.state) == ("all", "learner", EnrolmentState.ACTIVE)
    found = Record.objects.get(verb="enrolled")
    assert (found.person_id, found.programme_id, found.unit_path) == (person.pk, one.pk, region.school.path)


def test_all_of_a_county_whom_the_plan_admits_come_in_once(region, one):
    for unit in (region.school, region.second_school):
        make.teacher(unit)
        make.teacher(unit, stage="初中", subject="音乐")
        make.teacher(unit, stage="小学", subject="音乐")
        make.teacher(unit, stage="")
    make.teacher(region.elsewhere)

    assert enrol_units(one, region.county) == 4
    assert enrol_units(one, region.county, region.school) == 0
    assert Enrolment.objects.filter(programme=one).count() == 4
    assert Record.objects.filter(verb="enrolled").count() == 4


def test_only_the_chosen_units_come_in(region, one):
    chosen = make.teacher(region.school)
    make.teacher(region.second_school)

    enrol_units(one, region.school)

    assert list(Enrolment.objects.values_list("person_id", flat=True)) == [chosen.pk]


def test_many_cost_as_many_queries_as_one(region, one):
    def cost(number: int) -> int:
        for _ in range(number):
            make.teacher(region.school)
        with CaptureQueriesContext(connection) as captured:
            assert enrol_units(one, region.school) == number
        return len(captured)

    cost(1)  # reads the plan, once per process
    assert cost(1) == cost(12)


def test_one_person_takes_part_in_several_programmes(region, one):
    person = make.teacher(region.school)
    other = make.running(region.city)
    enrol(one, person)
    enrol(other, person)

    assert {place.programme_id for place in queries.programmes_of_person(person.pk)} == {one.pk, other.pk}


@pytest.mark.parametrize(("role", "place"), [("county_admin", "county"), ("city_admin", "city"), ("province_admin", "province")])
def test_the_offices_may(region, one, role, place):
    make.teacher(region.school)

    assert enrol_units(one, region.school, by=make.holder(role, getattr(region, place))) == 1


@pytest.mark.parametrize("role", ["school_admin", "designer", "tutor"])
def test_others_may_not(region, one, role):
    with pytest.raises((NotPermitted, NotFound)):
        enrol_units(one, region.school, by=make.holder(role, region.school))


def test_a_neighbour_does_not_see_the_programme(region, one):
    with pytest.raises(NotFound):
        enrol(one, make.teacher(region.school), by=make.holder("county_admin", region.elsewhere))


def test_twice_is_refused(region, one):
    person = make.teacher(region.school, name="李雷")
    enrol(one, person)

    with pytest.raises(actions.AlreadyEnrolled, match="李雷已经"):
        enrol(one, person)


@pytest.mark.parametrize(("stage", "words"), [("小学", "任教小学物理，不在这个方案的参训对象"), ("", "还没有登记主要任教")])
def test_whom_the_plan_does_not_admit_is_told_why(region, one, stage, words):
    with pytest.raises(actions.NotAdmitted, match=words):
        enrol(one, make.teacher(region.school, stage=stage))


def test_outside_the_owner_is_told_why(region, one):
    with pytest.raises(actions.NotAdmitted, match="不在这个方案的范围"):
        enrol(one, make.teacher(region.elsewhere))


def test_who_works_nowhere_is_told_why(region, one):
    person = make.teacher(region.school)
    type(person).objects.filter(pk=person.pk).update(unit=None, unit_path="")
    person.refresh_from_db()

    with pytest.raises(actions.NotAdmitted, match="没有所在单位"):
        enrol(one, person)


def test_after_the_window_nobody_comes_in(region, one):
    make.teacher(region.school)

    with pytest.raises(WindowClosed, match="报名 11 月 30 日 24:00"):
        enrol_units(one, region.school, at=datetime(2026, 12, 1, 4, tzinfo=UTC))
    assert not Enrolment.objects.exists()


def test_a_draft_and_a_closed_programme_take_nobody(region, one):
    with pytest.raises(Conflict, match="不在进行中"):
        enrol_units(make.programme(region.county), region.school)
    actions.close(programme=one, by=SYSTEM, at=make.AT)
    with pytest.raises(Conflict, match="不在进行中"):
        enrol_units(one, region.school)


def test_no_unit_is_refused(one):
    with pytest.raises(Invalid, match="请先选单位"):
        enrol_units(one)


def test_in_and_out_of_plan_must_be_said(region):
    one = make.running(region.county, source=TWO_SIDES)

    with pytest.raises(Invalid, match="计划内、计划外") as refused:
        enrol_units(one, region.school)
    assert refused.value.field == "in_plan"


def test_beyond_the_quota_nobody_comes_in_and_out_of_plan_has_none(region):
    one = make.running(region.county, source=TWO_SIDES)
    for _ in range(3):
        make.teacher(region.school)

    with pytest.raises(actions.QuotaFull, match="计划内名额 2，加上这次的 3 人会到 3 人，多出 1 人"):
        enrol_units(one, region.school, in_plan=True)
    assert not Enrolment.objects.exists()

    assert enrol_units(one, region.school, in_plan=False) == 3
    assert set(Enrolment.objects.values_list("audience", "in_plan")) == {("science_out", False)}


def test_who_was_there_the_year_before_is_not_new(region):
    person = make.teacher(region.school, subject="语文")
    before = make.running(region.county, source=TWO_SIDES.replace("language_out", "l").replace(", only_if: not_attended_previous", ""))
    enrol(before, person, in_plan=False)
    one = make.running(region.county, source=TWO_SIDES)

    with pytest.raises(actions.NotAdmitted, match="往年"):
        enrol(one, person, in_plan=False)


def test_who_left_stays_out_of_a_unit_but_may_come_back_by_name(region, one):
    person = make.teacher(region.school)
    make.left(make.enrolment(one, person))

    assert enrol_units(one, region.school) == 0
    place = enrol(one, person)
    assert (place.state, place.left_at) == (EnrolmentState.ACTIVE, None)


def test_units_are_counted_by_what_is_below_them(region, one):
    make.enrolment(one, make.teacher(region.school))
    make.left(make.enrolment(one, make.teacher(region.school)))
    make.teacher(region.school)
    make.teacher(region.school, stage="小学")
    make.teacher(region.county)

    by_name = {row.name: row for row in queries.unit_counts(one, region.county)}

    school, county = by_name["青河一中"], by_name["青河县"]
    assert (school.teachers, school.eligible, school.enrolled, school.left, school.waiting) == (4, 3, 1, 1, 1)
    assert (county.is_self, county.teachers, county.waiting) == (True, 1, 1)
    assert by_name["青河二中"].teachers == 0
