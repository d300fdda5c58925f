"""Fifty people join a workshop of 499 of 500 seats at once (C-42, F-23): one finds the last seat, one sub-workshop opens for the others.

Every join is the action, by its own person or host, on a connection of its own. A workshop with its 499 members, and the connections,
serve all runs; before each run the fifty are taken out by statement. A run is exact when nothing at all differs (`_FOUND`).
"""

import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from yanxiu.access.roles import ROLES
from yanxiu.demo.bench import crowding, ground
from yanxiu.demo.bench.figures import Figure, shares
from yanxiu.demo.bench.hands import Hands
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.people.models import Person
from yanxiu.records import actions as records
from yanxiu.workshops import actions
from yanxiu.workshops.models import Joining, Membership, MembershipState, Space, SpaceKind, Tool

CAP: Final = 500
AT_ONCE: Final = 50
SAY_EVERY: Final = 50  # runs
MIXED_EVERY: Final = 20  # beside so many runs of joining one of all ways in and out at once
_RESET = """
WITH gone AS (DELETE FROM workshops_membership WHERE workshop_id = %(workshop)s AND person_id = ANY(%(people)s) RETURNING 1)
UPDATE workshops_space SET member_count = %(before)s, joining = %(joining)s WHERE id = %(workshop)s AND (SELECT count(*) FROM gone) >= 0
"""
_CLOSE = "DELETE FROM workshops_space WHERE parent_id = %(workshop)s"
_ASK = """
INSERT INTO workshops_membership (workshop_id, space_id, person_id, state, "group", message, reason, requested_at)
SELECT %(workshop)s, %(workshop)s, p, 'requested', '', '', '', %(at)s FROM unnest(%(people)s::bigint[]) p RETURNING id
"""
_FOUND = """
SELECT s.member_count AS counted, s.member_count <= s.cap AS within,
    (SELECT count(*) FROM workshops_membership m WHERE m.space_id = s.id AND m.state = 'member') AS taken,
    (SELECT count(*) FROM workshops_membership m WHERE m.space_id = s.id AND m.state = 'member' AND m.person_id = ANY(%(people)s)) AS fresh,
    (SELECT count(*) FROM records_record r WHERE r.at = %(at)s AND r.verb = %(verb)s AND r.data ->> 'seat' = s.id::text) AS recorded
FROM workshops_space s WHERE s.id = %(workshop)s OR s.parent_id = %(workshop)s ORDER BY s.id
"""


@dataclass(kw_only=True)
class Door:
    """A workshop before which people stand; `wrong` counts what was not exact, with its words."""

    workshop: Space
    host: Actor
    people: list[Person]
    cap: int
    runs: int = 0
    exact: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    run_seconds: list[float] = field(default_factory=list)


def build(*, cap: int = CAP, people: int = AT_ONCE) -> Door:
    """Lay a unit and a workshop of `cap` seats of which one is free, and so many who will ask for it."""
    crowd = crowding.gather(cap - 1 + people, code="seats")
    workshop = Space.objects.create(
        kind=SpaceKind.TOPIC_WORKSHOP, title="满座的坊", org=crowd.unit, cap=cap, splits=True, member_count=cap - 1,
        tools=[Tool.DISCUSSION], opened_at=crowding.AT,
    )  # fmt: skip
    workshop.path = f"/{workshop.pk}/"
    workshop.save(update_fields=["path"])
    when = {"requested_at": crowding.AT, "decided_at": crowding.AT, "joined_at": crowding.AT}
    Membership.objects.bulk_create([
        Membership(workshop=workshop, space=workshop, person=one, state=MembershipState.MEMBER, **when) for one in crowd.people[people:]
    ])  # fmt: skip
    grant = Grant(role="host", permissions=ROLES["host"].permissions, path=crowd.unit.path, space_id=workshop.pk)
    return Door(workshop=workshop, host=Actor(person_id=None, label="主持人", grants=(grant,)), people=crowd.people[:people], cap=cap)


def play(door: Door, *, runs: int, say: Callable[[str], None] = lambda _words: None) -> Door:
    """Play so many runs, in turns by hosts who let fifty requests in and by fifty who sit down by themselves where that is free."""
    began = time.monotonic()
    with Hands(len(door.people)) as hands:
        for number in range(1, runs + 1):
            is_open = number % 2 == 0
            at = crowding.AT + timedelta(seconds=number)
            joins = moves(door, is_open=is_open, at=at)
            since = time.monotonic()
            errors = [error for error in hands.at_once(joins) if error is not None]
            door.run_seconds.append(time.monotonic() - since)
            look(door, errors, verb="joined" if is_open else "approved", at=at)
            if number % SAY_EVERY == 0 or number == runs:
                say(f"{door.exact}/{door.runs} 次准确，{time.monotonic() - began:.0f} 秒")
    return door


