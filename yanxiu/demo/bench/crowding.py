"""A workshop with one free seat, and everybody at once: requests let in, members leaving and removed, people added by the host and from
a roster, sub-workshops merged, and one transaction that dies in its middle (security P-16, RC-01, F-23).

The moves are the actions, each on a connection of its own; `yanxiu bench seats` plays some runs of it, a test a few.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import transaction

from yanxiu.demo.bench.hands import Hands
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import DomainError
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person
from yanxiu.workshops import actions
from yanxiu.workshops.models import Joining, Membership, MembershipState, Space, SpaceKind, SpaceState, Tool

CAP = 5  # four taken of five, as 499 of 500
ASKING = 6
MOVES = 11  # at once
AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


class Crash(Exception):
    """The process ends in the middle of an action, as the database sees it: nothing of it stays."""


@dataclass(kw_only=True)
class Crowd:
    """A unit with people; `broken` counts what did not hold, `refused` what was refused with words, `runs` what was played."""

    unit: Org
    people: list[Person]
    broken: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    runs: int = 0
    moves: int = 0


def gather(number: int = 24, *, code: str = "crowd") -> Crowd:
    """Lay a unit with so many people."""
    nation = Org.objects.create(name="拥挤国", kind=Kind.NATION, path=code, code=f"{code}-nation")
    nation.path = f"/{nation.pk}/"
    nation.save(update_fields=["path"])
    unit = Org.objects.create(name="拥挤小学", kind=Kind.SCHOOL, parent=nation, path=f"{code}-school", code=f"{code}-school")
    unit.path = f"{nation.path}{unit.pk}/"
    unit.save(update_fields=["path"])
    people = Person.objects.bulk_create([
        Person(name=f"拥挤{one}", sort_key=f"yongji{one:03d}", initials="yj", unit=unit, unit_path=unit.path, created_at=AT)
        for one in range(number)
    ])  # fmt: skip
    return Crowd(unit=unit, people=people)


def play(crowd: Crowd, *, runs: int, seed: int) -> Crowd:
    """Play so many runs, each in a workshop of its own with moves at once; count what did not hold."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    with Hands(MOVES) as hands:
        for _ in range(runs):
            workshop, sub = _workshop(crowd)
            moves = _moves(crowd, workshop, sub)
            chance.shuffle(moves)
            _at_once(crowd, hands, moves)
            _look(crowd, workshop)
            crowd.runs += 1
            crowd.moves += len(moves)
    return crowd


def _workshop(crowd: Crowd) -> tuple[Space, Space]:
    """A workshop with one free seat, a sub-workshop with one member, and people who ask."""
    facts = {"org": crowd.unit, "cap": CAP, "splits": True, "tools": [Tool.DISCUSSION], "opened_at": AT, "joining": Joining.REQUEST}
    workshop = Space.objects.create(kind=SpaceKind.TOPIC_WORKSHOP, title="拥挤的坊", member_count=CAP - 1, **facts)
    sub = Space.objects.create(kind=SpaceKind.SUB_WORKSHOP, title="拥挤的子坊", parent=workshop, member_count=1, **facts)
    for space in (workshop, sub):
        space.path = f"/{workshop.pk}/" if space is workshop else f"/{workshop.pk}/{sub.pk}/"
    Space.objects.bulk_update([workshop, sub], ["path"])
    seated = [*((workshop, one) for one in crowd.people[: CAP - 1]), (sub, crowd.people[CAP - 1])]
    rows = [
        Membership(workshop=workshop, space=space, person=one, state=MembershipState.MEMBER, requested_at=AT, decided_at=AT, joined_at=AT)
        for space, one in seated
    ]
    asking = crowd.people[CAP : CAP + ASKING]
    rows += [Membership(workshop=workshop, space=workshop, person=one, state=MembershipState.REQUESTED, requested_at=AT) for one in asking]
    Membership.objects.bulk_create(rows)
    return workshop, sub


def _moves(crowd: Crowd, workshop: Space, sub: Space) -> list[Callable[[], object]]:
    held = list(Membership.objects.filter(workshop=workshop).order_by("pk"))
    waiting = [one.pk for one in held if one.state == MembershipState.REQUESTED]
    leaver, removed = held[0], held[1]
    hand, roster = crowd.people[CAP + ASKING : CAP + ASKING + 2], crowd.people[CAP + ASKING + 2 : CAP + ASKING + 9]

    def crash() -> None:
        with transaction.atomic():
            actions.approve_join(workshop=workshop, membership_ids=waiting[-1:], by=SYSTEM, at=AT)
            raise Crash

    return [
        *((lambda one=one: actions.approve_join(workshop=workshop, membership_ids=[one], by=SYSTEM, at=AT)) for one in waiting[:-1]),
        lambda: actions.leave(workshop=workshop, by=Actor(person_id=leaver.person_id, label="离开的"), at=AT),
        lambda: actions.remove_members(workshop=workshop, membership_ids=[removed.pk], reason="拥挤时移出", by=SYSTEM, at=AT),
        lambda: actions.add_members(workshop=workshop, people=hand, by=SYSTEM, at=AT),
        lambda: actions.add_members(workshop=workshop, people=roster, by=SYSTEM, at=AT),
        lambda: actions.merge_sub(sub=sub, into=workshop, by=SYSTEM, at=AT),
        crash,
    ]


def _at_once(crowd: Crowd, hands: Hands, moves: list[Callable[[], object]]) -> None:
    for error in hands.at_once(moves):
        if isinstance(error, DomainError):
            crowd.refused += 1
        elif error is not None and not isinstance(error, Crash):
            crowd.broken[f"raised {type(error).__name__}: {error}"[:160]] += 1


def _look(crowd: Crowd, workshop: Space) -> None:
    """Count what does not hold: seats over the cap, counters that differ from the seats, people lost or seated in a closed room."""
    taken = Counter(Membership.objects.filter(workshop=workshop, state=MembershipState.MEMBER).values_list("space", flat=True))
    rooms = [workshop, *Space.objects.filter(parent=workshop)]
    for space in Space.objects.filter(pk__in=[one.pk for one in rooms]):
        crowd.broken["over the cap"] += taken[space.pk] > (space.cap or 0)
        crowd.broken["counter differs"] += space.member_count != taken[space.pk]
        crowd.broken["seat in a closed room"] += space.state == SpaceState.CLOSED and taken[space.pk] > 0
    states = Counter(Membership.objects.filter(workshop=workshop).values_list("state", flat=True))
    # Five sat; five of six were let in, nine were added; one left and one was removed; the request of the crash waits as before.
    crowd.broken["people lost"] += sum(taken.values()) != CAP + (ASKING - 1) + 9 - 2
    crowd.broken["crash left something"] += states[MembershipState.REQUESTED] != 1
    crowd.broken = +crowd.broken
