"""Completions per second: a film is done, a course with it, recorded, counted and judged anew; beside commits of one row."""

import os
import time
from collections.abc import Callable, Sequence
from typing import Final

from django.db import transaction

from yanxiu.demo.bench import ground, teachers
from yanxiu.demo.bench.figures import Figure, middle, shares
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation import standing
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.learning import carrying, finishing, statements
from yanxiu.learning.models import How
from yanxiu.programmes.models import PlanVersion
from yanxiu.records.models import Record

PROMISED_PER_S: Final = 1_200
GROUP: Final = 32
"""Films that end in one group of the gateway when thousands watch."""
_COMMITS = 500
_READY = """
SELECT e.person_id, e.id AS enrolment_id, t.id AS step_id FROM programmes_enrolment e
JOIN learning_selection s ON s.enrolment_id = e.id AND s.block = 'electives'
JOIN programmes_offering o ON o.id = s.offering_id JOIN catalogue_step t ON t.course_id = o.course_id AND t.kind = 'video'
ORDER BY md5(e.id::text || '-' || t.id::text)
"""


def measure(*, people: int, rounds: int, say: Callable[[str], None]) -> Figure:
    """Measure in a throw-away installation. Raises NotReady."""
    with ground.installation() as environment:
        say(f"空的安装已就绪，造 {people} 名教师，{rounds} 轮")
        seen = ground.inside(environment, "completion", people, rounds, as_owner=True)
    value, limit = middle(seen["grouped"]), middle(seen["commits"])
    p50, p95, p99 = shares(seen["durations"])
    return Figure(
        name="completion", value=round(value, 1), unit="completions per second", p50_ms=p50, p95_ms=p95, p99_ms=p99, limit=round(limit, 1),
        ratio=round(value / limit, 3), rows=seen["done"], rounds=rounds,
        load=f"one connection, in groups of {GROUP} as the gateway ends films; durations are those of groups",
        detail={
            "limit_is": "commits of one row on one connection", "promised_per_s": PROMISED_PER_S, "is_kept": value >= PROMISED_PER_S,
            "one_by_one_per_s": round(middle(seen["single"]), 1), "records_per_completion": seen["records_each"],
            "cpu_us_per_completion": {name: round(middle(seen[name])) for name in ("grouped_cpu_us", "single_cpu_us")},
        },
    )  # fmt: skip


def completed(people: int, rounds: int) -> dict[str, object]:
    """Complete courses in groups and one by one, in turn with bare commits; return rates, durations of groups, processor time."""
    place = teachers.prepare()
    teachers.enrol(place, people)
    version = PlanVersion.objects.get(pk=place.programme.current_id or 0)
    evaluation.lay_down(version=version, by=SYSTEM, at=now())
    sql.run("CREATE TABLE bench_commit (id bigserial PRIMARY KEY, at timestamptz)")
    waiting = [
        (row["person_id"], finishing.Done(enrolment_id=row["enrolment_id"], step_id=row["step_id"], how=How.WATCHED))
        for row in sql.rows(_READY)
    ]
    share = len(waiting) // rounds
    found: dict[str, list[float]] = {name: [] for name in ("grouped", "grouped_cpu_us", "single", "single_cpu_us", "commits", "durations")}
    before = Record.objects.count()
    for turn in range(rounds):
        mine = waiting[turn * share : (turn + 1) * share]
        most = len(mine) // 5  # one by one is slower: a fifth is enough
        for name, some, size in (("grouped", mine[most:], GROUP), ("single", mine[:most], 1)):
            durations, cpu = _finished(some, version.pk, size)
            found[name].append(len(some) / sum(durations))
            found[f"{name}_cpu_us"].append(cpu * 1e6 / len(some))
            found["durations"] += durations if size > 1 else []
        found["commits"].append(_commits())
    done = share * rounds
    return {**found, "done": done, "records_each": round((Record.objects.count() - before) / done, 2)}


def _finished(some: Sequence[tuple[int, finishing.Done]], version: int, size: int) -> tuple[list[float], float]:
    database = ground.postmaster(os.environ)
    used = time.process_time() + ground.cpu_seconds(database)
    durations = []
    for start in range(0, len(some), size):
        group = sorted(some[start : start + size], key=lambda one: one[0])
        began = time.perf_counter()
        with transaction.atomic():
            sql.rows(statements.LOCK, {"lock": statements.LOCK_CLASS, "people": [person % 2**31 for person, _ in group]})
            if not carrying.write(finishing.steps([done for _, done in group], at=now()), by=SYSTEM, at=now()):
                raise ground.NotReady("环节没有完成。")
        standing.of(versions=[version], at=now(), persons=[person for person, _ in group])
        durations.append(time.perf_counter() - began)
    return durations, time.process_time() + ground.cpu_seconds(database) - used


def _commits() -> float:
    began = time.perf_counter()
    for _ in range(_COMMITS):
        sql.run("INSERT INTO bench_commit (at) VALUES (now())")
    return _COMMITS / (time.perf_counter() - began)
