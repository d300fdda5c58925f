"""Documents, opening with what the plan needs, closing, tools and who may look (W-30, S-13)."""

import pytest

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from tests.workshops import places_factories as places
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.records.models import Record
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import DocumentConfirmation, Space, SpaceDocument, SpaceState, Tool


@pytest.fixture
def preparing(shop):
    """A workshop whose plan asks for two documents, with a member and a host."""
    one = make.space(
        shop.county,
        programme=shop.programme,
        topic="信息技术",
        title="信息技术专题工作坊",
        needs=["guidance_plan", "rules"],
        state="preparing",
    )
    return one, make.host(one), make.member(one, shop.school, name="孙悦")


def publish(space, by, **facts):
    given = {"kind": "rules", "title": "", "source": "四十八小时内回复提问"} | facts
    return actions.publish_document(space=space, by=by, at=make.AT, **given)


def test_it_opens_when_the_documents_are_there_and_says_which_is_missing(preparing):
    space, host, member = preparing
    with pytest.raises(NotPermitted, match="还在筹备"):
        permissions.check_can_enter(member, space)
    publish(space, host)

    with pytest.raises(Conflict, match="缺：研修指导方案") as refused:
        actions.open_up(space=space, by=host, at=make.AT)
    assert refused.value.missing == ("研修指导方案",)
    publish(space, host, kind="guidance_plan")
    opened = actions.open_up(space=space, by=host, at=make.AT)

    assert opened.state == SpaceState.OPEN
    assert holds(permissions.check_can_enter, member, opened)
    with pytest.raises(Conflict, match="已经开放"):
        actions.open_up(space=space, by=host, at=make.AT)


def test_hosts_prepare_inside_and_members_stay_out(preparing):
    space, host, member = preparing

    assert holds(permissions.check_can_enter, host, space)
    assert space not in permissions.enterable_spaces(member)
    assert space in permissions.visible_spaces(member)
    with pytest.raises(NotPermitted):
        actions.open_up(space=space, by=member, at=make.AT)


def test_versions_are_kept_and_the_same_words_are_none(shop):
    first = publish(shop.space, shop.host)
    again = publish(shop.space, shop.host)
    second = publish(shop.space, shop.host, source="二十四小时内回复提问", asks=True)

    assert (first, first.version, second.version) == (again, 1, 2)
    assert [one.version for one in queries.documents_of(shop.space)] == [2]
    assert Space.objects.get(pk=shop.space.pk).rules == "二十四小时内回复提问"
    assert SpaceDocument.objects.get(version=1).source == "四十八小时内回复提问"
    assert Record.objects.filter(verb="published", object_type="space_document").count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"kind": "诗"}, "kind"), ({"source": " "}, "source"), ({"title": "长" * 121}, "title"), ({"source": "字" * 20_001}, "source")],
)
def test_a_document_that_is_refused_leaves_nothing(shop, facts, field):
    with pytest.raises(Invalid) as refused:
        publish(shop.space, shop.host, **facts)

    assert refused.value.field == field
    assert not SpaceDocument.objects.exists()


def test_members_confirm_the_version_in_force(shop):
    first = publish(shop.space, shop.host, asks=True)
    actions.confirm_document(document=first, by=shop.member, at=make.AT)
    actions.confirm_document(document=first, by=shop.member, at=make.AT)
    assert DocumentConfirmation.objects.filter(document=first).count() == 1

    publish(shop.space, shop.host, source="新的一版", asks=True)
    with pytest.raises(Conflict, match="新的一版"):
        actions.confirm_document(document=first, by=shop.member, at=make.AT)
    with pytest.raises((NotFound, NotPermitted)):
        actions.confirm_document(document=first, by=programmes.learner(shop.newcomer()), at=make.AT)


def test_members_publish_no_documents(shop):
    with pytest.raises(NotPermitted):
        publish(shop.space, shop.member)


def test_the_host_says_which_tools_there_are_and_who_may_look(shop):
    sub = make.sub_workshop(shop.space)

    changed = actions.arrange_space(
        space=shop.space, tools=["qa", "discussion", "烹饪"], visibility="public", joining="open", by=shop.host, at=make.AT
    )

    assert (changed.tools, changed.visibility, changed.joining, changed.cap) == ([Tool.DISCUSSION, Tool.QA], "public", "open", 500)
    sub.refresh_from_db()
    assert (sub.tools, sub.visibility) == ([Tool.DISCUSSION, Tool.QA], "public")
    newcomer = programmes.learner(shop.newcomer())
    assert holds(permissions.check_can_enter, newcomer, changed)
    seat = actions.request_join(workshop=changed, by=newcomer, at=make.AT)
    assert (seat.state, seat.space_id) == ("member", shop.space.pk)


