"""Whoever opens the demo finds her communities alive: seated by the roster or come in, and in talk."""

import random

from yanxiu.demo import catalogue as texts
from yanxiu.demo.town import communities
from yanxiu.kit.actor import SYSTEM
from yanxiu.workshops import actions
from yanxiu.workshops.models import Membership, Post, PostState, Space, SpaceKind


def test_teachers_are_in_the_communities_of_their_school_and_county_and_talk_there(county):
    when, place, programme, enrolments = county
    actions.open_spaces(programme=programme, by=SYSTEM, at=when.published)
    actions.seat_by_roster(programme=programme, by=SYSTEM, at=when.opens)

    communities.gather(programme, enrolments, when, random.Random(7))

    schools = Space.objects.filter(programme=programme, kind=SpaceKind.SCHOOL_COMMUNITY)
    assert schools.count() == len(place.schools)
    assert Membership.objects.filter(space__in=schools, state="member").count() == len(enrolments)
    for space in schools:
        assert space.member_count == Membership.objects.filter(space=space, state="member").count() > 0
        assert Post.objects.filter(space=space, parent=None).count() == 1
    region = Space.objects.get(programme=programme, kind=SpaceKind.REGIONAL_COMMUNITY)
    assert region.member_count == -(-len(enrolments) // communities.COME_IN)
    assert Post.objects.filter(space=region, parent=None).count() == 2
    said = Post.objects.filter(space__in=[region, *schools])
    assert said.count() == sum(len(one.posts) for one in texts.talk().communities)
    assert not said.exclude(state=PostState.PUBLISHED, why_not="").exists()
    assert not said.filter(published_at__gte=when.now).exists()
