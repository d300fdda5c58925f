"""Reads of seats: how members are spread over a workshop and its sub-workshops, and how they would be if they were balanced."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from yanxiu.kit import sql
from yanxiu.workshops import balance
from yanxiu.workshops.models import Membership, MembershipState, Space, SpaceKind, SpaceState

_MEMBERS = """
SELECT m.id, m.space_id, c.id AS county_id, coalesce(nullif(c.short_name, ''), c.name) AS county
FROM workshops_membership m JOIN people_person p ON p.id = m.person_id
LEFT JOIN LATERAL (
    SELECT o.id, o.name, o.short_name FROM orgs_org o
    WHERE o.id = ANY(string_to_array(btrim(p.unit_path, '/'), '/')::bigint[]) AND o.kind IN ('county', 'zone', 'city', 'province', 'nation')
    ORDER BY length(o.path) DESC LIMIT 1
) c ON TRUE
WHERE m.workshop_id = %(workshop)s AND m.state = 'member' ORDER BY m.id
"""


@dataclass(frozen=True, kw_only=True)
class Room:
    """A part of a workshop with how many sit there now and then, and who then, by county: (name, number), the most first."""

    space: Space
    now: int
    then: int
    counties: Sequence[tuple[str, int]]


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What balancing would do. `moves`: (membership id, from, to); `mark` names exactly this state of the seats."""

    rooms: Sequence[Room]
    moves: Sequence[tuple[int, int, int]]
    mark: str


def spread(workshop: Space) -> Spread:
    """Work out how the members of a workshop would sit if they were balanced. Cost: 2 queries."""
    subs = Space.objects.filter(parent=workshop, kind=SpaceKind.SUB_WORKSHOP).exclude(state=SpaceState.CLOSED).order_by("pk")
    spaces = [workshop, *subs]
    rows = sql.rows(_MEMBERS, {"workshop": workshop.pk})
    members = [(int(row["id"]), int(row["county_id"] or 0), int(row["space_id"])) for row in rows]
    names = {int(row["county_id"] or 0): row["county"] or "" for row in rows}
    target = balance.balanced(members, {space.pk: space.cap for space in spaces}) if members else {}
    now = Counter(space for _member, _county, space in members)
    by_room: dict[int, Counter[str]] = {space.pk: Counter() for space in spaces}
    for member, county, _space in members:
        by_room[target[member]][names[county]] += 1
    state = ";".join(f"{member}:{space}" for member, _county, space in members) + "|" + ",".join(f"{one.pk}:{one.cap}" for one in spaces)
    return Spread(
        rooms=[
            Room(space=one, now=now[one.pk], then=sum(by_room[one.pk].values()), counties=by_room[one.pk].most_common()) for one in spaces
        ],
        moves=balance.moves(members, target),
        mark=hashlib.sha256(state.encode()).hexdigest()[:16],
    )


_GROUPS = """
SELECT "group" AS name, count(*) AS n FROM workshops_membership WHERE workshop_id = %(workshop)s AND state = 'member' GROUP BY 1 ORDER BY 1
"""


def group_sizes(workshop: Space) -> list[tuple[str, int]]:
    """Return the study groups with how many are in each, those in none last under "". Cost: one query."""
    rows = sql.rows(_GROUPS, {"workshop": workshop.pk})
    return sorted(((row["name"], row["n"]) for row in rows), key=lambda one: (not one[0], len(one[0]), one[0]))


def members_by_id(workshop: Space, ids: Sequence[int]) -> list[Membership]:
    """Return chosen memberships of a workshop that hold a seat. Cost: one query."""
    found = Membership.objects.filter(workshop_id=workshop.counted_id, pk__in=list(ids), state=MembershipState.MEMBER)
    return list(found.select_related("workshop__org", "person").order_by("pk"))