def moves(door: Door, *, is_open: bool, at: datetime) -> list[Callable[[], object]]:
    """Take the fifty out again, as if they had never come, and return how each of them gets in now."""
    facts = {"workshop": door.workshop.pk, "people": [one.pk for one in door.people], "before": door.cap - 1, "at": at}
    with transaction.atomic():
        sql.run(_RESET, {**facts, "joining": Joining.OPEN if is_open else Joining.REQUEST})
        sql.run(_CLOSE, facts)
        asked = [] if is_open else [int(row["id"]) for row in sql.rows(_ASK, facts)]
    space = Space.objects.select_related("org", "parent").get(pk=door.workshop.pk)
    if is_open:
        actors = [Actor(person_id=one.pk, label=one.name) for one in door.people]
        return [lambda one=one: actions.request_join(workshop=space, by=one, at=at) for one in actors]  # type: ignore[misc]  # mypy guesses no default
    return [lambda one=one: actions.approve_join(workshop=space, membership_ids=[one], by=door.host, at=at) for one in asked]  # type: ignore[misc]  # mypy guesses no default


def look(door: Door, errors: Sequence[BaseException], *, verb: str, at: datetime) -> None:
    """Judge a run: the workshop full by one of the fifty, one sub-workshop with all others, counters and records as the seats."""
    facts = {"workshop": door.workshop.pk, "people": [one.pk for one in door.people], "at": at, "verb": verb}
    seen = [(row["counted"], row["taken"], row["fresh"], row["recorded"], row["within"]) for row in sql.rows(_FOUND, facts)]
    others = len(door.people) - 1
    wanted = [(door.cap, door.cap, 1, 1, True), (others, others, others, others, True)]
    found = [f"raised {type(error).__name__}: {error}"[:160] for error in errors]
    found += [] if seen == wanted else [f"seats {seen}"]
    door.runs += 1
    door.exact += not found
    door.wrong.update(found)


def played(runs: int, seed: int, *, say: Callable[[str], None]) -> dict[str, object]:
    """Play in an empty installation and return what was counted; a run counts once it has been looked at."""
    records.ensure_partitions([crowding.AT])
    records.store_metrics(by=SYSTEM, at=crowding.AT)
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    door = play(build(), runs=runs, say=say)
    seconds, spent = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF)
    crowd = crowding.play(crowding.gather(), runs=-(-runs // MIXED_EVERY), seed=seed)
    p50, p95, p99 = shares(door.run_seconds)
    joins = runs * len(door.people)
    return {
        "runs": door.runs, "exact": door.exact, "wrong": dict(door.wrong), "joins": joins, "seconds": round(seconds, 1),
        "ms_a_join": round(seconds / joins * 1000, 2), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99,
        "cpu_ms_a_join_without_database": round(
            (spent.ru_utime + spent.ru_stime - used.ru_utime - used.ru_stime) / joins * 1000, 2
        ),
        "all_ways_in_and_out": {
            "runs": crowd.runs, "moves": crowd.moves, "refused_with_words": crowd.refused, "broken": dict(crowd.broken) or "nothing",
        },
        "is_kept": door.exact == door.runs and not crowd.broken,
    }  # fmt: skip


def measure(*, runs: int, seed: int, say: Callable[[str], None]) -> Figure:
    """Play `runs` runs in a throw-away installation; `value` counts those that were exact. Raises NotReady."""
    with ground.installation() as environment:
        say(f"空的安装已就绪，{runs} 次：{CAP} 个名额坐了 {CAP - 1} 人，{AT_ONCE} 人同时入坊")
        seen = ground.watched(environment, "seats", runs, seed, say=say)
    times = {name: seen.pop(name) for name in ("p50_ms", "p95_ms", "p99_ms")}
    return Figure(
        name="seats", value=seen["exact"], unit=f"of {runs:,} runs exact", **times, limit=runs, ratio=round(seen["exact"] / runs, 4),
        rows=CAP - 1, rounds=runs, load=f"{AT_ONCE} joins at once, each the action on a connection of its own; times are of all fifty",
        detail={"limit_is": "what is promised", **seen},
    )  # fmt: skip
