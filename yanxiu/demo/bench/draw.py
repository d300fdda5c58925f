"""Seconds of drawing lesson cases for all participants of a county, beside what the database needs to take the same rows."""

import time
from collections.abc import Callable

from django.db import transaction

from yanxiu.demo.bench import ground, teachers
from yanxiu.demo.bench.figures import Figure, middle, shares
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.learning import actions
from yanxiu.learning.models import CaseDraw

AT_MOST_SECONDS = 3.0
_KEEP = "CREATE TEMPORARY TABLE drawn AS SELECT * FROM learning_casedraw"
_AGAIN = "INSERT INTO learning_casedraw SELECT * FROM drawn"
_LOADS = """
SELECT max(n) - min(n) AS apart FROM (
    SELECT c.stage, c.subject, count(d.id) AS n FROM catalogue_lessoncase c LEFT JOIN learning_casedraw d ON d.case_id = c.id
    WHERE c.stage = %(stage)s AND c.subject = %(subject)s GROUP BY c.id) loads
"""


def measure(*, people: int, rounds: int, say: Callable[[str], None]) -> Figure:
    """Measure the draw in a throw-away installation. Raises NotReady."""
    with ground.installation() as environment:
        say(f"空的安装已就绪，造 {people} 名教师，抽 {rounds} 轮")
        seen = ground.inside(environment, "draw", people, rounds, as_owner=True)
    value, limit = middle(seen["draw_s"]), middle(seen["limit_s"])
    p50, p95, p99 = shares(seen["draw_s"])
    return Figure(
        name="draw", value=round(value, 3), unit="seconds", p50_ms=p50, p95_ms=p95, p99_ms=p99, limit=round(limit, 3),
        ratio=round(limit / value, 3), rows=seen["given"], rounds=rounds, load="one process, an otherwise idle installation",
        detail={
            "limit_is": "the same rows put into the table by one statement", "people": people, "promised_s": AT_MOST_SECONDS,
            "is_kept": value <= AT_MOST_SECONDS, "observers_of_a_case_differ_by": seen["apart"],
        },
    )  # fmt: skip


def drawn(people: int, rounds: int) -> dict[str, object]:
    """Draw for so many participants, so many times anew; return the seconds, and how evenly the cases were given."""
    place = teachers.prepare()
    teachers.enrol(place, people)
    draws, limits, given = [], [], 0
    for _ in range(rounds):
        CaseDraw.objects.all().delete()
        began = time.perf_counter()
        given = actions.draw_cases(programme=place.programme, by=SYSTEM, at=now()).given
        draws.append(time.perf_counter() - began)
        limits.append(_bare())
    apart = [
        sql.rows(_LOADS, {"stage": stage, "subject": subject})[0]["apart"] for stage in teachers.STAGES for subject in teachers.SUBJECTS
    ]
    return {"draw_s": draws, "limit_s": limits, "given": given, "apart": max(apart)}


@transaction.atomic
def _bare() -> float:
    sql.run(_KEEP)
    CaseDraw.objects.all().delete()
    began = time.perf_counter()
    sql.run(_AGAIN)
    sql.run("SET CONSTRAINTS ALL IMMEDIATE")
    seconds = time.perf_counter() - began
    sql.run("DROP TABLE drawn")
    return seconds
