"""Seats are exact (C-42, security P-16 and RC-01): one by one, in batches, and fifty at once."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from tests.programmes.factories import learner
from tests.workshops import factories as make
from tests.workshops.conftest import build
from yanxiu.demo.bench import crowding, seats
from yanxiu.kit.actor import SYSTEM
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import store_metrics
from yanxiu.workshops import actions
from yanxiu.workshops.actions import Full
from yanxiu.workshops.models import Membership, MembershipState, Space


def requests(shop, number):
    people = [shop.newcomer() for _ in range(number)]
    return [make.membership(shop.space, person, state=MembershipState.REQUESTED).pk for person in people]


def resize(shop, cap, **facts):
    Space.objects.filter(pk=shop.space.pk).update(cap=cap, **facts)
    shop.space.refresh_from_db()


def test_the_one_too_many_goes_into_a_sub_workshop(shop):
    resize(shop, 3)

    result = actions.approve_join(workshop=shop.space, membership_ids=requests(shop, 6), by=shop.host, at=make.AT)

    assert [number for _space, number in result.seated] == [2, 3, 1]
    assert [space.title for space in result.opened] == ["班级管理专题工作坊 第 1 子坊", "班级管理专题工作坊 第 2 子坊"]
    assert sorted(Space.objects.filter(pk__gte=shop.space.pk).values_list("member_count", flat=True)) == [1, 3, 3]


def test_a_free_seat_in_the_workshop_is_given_first(shop):
    resize(shop, 1)
    actions.approve_join(workshop=shop.space, membership_ids=requests(shop, 1), by=shop.host, at=make.AT)
    actions.leave(workshop=shop.space, by=shop.member, at=make.AT)

    result = actions.approve_join(workshop=shop.space, membership_ids=requests(shop, 1), by=shop.host, at=make.AT)

    assert result.seated == [(shop.space, 1)]


def test_without_splitting_the_rest_goes_on_waiting(shop):
    resize(shop, 2, splits=False)
    waiting = requests(shop, 3)

    result = actions.approve_join(workshop=shop.space, membership_ids=waiting, by=shop.host, at=make.AT)

    assert (result.count, result.waiting) == (1, 2)
    with pytest.raises(Full, match="名额已满"):
        actions.approve_join(workshop=shop.space, membership_ids=waiting, by=shop.host, at=make.AT)
    assert Membership.objects.filter(workshop=shop.space, state="requested").count() == 2


def test_the_oldest_request_comes_first(shop):
    resize(shop, 2, splits=False)
    young = make.membership(shop.space, shop.newcomer(), state=MembershipState.REQUESTED, at=make.days(2))
    old = make.membership(shop.space, shop.newcomer(), state=MembershipState.REQUESTED, at=make.days(1))

    actions.approve_join(workshop=shop.space, membership_ids=[young.pk, old.pk], by=shop.host, at=make.days(3))

    assert Membership.objects.get(pk=old.pk).state == "member"
    assert Membership.objects.get(pk=young.pk).state == "requested"


def test_a_member_of_a_sub_workshop_leaves_its_seat_there(shop):
    resize(shop, 1)
    waiting = requests(shop, 1)
    actions.approve_join(workshop=shop.space, membership_ids=waiting, by=shop.host, at=make.AT)
    seated = Membership.objects.select_related("person", "space").get(pk=waiting[0])

    actions.leave(workshop=shop.space, by=learner(seated.person), at=make.AT)

    assert Space.objects.get(pk=seated.space_id).member_count == 0
    assert Space.objects.get(pk=shop.space.pk).member_count == 1


@pytest.fixture(scope="module", autouse=True)
def metrics_again(django_db_setup, django_db_blocker):
    """The flush after a transactional test empties the table of metrics, which other modules expect."""
    yield
    with django_db_blocker.unblock():
        store_metrics(by=SYSTEM, at=make.AT)


@pytest.mark.slow  # fifty threads with connections of their own
@pytest.mark.django_db(transaction=True)
def test_fifty_joins_at_499_members_let_exactly_one_into_the_workshop():
    store_metrics(by=SYSTEM, at=make.AT)
    shop = build()
    for _ in range(3):
        make.member(shop.space, shop.school)
    resize(shop, 5)  # four of five seats are taken, as 499 of 500
    waiting = requests(shop, 50)
    errors: list[BaseException] = []
    gate = threading.Barrier(50)

    def join(number: int) -> None:
        try:
            gate.wait()
            actions.approve_join(workshop=shop.space, membership_ids=[number], by=shop.host, at=make.AT)
            if number % 10 == 0:
                actions.leave(workshop=shop.space, by=learner(Membership.objects.get(pk=number).person), at=make.AT)
        except BaseException as error:  # noqa: BLE001 - told to the main thread
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=join, args=(number,)) for number in waiting]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert not errors
    left = sum(number % 10 == 0 for number in waiting)
    taken = Counter(Membership.objects.filter(workshop=shop.space, state="member").values_list("space", flat=True))
    assert sum(taken.values()) == 54 - left
    for space in Space.objects.filter(pk__in=[shop.space.pk, *taken]):
        assert space.member_count == taken[space.pk] <= 5
    assert Enrolment.objects.filter(programme=shop.programme).count() == 51
    assert shop.count("join.reviewed", person_id=shop.host.person_id) == 50


@pytest.mark.slow  # twelve threads with connections of their own, some times over
@pytest.mark.django_db(transaction=True)
def test_a_crowd_of_joins_leaving_removal_adding_merging_and_a_crash_leaves_seats_exact():
    store_metrics(by=SYSTEM, at=make.AT)

    crowd = crowding.play(crowding.gather(), runs=8, seed=7)

    assert not crowd.broken
    assert (crowd.runs, crowd.moves) == (8, 88)


@pytest.mark.slow  # fifty threads with connections of their own
@pytest.mark.django_db(transaction=True)
def test_fifty_at_499_of_500_are_exact_run_after_run_let_in_by_hosts_or_sitting_down_by_themselves():
    store_metrics(by=SYSTEM, at=make.AT)
    said: list[str] = []

    door = seats.play(seats.build(), runs=2, say=said.append)

    assert not door.wrong
    assert (door.runs, door.exact, len(door.run_seconds)) == (2, 2, 2)
    assert said[-1].startswith("2/2 次准确")


@pytest.mark.django_db(transaction=True)
def test_a_run_in_which_a_seat_is_given_twice_is_told():
    store_metrics(by=SYSTEM, at=make.AT)
    door = seats.build(cap=5, people=3)

    for number in range(2):
        at = crowding.AT + timedelta(seconds=number)
        moves = seats.moves(door, is_open=False, at=at)
        for move in moves[number:]:
            move()
        if not number:
            Space.objects.filter(parent=door.workshop).update(member_count=1)
        seats.look(door, [], verb="approved", at=at)

    assert (door.runs, door.exact) == (2, 0)
    assert [words.startswith("seats [(5, 5, 1, 1, True), (") for words in door.wrong] == [True, True]
