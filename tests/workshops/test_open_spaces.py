"""Spaces come from the plan (W-30, 000b L50), from people, and as sub-workshops."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.models import Appointment
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.orgs.models import Kind, Org
from yanxiu.records.models import Record
from yanxiu.workshops import actions, reactions
from yanxiu.workshops.models import Membership, Space, SpaceKind, Tool


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


def administrator(shop):
    return replace(programmes.holder("school_admin", shop.school), person_id=programmes.teacher(shop.school).pk)


def test_a_school_administrator_opens_the_community_of_the_own_school_and_hosts_it(shop):
    head = administrator(shop)
    colleague = programmes.teacher(shop.school)
    outside = programmes.teacher(shop.other_county)

    space = actions.open_community(school=shop.school, title="青河一中社区", intro="说说课堂", by=head, at=make.AT)

    assert (space.kind, space.visibility, space.joining, space.programme_id) == ("school_community", "public", "open", None)
    assert Appointment.objects.filter(person=head.person_id, role="host", space_id=space.pk).count() == 1
    assert Record.objects.filter(verb="opened", object_type="space", object_id=str(space.pk), actor_id=head.person_id).count() == 1
    actions.request_join(workshop=space, by=programmes.learner(colleague), at=make.AT)
    assert Space.objects.get(pk=space.pk).member_count == 1
    with pytest.raises(NotFound):
        actions.request_join(workshop=space, by=programmes.learner(outside), at=make.AT)


def test_a_school_has_one_community_until_it_is_closed(shop):
    head = administrator(shop)
    first = actions.open_community(school=shop.school, title="青河一中社区", intro="", by=head, at=make.AT)

    with pytest.raises(Conflict, match="已有社区“青河一中社区”。要另开一个，先请它的主持人或县级管理员关闭它"):
        actions.open_community(school=shop.school, title="又一个社区", intro="", by=head, at=make.AT)
    actions.close_space(space=first, reason="另开一个", by=shop.office, at=make.AT)
    again = actions.open_community(school=shop.school, title="又一个社区", intro="", by=head, at=make.AT)

    assert Space.objects.filter(org=shop.school, kind=SpaceKind.SCHOOL_COMMUNITY, state="open").get() == again


def test_who_may_not_open_a_community(shop):
    head = administrator(shop)
    other = programmes.org(parent=shop.other_county, name="别县小学")

    for who, school, error, sentence in (
        (head, other, NotPermitted, "由本校的学校管理员开"),
        (programmes.holder("tutor", shop.county), shop.school, NotPermitted, "由本校的学校管理员开"),
        (shop.office, shop.county, Conflict, "学校社区属于一所学校"),
        (SYSTEM, shop.school, NotPermitted, "由登录的本人办理"),
    ):
        with pytest.raises(error, match=sentence):
            actions.open_community(school=school, title="社区", intro="", by=who, at=make.AT)
    with pytest.raises(NotPermitted, match="开坊由县级及以上管理员办理"):
        actions.open_space(kind=SpaceKind.TOPIC_WORKSHOP, title="本校的坊", org=shop.school, by=head, at=make.AT)
    with pytest.raises(Invalid, match="坊名 2—120 个字"):
        actions.open_community(school=shop.school, title="社", intro="", by=head, at=make.AT)
    assert not Space.objects.filter(kind=SpaceKind.SCHOOL_COMMUNITY).exists()


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


TREE = """\
programme: {id: trees, title: 学科工作坊方案, level: city, owner: 青河市教育局, year: 2026}
audience:
  - {id: all, stages: [初中, 高中], subjects: [语文, 音乐]}
orgs: {chain: [city, county, school], workshop_levels: {初中: [省, 市, 县], 高中: [省, 市]}, level_exceptions: per_subject}
phases:
  - {id: p1, label: 第一阶段, from: 2026-11-06, to: 2026-12-31, do: [learn]}
learn:
  - {id: electives, label: 选修课, kind: elective, window: p1, min_hours: 2, catalogue_min_hours: 6, topics: [班级管理]}
spaces:
  - {type: subject_workshop, tree: workshop_levels, needs: [plan, task_list, host_assessment, rules], posted_on: subject_page}
  - {type: school_community, per: school, functions: [资源汇聚, 活动组织], tools: [资源建设, 研讨交流, 调查统计]}
  - {type: regional_community, per: region, tools: [跨校活动组织, 调查统计]}
  - {type: personal_space, per: learner, functions: [日志发布, 资源分享]}
  - {type: class, per: school, column: 共享栏目, shared_with: county}
  - {type: teacher_workshop, linked: true, created: [alone, jointly]}