@pytest.mark.parametrize(
    ("facts", "field"), [({"tools": []}, "tools"), ({"visibility": "x"}, "visibility"), ({"joining": "x"}, "joining"), ({"cap": 0}, "cap")]
)
def test_an_arrangement_that_is_refused(shop, facts, field):
    given = {"tools": ["qa"], "visibility": "members", "joining": "request"} | facts
    with pytest.raises(Invalid) as refused:
        actions.arrange_space(space=shop.space, by=shop.host, at=make.AT, **given)
    assert refused.value.field == field


def test_a_closed_space_is_read_and_nothing_is_written(shop):
    sub = make.sub_workshop(shop.space)
    thread = make.post(shop.space, shop.member)
    with pytest.raises(Invalid, match="为什么"):
        actions.close_space(space=shop.space, reason="", by=shop.host, at=make.AT)

    closed = actions.close_space(space=shop.space, reason="项目已结束", by=shop.host, at=make.AT)

    assert Space.objects.get(pk=sub.pk).state == SpaceState.CLOSED
    assert holds(permissions.check_can_see_post, shop.member, thread)
    for write in (
        lambda: actions.open_discussion(space=closed, title="还能写吗", source="试一试能不能写", by=shop.member, at=make.AT),
        lambda: actions.save_draft(space=closed, kind="guide", title="导引", source="试一试", by=shop.host, at=make.AT),
        lambda: actions.request_join(workshop=closed, by=programmes.learner(shop.newcomer()), at=make.AT),
    ):
        with pytest.raises(Conflict, match="已经关闭"):
            write()
    opened = actions.reopen_space(space=closed, by=shop.host, at=make.AT)
    assert (opened.state, opened.closed_at) == (SpaceState.OPEN, None)


def test_a_hidden_space_is_there_for_members_and_the_invited_only(shop):
    newcomer = shop.newcomer(name="陈晨")
    hidden = actions.arrange_space(space=shop.space, tools=["qa"], visibility="hidden", joining="request", by=shop.host, at=make.AT)
    who = programmes.learner(newcomer)
    with pytest.raises(NotFound):
        permissions.check_can_see_space(who, hidden)

    actions.invite(workshop=hidden, people=[newcomer], by=shop.host, at=make.AT)

    assert holds(permissions.check_can_see_space, who, hidden)
    assert actions.request_join(workshop=hidden, by=who, at=make.AT).state == "member"


def test_the_owner_arranges_her_personal_space(shop):
    person = shop.newcomer()
    own = make.space(shop.school, kind="personal", opened_by=person.pk, cap=None, splits=False)
    make.membership(own, person)
    who = programmes.learner(person)

    changed = actions.arrange_space(space=own, tools=["log"], visibility="public", joining="open", by=who, at=make.AT)

    assert (changed.visibility, changed.joining) == ("public", "request")
    colleague = programmes.learner(programmes.teacher(shop.school))
    assert holds(permissions.check_can_enter, colleague, changed)
    with pytest.raises(NotPermitted):
        actions.arrange_space(space=own, tools=["log"], visibility="hidden", joining="open", by=colleague, at=make.AT)


def test_experts_and_contacts_are_named_and_taken_off(shop):
    named = actions.name_contact(
        space=shop.space, role="expert", name="周怀远", unit="省教科院", words="研究班级治理二十年", by=shop.host, at=make.AT
    )
    with pytest.raises(Invalid, match="姓名"):
        actions.name_contact(space=shop.space, role="expert", name="周", unit="", words="", by=shop.host, at=make.AT)
    assert list(queries.contacts_of(shop.space)) == [named]

    actions.end_contact(contact=named, by=shop.host, at=make.AT)
    actions.end_contact(contact=named, by=shop.host, at=make.AT)

    assert not queries.contacts_of(shop.space).exists()
    assert Record.objects.filter(object_type="space_contact").count() == 2


def test_what_else_a_plan_may_ask_for(shop):
    one = make.space(shop.county, needs=["tutor", "subject", "expert_profiles"], state="preparing")

    assert queries.lacking(one, on=make.AT.date()) == ["主持人或指导教师", "学科", "专家介绍"]
    make.host(one)
    places.space_contact(one)
    one.subject = "语文"
    assert queries.lacking(one, on=make.AT.date()) == []
