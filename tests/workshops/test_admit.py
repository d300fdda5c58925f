"""People invited, added, removed, moved; spaces founded together; spaces linked (W-10, S-05)."""

import pytest

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.models import Appointment
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.records.models import Record
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Membership, MembershipState, Space, SpaceFounder


def seats(space):
    space.refresh_from_db()
    return space.member_count, Membership.objects.filter(space=space, state=MembershipState.MEMBER).count()


def test_a_host_adds_members_and_the_501st_opens_the_next_sub_workshop(shop):
    Space.objects.filter(pk=shop.space.pk).update(cap=3)
    people = [shop.newcomer() for _ in range(4)]

    result = actions.add_members(workshop=shop.space, people=[*people, people[0]], by=shop.host, at=make.AT)

    assert [number for _space, number in result.seated] == [2, 2]
    assert seats(shop.space) == (3, 3)
    assert seats(result.opened[0]) == (2, 2)
    with pytest.raises(Conflict, match="都已是"):
        actions.add_members(workshop=shop.space, people=people, by=shop.host, at=make.AT)


def test_nobody_is_added_when_one_does_not_take_part(shop):
    stranger = programmes.teacher(shop.school, name="外人")

    with pytest.raises(Invalid, match="外人 等 1 人不在"):
        actions.add_members(workshop=shop.space, people=[shop.newcomer(), stranger], by=shop.host, at=make.AT)

    assert seats(shop.space) == (1, 1)
    with pytest.raises(Invalid, match="还没有选人"):
        actions.add_members(workshop=shop.space, people=[], by=shop.host, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.add_members(workshop=shop.space, people=[stranger], by=shop.member, at=make.AT)


def test_an_invitation_is_taken_or_declined(shop):
    here, there = shop.newcomer(), shop.newcomer()
    assert actions.invite(workshop=shop.space, people=[here, there], by=shop.host, at=make.AT) == 2
    assert actions.invite(workshop=shop.space, people=[here], by=shop.host, at=make.AT) == 0

    actions.request_join(workshop=shop.space, by=programmes.learner(here), at=make.AT)
    declined = actions.leave(workshop=shop.space, by=programmes.learner(there), at=make.AT)

    assert seats(shop.space) == (2, 2)
    assert (declined.state, declined.reason) == (MembershipState.REFUSED, "本人谢绝邀请")


def test_a_member_is_removed_with_a_reason_and_may_ask_again(shop):
    own = Membership.objects.get(workshop=shop.space)
    with pytest.raises(Invalid, match="原因"):
        actions.remove_members(workshop=shop.space, membership_ids=[own.pk], reason="", by=shop.host, at=make.AT)

    actions.remove_members(workshop=shop.space, membership_ids=[own.pk], reason="已调到别的学科", by=shop.host, at=make.AT)

    own.refresh_from_db()
    assert (own.state, own.reason, seats(shop.space)) == (MembershipState.REMOVED, "已调到别的学科", (0, 0))
    assert not holds(permissions.check_can_enter, shop.member, shop.space)
    with pytest.raises(Conflict, match="已不在"):
        actions.remove_members(workshop=shop.space, membership_ids=[own.pk], reason="再来一次", by=shop.host, at=make.AT)
    assert actions.request_join(workshop=shop.space, by=shop.member, at=make.AT).state == MembershipState.REQUESTED


def test_a_member_moves_to_another_workshop(shop):
    other = make.space(shop.county, programme=shop.programme)
    own = Membership.objects.get(workshop=shop.space)
    with pytest.raises(NotPermitted):
        actions.transfer_member(membership=own, to=other, by=shop.host, at=make.AT)

    moved = actions.transfer_member(membership=own, to=other, by=shop.office, at=make.AT)

    assert (moved.space, seats(shop.space), seats(other)) == (other, (0, 0), (1, 1))
    assert Record.objects.filter(verb="transferred").count() == 1
    with pytest.raises(Conflict):
        actions.transfer_member(membership=own, to=other, by=shop.office, at=make.AT)


def test_a_host_founds_a_workshop_beside_together_with_others(shop):
    colleague, third = shop.newcomer(name="韩梅梅"), shop.newcomer(name="周明")

    opened = actions.found_beside(
        workshop=shop.space, title="班级管理二坊", intro="", founders=[colleague, third], by=shop.host, at=make.AT
    )

    assert (opened.state, opened.is_joint, opened.topic, opened.cap) == ("preparing", True, "班级管理", 500)
    assert Appointment.objects.get(space_id=opened.pk).person_id == shop.host.person_id
    host = make.host(opened, Appointment.objects.get(space_id=opened.pk).person)
    with pytest.raises(Conflict, match="2 位共同创建人的答复"):
        actions.open_up(space=opened, by=host, at=make.AT)
    first, second = SpaceFounder.objects.filter(space=opened).order_by("person__name", "pk")
    with pytest.raises(Conflict, match="本人"):
        actions.agree_to_found(founder=first, by=shop.member, at=make.AT)
    assert holds(permissions.check_can_see_space, programmes.learner(first.person), opened)
    actions.agree_to_found(founder=first, by=programmes.learner(first.person), at=make.AT)
    actions.decline_to_found(founder=second, by=programmes.learner(second.person), at=make.AT)

    assert set(Appointment.objects.filter(space_id=opened.pk).values_list("person_id", flat=True)) == {
        shop.host.person_id, first.person_id
    }  # fmt: skip
    assert actions.open_up(space=opened, by=host, at=make.AT).state == "open"


def test_an_expert_founds_an_own_workshop_alone(shop):
    person = programmes.teacher(shop.school, name="周怀远")
    expert = programmes.holder("expert", shop.county, person=person)

    opened = actions.found_workshop(org=shop.county, title="周怀远名师工作坊", intro="", by=expert, at=make.AT)

    assert (opened.kind, opened.state, opened.opened_by) == ("teacher_workshop", "open", person.pk)
    assert Appointment.objects.get(space_id=opened.pk).person == person
    with pytest.raises(NotPermitted):
        actions.found_workshop(org=shop.county, title="学员的坊", intro="", by=shop.member, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.found_beside(workshop=shop.space, title="学员的坊", intro="", by=shop.member, at=make.AT)


def test_two_spaces_are_linked_when_both_hosts_agree(shop):
    other = make.space(shop.county, programme=shop.programme, title="信息技术专题工作坊")
    host = make.host(other)

    asked = actions.ask_link(space=shop.space, other=other, kinds=["essence", "activity"], by=shop.host, at=make.AT)
    with pytest.raises(Conflict, match="已经互联，或正在等"):
        actions.ask_link(space=other, other=shop.space, kinds=["resource"], by=host, at=make.AT)
    assert queries.links_of(shop.space) == []
    with pytest.raises(NotPermitted):
        actions.accept_link(link=asked, by=shop.host, at=make.AT)
    actions.accept_link(link=asked, by=host, at=make.AT)

    assert [(one.space, set(one.link.kinds)) for one in queries.links_of(shop.space)] == [(other, {"essence", "activity"})]
    actions.end_link(link=asked, by=shop.host, at=make.AT)
    assert queries.links_of(other) == []
    with pytest.raises(Conflict, match="已经结束"):
        actions.end_link(link=asked, by=host, at=make.AT)
    assert actions.ask_link(space=other, other=shop.space, kinds=["resource"], by=shop.office, at=make.AT).accepted_at is not None


@pytest.mark.parametrize(("kinds", "same"), [([], False), (["essence"], True)])
def test_a_link_that_is_refused(shop, kinds, same):
    other = shop.space if same else make.space(shop.county)
    with pytest.raises(Invalid):
        actions.ask_link(space=shop.space, other=other, kinds=kinds, by=shop.host, at=make.AT)
