"""offer_course, withdraw_course, close, create_programme, save_draft: works / who may / refuses."""

from decimal import Decimal

import pytest

from tests.programmes import factories as make
from yanxiu.catalogue.models import CourseState
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.programmes import actions
from yanxiu.programmes.models import Draft, Offering, Programme, ProgrammeState
from yanxiu.records.models import Record


@pytest.fixture
def one(region):
    return make.running(region.county)


def offer(one, course, *, block="electives", topic="班级管理", by=SYSTEM, **facts):
    return actions.offer_course(programme=one, block=block, topic=topic, course=course, by=by, at=make.AT, **facts)


def test_a_course_stands_in_its_topic_for_its_own_hours(region, one):
    offering = offer(one, make.course(region.county, hours=3))

    assert (offering.block, offering.topic, offering.hours) == ("electives", "班级管理", Decimal(3))
    assert Record.objects.get(verb="offered").kind == "electives"


def test_the_hours_may_differ_from_the_courses(region, one):
    assert offer(one, make.course(region.county), hours=Decimal("1.5")).hours == Decimal("1.5")


def test_a_designer_of_the_owner_may_and_a_school_may_not(region, one):
    offer(one, make.course(region.county), by=make.holder("designer", region.county))

    with pytest.raises(NotPermitted, match="选课目录"):
        offer(one, make.course(region.county), by=make.holder("school_admin", region.school))


@pytest.mark.parametrize(
    ("block", "topic", "words"),
    [
        ("electives", "书法", "没有专题「书法」。可选：班级管理、信息技术"),
        ("electives", "", "没有专题"),
        ("law", "班级管理", "不分专题"),
        ("nothing", "", "没有课程块"),
    ],
)
def test_a_place_that_the_plan_does_not_have_is_refused(region, one, block, topic, words):
    with pytest.raises(Invalid, match=words):
        offer(one, make.course(region.county), block=block, topic=topic)
    assert not Offering.objects.exists()


def test_a_block_of_lesson_cases_takes_no_course(region):
    one = make.running(region.county, source=make.SCHOOL_PLAN, parameters=make.MASKED)

    with pytest.raises(Conflict, match="由课例组成"):
        offer(one, make.course(region.county), block="casework", topic="")


@pytest.mark.parametrize("hours", [Decimal(0), Decimal(-1), Decimal(201)])
def test_odd_hours_are_refused(region, one, hours):
    with pytest.raises(Invalid, match="学时"):
        offer(one, make.course(region.county), hours=hours)


def test_a_draft_course_and_the_same_course_twice_are_refused(region, one):
    with pytest.raises(Conflict, match="还没有发布"):
        offer(one, make.course(region.county, state=CourseState.DRAFT))
    course = make.course(region.county)
    offer(one, course)
    with pytest.raises(actions.AlreadyOffered):
        offer(one, course, topic="信息技术")


def test_a_course_is_taken_out_again(one):
    actions.withdraw_course(offering=make.offering(one), by=SYSTEM, at=make.AT)

    assert not Offering.objects.exists()
    assert Record.objects.filter(verb="withdrawn", object_type="offering").count() == 1


def test_a_school_may_not_take_it_out(region, one):
    with pytest.raises(NotPermitted):
        actions.withdraw_course(offering=make.offering(one), by=make.holder("school_admin", region.school), at=make.AT)


def test_closing_ends_writing(region, one):
    actions.close(programme=one, by=make.holder("county_admin", region.county), at=make.AT)

    one.refresh_from_db()
    assert (one.state, one.closed_at) == (ProgrammeState.CLOSED, make.AT)
    with pytest.raises(Conflict, match="已经结束"):
        actions.publish(programme=one, source=make.SMALL_PLAN, parameters={}, reason="改", by=SYSTEM, at=make.AT)
    with pytest.raises(Conflict, match="已经结束"):
        actions.close(programme=one, by=SYSTEM, at=make.AT)
    with pytest.raises(Conflict, match="不在进行中"):
        offer(one, make.course(region.county))


def test_a_designer_does_not_close_and_a_draft_is_not_closed(region, one):
    with pytest.raises(NotPermitted):
        actions.close(programme=one, by=make.holder("designer", region.county), at=make.AT)
    with pytest.raises(Conflict, match="还没有发布"):
        actions.close(programme=make.programme(region.county), by=SYSTEM, at=make.AT)


def test_a_code_is_used_once(region, one):
    with pytest.raises(actions.ProgrammeExists, match="已经用过") as refused:
        make.programme(region.county, code=one.code)
    assert refused.value.field == "code"


@pytest.mark.parametrize(("code", "title"), [("", "名称"), ("c" * 61, "名称"), ("c", " "), ("c", "名" * 121)])
def test_code_and_title_are_needed(region, code, title):
    with pytest.raises(Invalid):
        actions.create_programme(owner=region.county, code=code, title=title, by=SYSTEM, at=make.AT)
    assert not Programme.objects.exists()


def test_a_draft_is_kept_even_when_wrong_and_replaced(region):
    one = make.programme(region.county)
    make.draft(one, source="写到一半 [")
    make.draft(one, source="再写")

    assert Draft.objects.get(programme=one).source == "再写"


def test_a_draft_too_large_is_refused(region):
    with pytest.raises(Invalid, match="256 KB"):
        make.draft(make.programme(region.county), source="长" * 100_000)


def test_only_the_owner_creates_and_drafts(region):
    one = make.programme(region.county)
    school = make.holder("school_admin", region.school)
    with pytest.raises(NotPermitted):
        actions.create_programme(owner=region.school, code="x", title="y", by=school, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.save_draft(programme=one, source="", parameters={}, launch_dates={}, by=school, at=make.AT)
