"""Checks and querysets agree on random counties, spaces, hats and seats."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.roles import ROLES
from yanxiu.kit.actor import ANONYMOUS, SYSTEM, Actor, Grant
from yanxiu.kit.rules import holds
from yanxiu.orgs.models import Kind
from yanxiu.workshops import permissions
from yanxiu.workshops.models import MembershipState, Post, Space

STATES = ["draft", "published", "hidden"]


def _posts(spaces, people, drawn):
    for space, author, state, under in drawn:
        where, who = spaces[space % len(spaces)], people[author % len(people)]
        thread = Post.objects.filter(space=where, parent__isnull=True).order_by("pk").first() if under else None
        Post.objects.create(
            space=where, kind="reply" if thread else "discussion", parent=thread, title="" if thread else "题目", source="x", body="<p>x</p>",
            author=who, author_label=who.name, state=state, created_at=make.AT, saved_at=make.AT, active_at=make.AT,
            published_at=None if state == "draft" else make.AT, hidden_at=make.AT if state == "hidden" else None,
        )  # fmt: skip


def _actors(units, running, spaces, people, hats):
    actors = [SYSTEM, ANONYMOUS, *(programmes.learner(person) for person in people)]
    for role, place, narrow, who in hats:
        space = spaces[narrow % len(spaces)] if narrow >= 0 else None
        grant = Grant(
            role=role, permissions=ROLES[role].permissions, path=(space.org.path if space else units[place % len(units)].path),
            space_id=space.pk if space else None, programme_id=running.pk if narrow % 3 == 1 else None,
        )  # fmt: skip
        actors.append(Actor(person_id=people[who % len(people)].pk, label=role, grants=(grant,)))
    return actors


@pytest.mark.slow  # Hypothesis: 25 random counties
@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.sampled_from(["", "高中", "初中"])), min_size=2, max_size=4),
    seats=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.sampled_from(list(MembershipState))), max_size=6),
    hats=st.lists(
        st.tuples(
            st.sampled_from(["host", "county_admin", "school_admin", "tutor"]), st.integers(0, 5), st.integers(-1, 6), st.integers(0, 3)
        ),
        max_size=3,
    ),
    drawn=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.sampled_from(STATES), st.booleans()), max_size=6),
)
def test_checks_and_querysets_agree(kinds, seats, hats, drawn):
    with transaction.atomic():
        county = programmes.org(parent=programmes.org(), kind=Kind.COUNTY)
        units = [county, programmes.org(parent=county), programmes.org(parent=county.parent, kind=Kind.COUNTY)]
        running = make.programme(county)
        people = [make.participant(running, units[1], stage=stage).person for stage in ("高中", "初中")]
        people += [programmes.teacher(units[2]), programmes.teacher(units[1])]
        spaces = []
        for place, has_programme, stage in kinds:
            main = make.space(units[place % 3], programme=running if has_programme else None, stage=stage)
            spaces += [main, make.sub_workshop(main)]
        taken = set()
        for space, person, state in seats:
            where, who = spaces[space % len(spaces)], people[person % len(people)]
            if (where.counted_id, who.pk) not in taken:
                make.membership(where, who, state=state)
                taken.add((where.counted_id, who.pk))
        _posts(spaces, people, drawn)
        every_space = list(Space.objects.select_related("org", "parent"))
        posts = list(Post.objects.select_related("space__org", "space__parent", "parent"))

        for actor in _actors(units, running, spaces, people, hats):
            _agree(permissions.visible_spaces(actor), every_space, permissions.check_can_see_space, actor)
            _agree(permissions.enterable_spaces(actor), every_space, permissions.check_can_enter, actor)
            _agree(permissions.hosted_spaces(actor), every_space, permissions.check_can_host, actor)
            _agree(permissions.visible_posts(actor), posts, permissions.check_can_see_post, actor)
            joinable = set(permissions.joinable_spaces(actor).values_list("pk", flat=True))
            assert joinable <= {space.pk for space in every_space if holds(permissions.check_can_ask_to_join, actor, space)}
        transaction.set_rollback(True)


def _agree(queryset, rows, check, actor):
    assert set(queryset.values_list("pk", flat=True)) == {row.pk for row in rows if holds(check, actor, row)}
