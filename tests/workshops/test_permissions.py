"""Checks and querysets agree on random spaces, hats and seats of one county."""

from dataclasses import dataclass
from itertools import count

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.roles import ROLES
from yanxiu.kit.actor import ANONYMOUS, SYSTEM, Actor, Grant
from yanxiu.kit.rules import holds
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.workshops import permissions
from yanxiu.workshops.models import (
    Joining,
    Membership,
    MembershipState,
    Post,
    Space,
    SpaceFounder,
    SpaceKind,
    SpaceState,
    Visibility,
)

STATES = ["draft", "held", "published", "hidden", "deleted"]
KINDS = [SpaceKind.TOPIC_WORKSHOP, SpaceKind.SCHOOL_COMMUNITY, SpaceKind.PERSONAL]
_numbers = count(1)


@dataclass(frozen=True)
class World:
    units: list[Org]
    programme: Programme
    people: list[Person]


@pytest.fixture
def world(db):
    """Two counties, a programme in the first; two people take part, two do not."""
    county = programmes.org(parent=programmes.org(), kind=Kind.COUNTY)
    units = [county, programmes.org(parent=county), programmes.org(parent=county.parent, kind=Kind.COUNTY)]
    running = make.programme(county)
    people = [make.participant(running, units[1], stage=stage).person for stage in ("高中", "初中")]
    return World(units=units, programme=running, people=[*people, programmes.teacher(units[2]), programmes.teacher(units[1])])


def _spaces(world, drawn):
    """Each drawn space with a sub-workshop below it, in three statements."""
    rows = []
    for place, in_programme, stage, kind, visibility, joining, state, shared in drawn:
        number = next(_numbers)
        facts = {
            "org": world.units[place % 3], "programme": world.programme if in_programme else None, "stage": stage, "opened_at": make.AT,
            "visibility": visibility, "joining": joining, "state": state, "closed_at": make.AT if state == "closed" else None,
            "shared_with": world.units[0] if shared else None, "title": f"坊{number}",
        }  # fmt: skip
        rows.append((Space(kind=kind, **facts), Space(kind=SpaceKind.SUB_WORKSHOP, **facts)))
    mains = Space.objects.bulk_create([main for main, _sub in rows])
    for (_main, sub), main in zip(rows, mains, strict=True):
        sub.parent = main
    Space.objects.bulk_create([sub for _main, sub in rows])
    return list(Space.objects.select_related("org", "parent", "shared_with").order_by("title", "pk"))


def _seats(spaces, people, drawn):
    taken, rows, founders = set(), [], set()
    for space, person, state in drawn:
        where, who = spaces[space % len(spaces)], people[person % len(people)]
        if state == "founder":
            founders.add((where.counted_id, who.pk))
        elif (where.counted_id, who.pk) not in taken:
            taken.add((where.counted_id, who.pk))
            joined = state in ("member", "left", "removed")
            rows.append(Membership(
                workshop_id=where.counted_id, space_id=where.pk if joined else where.counted_id, person=who, state=state,
                requested_at=make.AT, decided_at=make.AT if joined or state == "refused" else None,
                joined_at=make.AT if joined else None, left_at=make.AT if state in ("left", "removed") else None,
            ))  # fmt: skip
    Membership.objects.bulk_create(rows)
    SpaceFounder.objects.bulk_create([SpaceFounder(space_id=space, person_id=who, asked_at=make.AT) for space, who in founders])


def _posts(spaces, people, drawn):
    threads = {}
    for space, author, state, under in drawn:
        where, who = spaces[space % len(spaces)], people[author % len(people)]
        thread = threads.get(where.pk) if under else None
        post = Post.objects.create(
            space=where, kind="reply" if thread else "discussion", parent=thread, title="" if thread else "题目", source="x", body="<p>x</p>",
            author=who, author_label=who.name, state=state, created_at=make.AT, saved_at=make.AT, active_at=make.AT,
            published_at=None if state in ("draft", "held") else make.AT, hidden_at=make.AT if state in ("hidden", "deleted") else None,
        )  # fmt: skip
        threads.setdefault(where.pk, post)
    return list(Post.objects.select_related("space__org", "space__parent", "space__shared_with", "parent"))


def _actors(world, spaces, hats):
    actors = [SYSTEM, ANONYMOUS, *(programmes.learner(person) for person in world.people)]
    for role, place, narrow, who in hats:
        space = spaces[narrow % len(spaces)] if narrow >= 0 else None
        grant = Grant(
            role=role, permissions=ROLES[role].permissions, path=(space.org.path if space else world.units[place % 3].path),
            space_id=space.pk if space else None, programme_id=world.programme.pk if narrow % 3 == 1 else None,
        )  # fmt: skip
        actors.append(Actor(person_id=world.people[who % 4].pk, label=role, grants=(grant,)))
    return actors


def _agree(queryset, rows, check, actor):
    assert set(queryset.values_list("pk", flat=True)) == {row.pk for row in rows if holds(check, actor, row)}


@pytest.mark.slow  # Hypothesis: random spaces in one county that is built once
def test_checks_and_querysets_agree(world):
    @settings(max_examples=25, deadline=None)
    @given(
        drawn=st.lists(
            st.tuples(
                st.integers(0, 3), st.booleans(), st.sampled_from(["", "高中", "初中"]), st.sampled_from(KINDS), st.sampled_from(Visibility),
                st.sampled_from(Joining), st.sampled_from(SpaceState), st.booleans(),
            ),
            min_size=3, max_size=4,
        ),
        seats=st.lists(
            st.tuples(st.integers(0, 7), st.integers(0, 3), st.sampled_from([*MembershipState, "founder"])), max_size=8
        ),
        hats=st.lists(
            st.tuples(
                st.sampled_from(["host", "county_admin", "school_admin", "tutor"]), st.integers(0, 5), st.integers(-1, 7), st.integers(0, 3)
            ),
            max_size=3,
        ),
        written=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3), st.sampled_from(STATES), st.booleans()), max_size=6),
    )  # fmt: skip
    def agree(drawn, seats, hats, written):
        with transaction.atomic():
            spaces = _spaces(world, drawn)
            _seats(spaces, world.people, seats)
            posts = _posts(spaces, world.people, written)
            for actor in _actors(world, spaces, hats):
                _agree(permissions.visible_spaces(actor), spaces, permissions.check_can_see_space, actor)
                _agree(permissions.enterable_spaces(actor), spaces, permissions.check_can_enter, actor)
                _agree(permissions.hosted_spaces(actor), spaces, permissions.check_can_host, actor)
                _agree(permissions.visible_posts(actor), posts, permissions.check_can_see_post, actor)
                joinable = set(permissions.joinable_spaces(actor).values_list("pk", flat=True))
                assert joinable <= {space.pk for space in spaces if holds(permissions.check_can_ask_to_join, actor, space)}
            transaction.set_rollback(True)

    agree()
