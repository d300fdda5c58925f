"""Study groups dealt and moved, sub-workshops balanced by county and merged, all undone exactly (W-10)."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.orgs.models import Kind
from yanxiu.workshops import actions, balance, queries
from yanxiu.workshops.models import Membership, MembershipState, Space


@given(units=st.lists(st.integers(1, 6), min_size=2, max_size=60), number=st.integers(2, 9))
def test_dealing_is_even_over_all_and_over_each_school(units, number):
    members = list(enumerate(units))

    groups = balance.dealt(members, number)

    sizes = [len(group) for group in groups]
    assert sorted(one for group in groups for one in group) == [pk for pk, _unit in members]
    assert max(sizes) - min(sizes) <= 1
    for unit in set(units):
        held = [sum(units[pk] == unit for pk in group) for group in groups]
        assert max(held) - min(held) <= 1


@given(
    members=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3)), min_size=1, max_size=50),
    caps=st.lists(st.one_of(st.none(), st.integers(20, 60)), min_size=3, max_size=3),
)
def test_balancing_never_passes_a_cap_and_loses_nobody(members, caps):
    people = [(pk, county, room) for pk, (county, room) in enumerate(members)]
    rooms = dict(zip((1, 2, 3), caps, strict=True))

    target = balance.balanced(people, rooms)

    assert set(target) == {pk for pk, _county, _room in people}
    taken = Counter(target.values())
    assert all(cap is None or taken[room] <= cap for room, cap in rooms.items())


@pytest.fixture
def full(shop):
    """A workshop of ten seats, all taken by two counties, and an empty sub-workshop."""
    second = programmes.org(parent=programmes.org(parent=shop.county.parent, kind=Kind.COUNTY, name="白石县"), name="白石一中")
    sub = make.sub_workshop(shop.space, cap=10, title="班级管理 第 1 子坊")
    for number in range(9):
        unit = second if number % 2 else shop.school
        make.member(shop.space, unit, name=f"成员{number}")
    Space.objects.filter(pk=shop.space.pk).update(cap=10)
    shop.space.refresh_from_db()
    return shop, sub


def seats(*spaces):
    return [(Space.objects.get(pk=one.pk).member_count, Membership.objects.filter(space=one, state="member").count()) for one in spaces]


def test_balancing_as_previewed_and_back_again(full):
    shop, sub = full
    before = dict(Membership.objects.values_list("pk", "space_id"))
    seen = queries.spread(shop.space)
    assert [(room.now, room.then) for room in seen.rooms] == [(10, 5), (0, 5)]

    done = actions.balance_subs(workshop=shop.space, seen=seen.mark, by=shop.host, at=make.AT)

    assert seats(shop.space, sub) == [(5, 5), (5, 5)]
    assert len(done.moves) == len(seen.moves) == 5
    with pytest.raises(Conflict, match="已经均衡"):
        actions.balance_subs(workshop=shop.space, seen=queries.spread(shop.space).mark, by=shop.host, at=make.AT)
    assert actions.undo_rearrangement(rearrangement=done, by=shop.host, at=make.AT) == 5
    assert dict(Membership.objects.values_list("pk", "space_id")) == before
    assert seats(shop.space, sub) == [(10, 10), (0, 0)]
    with pytest.raises(Conflict, match="已经撤销过"):
        actions.undo_rearrangement(rearrangement=done, by=shop.host, at=make.AT)


def test_an_old_preview_moves_nobody(full):
    shop, sub = full
    seen = queries.spread(shop.space)
    actions.leave(workshop=shop.space, by=shop.member, at=make.AT)

    with pytest.raises(Conflict, match="再看一遍预览"):
        actions.balance_subs(workshop=shop.space, seen=seen.mark, by=shop.host, at=make.AT)
    assert seats(shop.space, sub) == [(9, 9), (0, 0)]


def test_a_seat_given_to_somebody_else_is_not_taken_back(full):
    shop, _sub = full
    done = actions.balance_subs(workshop=shop.space, seen=queries.spread(shop.space).mark, by=shop.host, at=make.AT)
    actions.add_members(workshop=shop.space, people=[shop.newcomer()], by=shop.host, at=make.AT)

    with pytest.raises(Conflict, match="放不回去"):
        actions.undo_rearrangement(rearrangement=done, by=shop.host, at=make.AT)
    assert seats(shop.space) == [(6, 6)]


def test_a_sub_workshop_is_merged_and_comes_back(full):
    shop, sub = full
    actions.balance_subs(workshop=shop.space, seen=queries.spread(shop.space).mark, by=shop.host, at=make.AT)
    third = make.sub_workshop(shop.space, cap=3)
    with pytest.raises(Conflict, match="只剩 3 个名额"):
        actions.merge_sub(sub=sub, into=third, by=shop.host, at=make.AT)

    done = actions.merge_sub(sub=sub, into=shop.space, by=shop.host, at=make.AT)

    assert seats(shop.space, sub) == [(10, 10), (0, 0)]
    assert Space.objects.get(pk=sub.pk).state == "closed"
    assert actions.undo_rearrangement(rearrangement=done, by=shop.host, at=make.AT) == 5
    assert seats(shop.space, sub) == [(5, 5), (5, 5)]
    assert Space.objects.get(pk=sub.pk).state == "open"


def test_groups_are_dealt_changed_by_hand_and_undone(full):
    shop, _sub = full
    dealt = actions.deal_groups(workshop=shop.space, number=3, by=shop.host, at=make.AT)
    sizes = Counter(Membership.objects.values_list("group", flat=True))
    assert sorted(sizes.values()) == [3, 3, 4]
    assert set(sizes) == {"第 1 组", "第 2 组", "第 3 组"}

    some = list(Membership.objects.filter(group="第 1 组").values_list("pk", flat=True).order_by("pk"))
    by_hand = actions.set_group(workshop=shop.space, membership_ids=some[:2], group="骨干组", by=shop.host, at=make.AT)
    assert Membership.objects.filter(group="骨干组").count() == 2
    assert actions.undo_rearrangement(rearrangement=by_hand, by=shop.host, at=make.AT) == 2
    assert actions.undo_rearrangement(rearrangement=dealt, by=shop.host, at=make.AT) == 10
    assert set(Membership.objects.values_list("group", flat=True)) == {""}


@pytest.mark.parametrize("number", [0, 1, 11, 101])
def test_a_number_of_groups_that_makes_no_sense(full, number):
    shop, _sub = full
    with pytest.raises(Invalid, match="分 2—10 组"):
        actions.deal_groups(workshop=shop.space, number=number, by=shop.host, at=make.AT)


def test_members_neither_group_nor_balance(full):
    shop, sub = full
    one = Membership.objects.filter(state=MembershipState.MEMBER).first()
    for attempt in (
        lambda: actions.deal_groups(workshop=shop.space, number=2, by=shop.member, at=make.AT),
        lambda: actions.set_group(workshop=shop.space, membership_ids=[one.pk], group="甲", by=shop.member, at=make.AT),
        lambda: actions.balance_subs(workshop=shop.space, seen="", by=shop.member, at=make.AT),
        lambda: actions.merge_sub(sub=sub, into=shop.space, by=shop.member, at=make.AT),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    with pytest.raises(Invalid, match="还没有选人"):
        actions.set_group(workshop=shop.space, membership_ids=[], group="甲", by=shop.host, at=make.AT)