"""


@pytest.fixture
def region(db):
    """A city with two counties and their schools, one school directly below the city, and a programme that asks for every kind."""
    nation = programmes.org(name="中国")
    city = programmes.org(parent=programmes.org(parent=nation, kind=Kind.PROVINCE, name="东山省"), kind=Kind.CITY, name="青河市")
    counties = [programmes.org(parent=city, kind=kind, name=name) for kind, name in ((Kind.COUNTY, "清溪县"), (Kind.ZONE, "高新区"))]
    schools = [programmes.org(parent=parent, name=f"{parent.name}一中") for parent in (*counties, city)]
    return SimpleNamespace(
        city=city, counties=counties, schools=schools, programme=programmes.running(city, source=TREE),
    )  # fmt: skip


def of_kind(region, kind):
    return Space.objects.filter(programme=region.programme, kind=kind).select_related("org", "parent").order_by("pk")


def test_subject_workshops_stand_as_a_tree_by_stage(region):
    actions.open_spaces(programme=region.programme, by=SYSTEM, at=make.AT)

    tree = of_kind(region, SpaceKind.SUBJECT_WORKSHOP)
    assert {(one.stage, one.level) for one in tree} == {("初中", "市"), ("初中", "县"), ("高中", "市")}
    assert tree.count() == 2 * (1 + 2) + 2 * 1  # C-66: junior 市+县 (two counties), senior 市 only; two subjects each
    low = next(one for one in tree if one.level == "县" and one.subject == "语文" and one.org == region.counties[1])
    assert (low.parent.org, low.parent.subject, low.parent.stage) == (region.city, "语文", "初中")
    assert low.path == f"/{low.parent_id}/{low.pk}/"
    assert {(one.state, one.joining, tuple(one.needs)) for one in tree} == {
        ("preparing", "roster", ("plan", "task_list", "host_assessment", "rules"))
    }


def test_a_subject_may_be_excepted_from_the_levels(region):
    actions.except_levels(
        programme=region.programme, stage="初中", subject="音乐", levels=["市"], reason="县里没有专职教研员", by=SYSTEM, at=make.AT
    )
    with pytest.raises(Invalid, match="没有"):
        actions.except_levels(programme=region.programme, stage="初中", subject="炼金", levels=["市"], reason="", by=SYSTEM, at=make.AT)
    with pytest.raises(Invalid, match="至少选一级"):
        actions.except_levels(programme=region.programme, stage="初中", subject="音乐", levels=[], reason="", by=SYSTEM, at=make.AT)

    actions.open_spaces(programme=region.programme, by=SYSTEM, at=make.AT)

    assert {one.level for one in of_kind(region, SpaceKind.SUBJECT_WORKSHOP) if (one.stage, one.subject) == ("初中", "音乐")} == {"市"}


def test_communities_classes_and_personal_spaces_one_each(region):
    person = make.participant(region.programme, region.schools[0], stage="初中", subject="语文").person
    expert = programmes.teacher(region.schools[1], name="周怀远")
    Appointment.objects.create(person=expert, role="expert", org=region.city, from_on="2020-01-01", granted_at=make.AT)

    actions.open_spaces(programme=region.programme, by=SYSTEM, at=make.AT)

    communities = of_kind(region, SpaceKind.SCHOOL_COMMUNITY)
    assert {(one.org, one.visibility, tuple(one.tools)) for one in communities} == {
        (school, "public", ("discussion", "qa", "check_in", "activity", "ballot", "problem", "share")) for school in region.schools
    }
    assert {one.org for one in of_kind(region, SpaceKind.REGIONAL_COMMUNITY)} == {region.city, *region.counties}
    classes = {one.org: one for one in of_kind(region, SpaceKind.CLASS)}
    assert set(classes) == set(region.schools)
    assert (classes[region.schools[0]].column, classes[region.schools[0]].shared_with_id) == ("共享栏目", region.counties[0].pk)
    own = Space.objects.get(kind=SpaceKind.PERSONAL)
    assert (own.opened_by, own.programme_id, own.visibility, own.member_count) == (person.pk, None, "members", 1)
    assert Membership.objects.get(space=own).person == person
    workshop = of_kind(region, SpaceKind.TEACHER_WORKSHOP).get()
    assert Appointment.objects.get(space_id=workshop.pk).person == expert


def test_seats_follow_from_the_roster_at_the_lowest_level(region):
    here, direct = region.schools[0], region.schools[2]
    low = make.participant(region.programme, here, stage="初中", subject="语文").person
    high = make.participant(region.programme, direct, stage="初中", subject="语文").person
    actions.open_spaces(programme=region.programme, by=SYSTEM, at=make.AT)

    seated = actions.seat_by_roster(programme=region.programme, by=SYSTEM, at=make.AT)

    assert seated == 2 * 3  # the class, the community, the subject workshop
    seats = {(row.person_id, row.space.kind): row.space for row in Membership.objects.select_related("space")}
    assert seats[low.pk, "subject_workshop"].level == "县"
    assert seats[high.pk, "subject_workshop"].level == "市"
    assert seats[low.pk, "school_community"].org == here
    assert all(one.member_count == Membership.objects.filter(space=one).count() for one in Space.objects.all())
    assert Record.objects.filter(verb="seated", object_type="space").count() == 6
    assert actions.seat_by_roster(programme=region.programme, by=SYSTEM, at=make.AT) == 0


def test_more_schools_cost_no_more_statements(region, django_assert_max_num_queries):
    actions.open_spaces(programme=region.programme, by=SYSTEM, at=make.AT)
    Org.objects.bulk_create([
        Org(name=f"清溪{n}小", kind=Kind.SCHOOL, parent=region.counties[0], path=f"{region.counties[0].path}{10_000_000 + n}/", code=f"q{n}")
        for n in range(500)
    ])  # fmt: skip

    with django_assert_max_num_queries(30):
        opened = actions.open_spaces(programme=region.programme, by=SYSTEM, at=make.AT)

    assert len(opened) == 1000
    assert actions.open_spaces(programme=region.programme, by=SYSTEM, at=make.AT) == []
