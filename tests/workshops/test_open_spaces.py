"""Spaces come from the plan (W-30, 000b L50), from people, and as sub-workshops."""

import pytest

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.models import Appointment
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.records.models import Record
from yanxiu.workshops import actions, reactions
from yanxiu.workshops.models import Space, SpaceKind, Tool


def test_every_topic_of_the_school_plan_gets_its_workshop(shop):
    one = programmes.running(shop.county, source=programmes.SCHOOL_PLAN, parameters=programmes.MASKED)

    opened = actions.open_spaces(programme=one, by=SYSTEM, at=make.AT)

    assert [space.topic for space in opened] == [
        "班级管理", "中国传统文化", "学生心理健康教育", "信息技术支持的教学环节优化", "微课程的设计与应用", "教师艺术修养",
    ]  # fmt: skip
    assert {(space.cap, space.splits, space.kind, space.org_id) for space in opened} == {(500, True, "topic_workshop", shop.county.pk)}
    assert all(space.path == f"/{space.pk}/" for space in opened)
    assert Record.objects.filter(verb="opened", object_type="space", programme_id=one.pk).count() == 6


def test_opening_twice_opens_nothing_new(shop):
    make.opened(shop.programme)

    assert make.opened(shop.programme) == []
    assert Space.objects.filter(programme=shop.programme).exclude(plan_key="").count() == 2


def test_a_published_plan_opens_its_spaces(shop):
    published = Record.objects.get(verb="published", object_type="plan_version", programme_id=shop.programme.pk)

    reactions.open_spaces(published)
    reactions.open_spaces(published)

    assert Space.objects.filter(programme=shop.programme).exclude(plan_key="").count() == 2


def test_an_unpublished_plan_opens_nothing(shop):
    with pytest.raises(Conflict, match="还没有发布"):
        make.opened(programmes.programme(shop.county))


@pytest.mark.parametrize("role", ["school_admin", "host", "tutor"])
def test_who_may_not_open(shop, role):
    with pytest.raises(NotPermitted):
        actions.open_spaces(programme=shop.programme, by=programmes.holder(role, shop.county), at=make.AT)


def test_an_office_opens_a_community_for_a_unit_below(shop):
    space = actions.open_space(
        kind=SpaceKind.SCHOOL_COMMUNITY, title="青河一中 社区", org=shop.school, tools=["discussion"], by=shop.office, at=make.AT
    )

    assert (space.tools, space.cap, space.programme_id) == ([Tool.DISCUSSION], None, None)


@pytest.mark.parametrize(
    ("facts", "field"), [({"title": "坊"}, "title"), ({"kind": SpaceKind.PERSONAL}, "kind"), ({"level": "乡"}, "level")]
)
def test_what_is_refused_leaves_nothing(shop, facts, field):
    before = Space.objects.count()

    with pytest.raises(Invalid) as refused:
        actions.open_space(
            **{"kind": SpaceKind.TEACHER_WORKSHOP, "title": "教师坊", "org": shop.county, "by": shop.office, "at": make.AT, **facts}
        )

    assert refused.value.field == field
    assert Space.objects.count() == before


def test_not_outside_the_scope(shop):
    with pytest.raises(NotPermitted):
        actions.open_space(kind=SpaceKind.CLASS, title="别县的班", org=shop.other_county, by=shop.office, at=make.AT)


def test_a_host_opens_a_sub_workshop_that_inherits(shop):
    sub = actions.open_sub_workshop(workshop=shop.space, by=shop.host, at=make.AT)

    assert (sub.parent_id, sub.cap, sub.topic, sub.programme_id) == (shop.space.pk, 500, "班级管理", shop.programme.pk)
    assert sub.title == "班级管理专题工作坊 第 1 子坊"
    assert sub.path == f"/{shop.space.pk}/{sub.pk}/"
    with pytest.raises(Conflict, match="不再开子坊"):
        actions.open_sub_workshop(workshop=sub, by=shop.host, at=make.AT)


def test_members_open_none(shop):
    with pytest.raises(NotPermitted):
        actions.open_sub_workshop(workshop=shop.space, by=shop.member, at=make.AT)


def test_describing_keeps_what_stood_there_before(shop):
    actions.describe(space=shop.space, intro="管好一个班", rules="48 小时内回复提问", by=shop.host, at=make.AT)
    actions.describe(space=shop.space, intro="管好一个班", rules="48 小时内回复提问", by=shop.host, at=make.AT)

    row = Record.objects.get(verb="described", object_id=str(shop.space.pk))
    assert row.data == {"before": {"intro": "", "rules": ""}}
    with pytest.raises(NotPermitted):
        actions.describe(space=shop.space, intro="", rules="随便发", by=shop.member, at=make.AT)


def test_the_office_appoints_hosts(shop):
    person = shop.newcomer(name="韩梅梅")

    actions.appoint_host(space=shop.space, person=person, by=shop.office, at=make.AT)

    assert Appointment.objects.get(person=person).space_id == shop.space.pk
    with pytest.raises(NotPermitted):
        actions.appoint_host(space=shop.space, person=person, by=shop.host, at=make.AT)
