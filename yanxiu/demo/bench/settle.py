"""Seconds of settling a programme, beside a statement written by hand that puts the same sums into a bare table."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from django.conf import settings

from yanxiu.credits import actions
from yanxiu.demo.bench import ground, teachers
from yanxiu.demo.bench.figures import Figure, middle, shares
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation.models import Requirement
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Programme
from yanxiu.records import actions as records

PROMISED_SECONDS: Final = 1.0
PROMISED_FOR: Final = 12_000
STUDIED, SETTLED = datetime(2026, 12, 20, 4, tzinfo=UTC), datetime(2027, 1, 30, 4, tzinfo=UTC)
PLAN: Final = settings.ROOT / "plans" / "000b.yaml"
SCHOOLS: Final = 300
_MASKED = {"Y": 2026, "M0": 9, "ME": 1}
_PEOPLE = """
WITH named AS (
    INSERT INTO people_person
        (name, sort_key, initials, identity_kind, identity_hint, mobile_hint, unit_id, unit_path, staff_number, created_at)
    SELECT '教师' || n, 'js' || lpad(n::text, 8, '0'), 'js', 'resident', '', '', o.id, o.path, '', %(at)s
    FROM generate_series(1, %(people)s) n JOIN (SELECT id, path, row_number() OVER (ORDER BY id) - 1 AS place FROM orgs_org
        WHERE parent_id = %(county)s) o ON o.place = n %% %(schools)s
    RETURNING id, unit_id, unit_path
)
INSERT INTO programmes_enrolment
    (programme_id, version_id, person_id, unit_id, unit_path, stage, subject, audience, role, state, enrolled_at)
SELECT %(programme)s, %(version)s, id, unit_id, unit_path, '高中', '物理', 'all', 'learner', 'active', %(at)s FROM named
"""
# What the plan asks for; every tenth person lacks the last of it.
_STUDIED = """
INSERT INTO records_record (at, actor_id, actor_label, person_id, verb, object_type, object_id, object_label, programme_id, unit_path,
    kind, measure, data)
SELECT %(at)s, e.person_id, '教师', e.person_id, 'completed', w.what, w.id, '学习 ' || w.id, e.programme_id, e.unit_path, w.block, w.hours,
    '{}'
FROM programmes_enrolment e CROSS JOIN (VALUES
    ('lesson_case', 'n1', 'national', 2), ('lesson_case', 'n2', 'national', 2), ('course', 'm1', 'methods', 2),
    ('lesson_case', 'c1', 'casework', 3), ('lesson_case', 'c2', 'casework', 3), ('lesson_case', 'c3', 'casework', 3),
    ('lesson_case', 'c4', 'casework', 3), ('course', 'l1', 'law', 2), ('course', 'l2', 'law', 2),
    ('course', 'e1', 'electives', 7), ('course', 'e2', 'electives', 7)) AS w(what, id, block, hours)
WHERE e.programme_id = %(programme)s AND NOT (w.id = 'e2' AND e.person_id %% 10 = 0)
"""
_BARE = """
CREATE TABLE bench_entry (LIKE credits_entry INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES)
"""
# The same people, amounts and moves, each with a number and a hash of its own; no chain, no plan, no evaluation.
_BY_HAND = """
WITH done AS (
    SELECT id, person_id, programme_id, object_type || ':' || object_id AS what, object_label, kind, measure FROM records_record
    WHERE programme_id = %(programme)s AND verb = 'completed' AND object_type IN ('course', 'lesson_case')
),
passed AS (
    SELECT person_id FROM (SELECT person_id, kind, sum(measure) AS hours FROM done GROUP BY 1, 2) sums
    GROUP BY person_id HAVING bool_and(hours >= CASE kind WHEN 'national' THEN 4 WHEN 'methods' THEN 2 WHEN 'casework' THEN 12
        WHEN 'law' THEN 4 ELSE 14 END) AND count(*) = 5
),
moves AS (
    SELECT d.*, 'provisional' AS account, measure AS amount, 'earn:' AS prefix FROM done d
    UNION ALL SELECT d.*, v.account, v.sign * d.measure, v.prefix FROM done d JOIN passed USING (person_id)
    CROSS JOIN (VALUES ('provisional', -1, 'leave:earn:'), ('registered', 1, 'register:earn:')) v(account, sign, prefix)
)
INSERT INTO bench_entry (person_id, number, programme_id, version_id, award, account, unit, credit_class, amount, year, source_key, label,
    reason, evidence, entered_by, entered_by_label, entered_at, previous_hash, hash)
SELECT person_id, row_number() OVER (PARTITION BY person_id ORDER BY prefix, id), programme_id, 1, 'courses', account, '学分', '', amount,
    2026, prefix || programme_id || ':courses:' || what || ':' || person_id, object_label, '课程学完，整门计', jsonb_build_array(id), NULL,
    '系统', %(at)s, ''::bytea, sha256(convert_to(prefix || what || person_id || amount, 'UTF8'))
