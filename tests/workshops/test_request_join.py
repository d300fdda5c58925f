"""Asking to join, authentication, leaving (W-10)."""

import pytest

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.workshops import actions
from yanxiu.workshops.models import Membership, MembershipState, Space


@pytest.fixture
def newcomer(shop):
    return programmes.learner(shop.newcomer(name="陈晨"))


def ask(shop, who):
    return actions.request_join(workshop=shop.space, by=who, at=make.AT)


def approve(shop, *asked, by=None):
    return actions.approve_join(workshop=shop.space, membership_ids=[one.pk for one in asked], by=by or shop.host, at=make.AT)


def test_a_participant_asks_and_a_host_lets_her_in(shop, newcomer):
    asked = ask(shop, newcomer)

    result = approve(shop, asked)

    asked.refresh_from_db()
    shop.space.refresh_from_db()
    assert (asked.state, asked.space_id, result.count, shop.space.member_count) == (MembershipState.MEMBER, shop.space.pk, 1, 2)
    assert shop.count("join.reviewed", person_id=shop.host.person_id) == 1


def test_asking_twice_is_one_request(shop, newcomer):
    assert ask(shop, newcomer) == ask(shop, newcomer)
    assert Membership.objects.filter(person_id=newcomer.person_id).count() == 1


def test_members_and_hosts_do_not_ask(shop):
    with pytest.raises(Conflict, match="已经是"):
        ask(shop, shop.member)
    host = make.host(shop.space, shop.newcomer())
    with pytest.raises(Conflict, match="主持人"):
        ask(shop, host)


def test_it_is_not_there_for_who_does_not_take_part(shop):
    stranger = programmes.learner(programmes.teacher(shop.school))
    elsewhere = programmes.learner(make.participant(shop.programme, shop.other_county).person)

    for who in (stranger, elsewhere):
        with pytest.raises(NotFound):
            ask(shop, who)


def test_a_workshop_of_a_subject_is_for_its_teachers(shop):
    maths = make.space(shop.county, programme=shop.programme, stage="高中", subject="数学")

    with pytest.raises(NotFound):
        actions.request_join(workshop=maths, by=programmes.learner(shop.newcomer(subject="物理")), at=make.AT)
    assert actions.request_join(workshop=maths, by=programmes.learner(shop.newcomer(subject="数学")), at=make.AT).pk


@pytest.mark.parametrize("who", ["member", "newcomer", "school"])
def test_who_may_not_let_in(shop, newcomer, who):
    actors = {"member": shop.member, "newcomer": newcomer, "school": programmes.holder("school_admin", shop.school)}
    asked = ask(shop, newcomer)

    with pytest.raises(NotPermitted):
        approve(shop, asked, by=actors[who])


def test_a_host_of_another_workshop_does_not_let_in(shop, newcomer):
    other = make.host(make.space(shop.county, programme=shop.programme))

    with pytest.raises(NotPermitted):
        approve(shop, ask(shop, newcomer), by=other)


def test_what_was_decided_is_not_decided_again(shop, newcomer):
    asked = ask(shop, newcomer)
    approve(shop, asked)

    with pytest.raises(Conflict, match="已有人办理"):
        approve(shop, asked)
    with pytest.raises(Invalid, match="没有选人"):
        approve(shop)
    assert shop.count("join.reviewed") == 1


def test_requests_of_another_workshop_are_not_decided_here(shop, newcomer):
    other = make.space(shop.county, programme=shop.programme)
    asked = actions.request_join(workshop=other, by=newcomer, at=make.AT)

    with pytest.raises(Conflict):
        approve(shop, asked)


def test_refusing_needs_a_reason_and_leaves_the_way_open(shop, newcomer):
    asked = ask(shop, newcomer)
    with pytest.raises(Invalid) as refused:
        actions.refuse_join(workshop=shop.space, membership_ids=[asked.pk], reason=" ", by=shop.host, at=make.AT)
    assert refused.value.field == "reason"

    actions.refuse_join(workshop=shop.space, membership_ids=[asked.pk], reason="请先选本专题的课", by=shop.host, at=make.AT)
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (MembershipState.REFUSED, "请先选本专题的课")

    assert ask(shop, newcomer).state == MembershipState.REQUESTED


def test_leaving_frees_the_seat_and_one_may_come_back(shop):
    actions.leave(workshop=shop.space, by=shop.member, at=make.AT)

    shop.space.refresh_from_db()
    assert shop.space.member_count == 0
    with pytest.raises(Conflict):
        actions.leave(workshop=shop.space, by=shop.member, at=make.AT)
    approve(shop, ask(shop, shop.member))
    assert Space.objects.get(pk=shop.space.pk).member_count == 1


def test_a_request_can_be_taken_back(shop, newcomer):
    asked = ask(shop, newcomer)

    actions.leave(workshop=shop.space, by=newcomer, at=make.AT)

    asked.refresh_from_db()
    assert asked.state == MembershipState.REFUSED


def test_checking_in_counts_once_a_shanghai_day(shop):
    late = make.AT.replace(hour=15, minute=59)  # 23:59 in Shanghai
    actions.check_in(space=shop.space, by=shop.member, at=late)

    with pytest.raises(Conflict, match="已经签到"):
        actions.check_in(space=shop.space, by=shop.member, at=make.AT)
    actions.check_in(space=shop.space, by=shop.member, at=make.AT.replace(hour=16))

    assert shop.count("checkin", person_id=shop.member.person_id) == 2


def test_only_who_has_the_seat_checks_in(shop, newcomer):
    with pytest.raises(NotPermitted):
        actions.check_in(space=shop.space, by=newcomer, at=make.AT)
