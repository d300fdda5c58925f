"""A season of programme 001 played through the actions: how long it takes, and that every counter and every duty comes out right."""

import random
import resource
import time
from collections.abc import Callable
from typing import Final

from yanxiu.demo.bench import ground
from yanxiu.demo.bench.figures import Figure
from yanxiu.demo.teams import check, play
from yanxiu.demo.teams import ground as region_of
from yanxiu.demo.teams.scene import Missing
from yanxiu.kit.actor import SYSTEM
from yanxiu.records import actions as records

PEOPLE: Final = 600
TEAMS: Final = 3
PROMISED_SECONDS: Final = 60.0


def measure(*, people: int, seed: int, say: Callable[[str], None]) -> Figure:
    """Play the season in a throw-away installation with `people` members in three teams. Raises NotReady."""
    with ground.installation() as environment:
        say(f"空的安装已就绪，{TEAMS} 个学科、省市县三级、{people} 名坊员走完两个阶段")
        seen = ground.inside(environment, "season", people, seed, as_owner=True)
    return figure(seen, people=people)


def figure(seen: dict[str, object], *, people: int) -> Figure:
    """Return the processor time beside what is promised, and what was counted; wrong counters stand in the detail."""
    seconds = float(str(seen["seconds"]))
    return Figure(
        name="season", value=seconds, unit="s of processor time of the actions", p50_ms=0, p95_ms=0, p99_ms=0, limit=PROMISED_SECONDS,
        ratio=round(seconds / PROMISED_SECONDS, 3), rows=people, rounds=1,
        load=f"{TEAMS} teams on three levels, both phases, one act after the other",
        detail={"limit_is": "what is promised", "is_kept": bool(seen["is_right"]) and seconds <= PROMISED_SECONDS, **seen},
    )  # fmt: skip


def played(people: int, seed: int) -> dict[str, object]:
    """Play and check. Each team leaves other things undone, so that hosts are short of a duty here and there, and of nothing else."""
    records.ensure_partitions(play.moments())
    records.store_metrics(by=SYSTEM, at=region_of.OPENED)
    chance = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    region = region_of.lay(teams=TEAMS, members=people // TEAMS, chance=chance)
    left = (Missing(briefings=1, visits=1, problems=1), Missing(answers=1, creating=1), Missing(articles=1, follows=1))
    missing = {team.label: undone for team, undone in zip(region.teams, left, strict=True)}
    books = play.play(region, missing, chance)
    seconds, wall = resource.getrusage(resource.RUSAGE_SELF).ru_utime - used, time.monotonic() - began
    found = check.check(region, missing, books, at=region_of.SPRING_ENDS)
    return {
        "seconds": round(seconds, 1), "wall_seconds": round(wall, 1), "is_right": found.is_right, "people": found.people,
        "records": found.records, "counted": dict(found.totals), "members_by_level": dict(check.by_level(region)),
        "counters_unlike_records": found.unlike_records, "counters_unlike_rows": list(found.unlike_rows),
        "desks_unlike_evaluation": list(found.unlike_board), "figures_for_assessors": found.figures,
        "figures_unlike_the_books_kept_by_hand": list(found.unlike_books), "counters_that_nobody_moved": list(found.still),
        "duties_short": len(found.unmet), "duties_short_by_plan": len(found.expected), "cases": dict(found.cases),
        "case_places_unlike_by_hand": list(found.unlike_share), "cases_selected_and_shown": found.selected,
    }  # fmt: skip