FROM moves
"""


def measure(*, people: int, rounds: int, say: Callable[[str], None]) -> Figure:
    """Measure settlements in a throw-away installation, a programme with people of its own each round. Raises NotReady."""
    with ground.installation() as environment:
        say(f"空的安装已就绪，每轮造 {people} 名参训教师，结算 {rounds} 轮")
        seen = ground.inside(environment, "settle", people, rounds, as_owner=True)
    value, limit = middle(seen["settle_s"]), middle(seen["limit_s"])
    p50, p95, p99 = shares(seen["settle_s"])
    return Figure(
        name="settle" if people <= PROMISED_FOR else "settle-large", value=round(value, 2), unit="seconds", p50_ms=p50, p95_ms=p95,
        p99_ms=p99, limit=round(limit, 2), ratio=round(limit / value, 3), rows=seen["entries"], rounds=rounds,
        load="one process, an otherwise idle installation",
        detail={
            "limit_is": "an INSERT … SELECT by hand of the same entries, each with a hash, without plan and chain", "people": people,
            "requirements": seen["requirements"], "records": seen["records"], "times_the_limit": round(value / limit, 2),
            "cpu_s": round(middle(seen["cpu_s"]), 2), "limit_cpu_s": round(middle(seen["limit_cpu_s"]), 2),
            "times_the_limit_in_cpu": round(middle(seen["cpu_s"]) / middle(seen["limit_cpu_s"]), 2),
            "again_s": round(middle(seen["again_s"]), 2), "again_cpu_s": round(middle(seen["again_cpu_s"]), 2),
            "again_entries": seen["again_entries"],
        },
    )  # fmt: skip


def settled(people: int, rounds: int) -> dict[str, object]:
    """Settle programmes of so many participants; return the seconds of each round, by hand too, and of doing it again."""
    sql.run(_BARE)
    database = ground.postmaster(os.environ)
    found: dict[str, list[float]] = {"settle_s": [], "cpu_s": [], "limit_s": [], "limit_cpu_s": [], "again_s": [], "again_cpu_s": []}
    facts: dict[str, object] = {}
    for turn in range(rounds):
        programme = _programme(people, turn)
        used = time.process_time() + ground.cpu_seconds(database)
        began = time.perf_counter()
        run = actions.settle(programme=programme, by=SYSTEM, at=SETTLED)
        found["settle_s"].append(time.perf_counter() - began)
        found["cpu_s"].append(time.process_time() + ground.cpu_seconds(database) - used)
        used, began = time.process_time() + ground.cpu_seconds(database), time.perf_counter()
        by_hand = sql.run(_BY_HAND, {"programme": programme.pk, "at": SETTLED})
        found["limit_s"].append(time.perf_counter() - began)
        found["limit_cpu_s"].append(time.process_time() + ground.cpu_seconds(database) - used)
        used, began = time.process_time() + ground.cpu_seconds(database), time.perf_counter()
        again = actions.settle(programme=programme, by=SYSTEM, at=SETTLED)
        found["again_s"].append(time.perf_counter() - began)
        found["again_cpu_s"].append(time.process_time() + ground.cpu_seconds(database) - used)
        if by_hand != run.entries:
            raise ground.NotReady(f"结算写了 {run.entries} 笔，手写的语句写了 {by_hand} 笔。")
        facts = {"entries": run.entries, "again_entries": again.entries, "requirements": Requirement.objects.count() // (turn + 1)}
    done = sql.rows("SELECT count(*) AS n FROM records_record WHERE verb = 'completed'")[0]["n"]
    return {**found, **facts, "records": done // rounds}


def _programme(people: int, turn: int) -> Programme:
    nation = Org.objects.filter(kind=Kind.NATION).order_by("pk").first() or teachers.org("全国", Kind.NATION, None)
    county = teachers.org(f"测量{turn}县", Kind.COUNTY, nation)
    for number in range(SCHOOLS):
        teachers.org(f"测量{turn}县第{number + 1}学校", Kind.SCHOOL, county)
    programme = programmes.create_programme(owner=county, code=f"bench-settle-{turn}", title="测量", by=SYSTEM, at=STUDIED)
    source = PLAN.read_text(encoding="utf-8")
    version = programmes.publish(programme=programme, source=source, parameters=_MASKED, by=SYSTEM, at=STUDIED)
    evaluation.lay_down(version=version, by=SYSTEM, at=STUDIED)
    facts = {
        "programme": programme.pk, "version": version.pk, "county": county.pk, "people": people, "schools": SCHOOLS, "at": STUDIED,
    }  # fmt: skip
    sql.run(_PEOPLE, facts)
    sql.run(_STUDIED, facts)
    records.rebuild(by=SYSTEM, at=STUDIED)
    sql.run("ANALYZE")
    programme.refresh_from_db()
    return programme
