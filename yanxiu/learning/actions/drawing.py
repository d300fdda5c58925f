"""Lesson cases are handed out: random but repeatable, balanced, never one's own, once (W-22)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.learning import curriculum, permissions, statements
from yanxiu.learning.events import ChoiceEvent
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.programmes.plan.schema.work import Block
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record

_VOID = """
UPDATE learning_casedraw d SET voided_at = %(at)s
FROM catalogue_lessoncase c, programmes_enrolment e
WHERE c.id = d.case_id AND c.withdrawn_at IS NOT NULL AND e.id = d.enrolment_id AND e.programme_id = %(programme)s
  AND d.voided_at IS NULL AND d.done_at IS NULL
"""

# Per stage and subject, k cases stand in a circle, the least used first, and the teachers, shuffled by the seed, walk around it: in
# each full round of k teachers everybody takes the cases at the same n distances from the own place, drawn anew for every round, so
# each case is given exactly n times. The last, incomplete round takes the next n cases each. Counts so differ by one. A teacher's
# own case, or one held already, is stepped over by means of spare distances.
_DRAW = """
WITH held AS (
    SELECT d.enrolment_id, array_agg(d.case_id) AS cases,
           array_agg(d.number) FILTER (WHERE d.voided_at IS NULL AND d.block = %(block)s) AS numbers,
           count(*) FILTER (WHERE d.voided_at IS NULL AND d.block = %(block)s) AS n
    FROM learning_casedraw d JOIN programmes_enrolment e ON e.id = d.enrolment_id AND e.programme_id = %(programme)s
    GROUP BY d.enrolment_id
), needing AS MATERIALIZED (
    SELECT e.id, e.person_id, e.stage, e.subject, %(count)s - COALESCE(h.n, 0) AS missing,
           COALESCE(h.cases, '{}') AS cases, COALESCE(h.numbers, '{}') AS numbers,
           row_number() OVER (PARTITION BY e.stage, e.subject ORDER BY hashtextextended(%(seed)s || ':t' || e.id, 0), e.id) - 1 AS r,
           count(*) OVER (PARTITION BY e.stage, e.subject) AS m
    FROM programmes_enrolment e LEFT JOIN held h ON h.enrolment_id = e.id
    WHERE e.programme_id = %(programme)s AND e.version_id = %(version)s AND e.state = 'active' AND COALESCE(h.n, 0) < %(count)s
      AND (cardinality(%(roles)s::text[]) = 0 OR e.role = ANY(%(roles)s::text[]))
      AND (cardinality(%(stages)s::text[]) = 0 OR e.stage = ANY(%(stages)s::text[]))
), stock AS MATERIALIZED (
    SELECT c.id, c.author_id, c.stage, c.subject,
           row_number() OVER (PARTITION BY c.stage, c.subject
                              ORDER BY COALESCE(l.n, 0), hashtextextended(%(seed)s || ':c' || c.id, 0), c.id) - 1 AS place,
           count(*) OVER (PARTITION BY c.stage, c.subject) AS k
    FROM catalogue_lessoncase c
    LEFT JOIN (SELECT case_id, count(*) AS n FROM learning_casedraw WHERE voided_at IS NULL GROUP BY case_id) l ON l.case_id = c.id
    WHERE c.level = %(level)s AND c.published_at IS NOT NULL AND c.withdrawn_at IS NULL
), circle AS MATERIALIZED (
    SELECT n.stage, n.subject, max(n.m) AS m, max(s.k) AS k
    FROM (SELECT stage, subject, max(m) AS m FROM needing GROUP BY stage, subject) n
    JOIN (SELECT stage, subject, max(k) AS k FROM stock GROUP BY stage, subject) s USING (stage, subject)
    GROUP BY n.stage, n.subject
), distance AS MATERIALIZED (
    SELECT * FROM (
        SELECT c.stage, c.subject, round, d AS steps,
               row_number() OVER (PARTITION BY c.stage, c.subject, round
                                  ORDER BY hashtextextended(%(seed)s || c.stage || c.subject || ':' || round || ':' || d, 0), d) AS rank
        FROM circle c CROSS JOIN generate_series(0, c.m / c.k - 1) AS round CROSS JOIN generate_series(0, c.k - 1) AS d
    ) ranked WHERE rank <= 2 * %(count)s + 1
    UNION ALL
    SELECT c.stage, c.subject, c.m / c.k, d, d + 1
    FROM circle c CROSS JOIN generate_series(0, LEAST(2 * %(count)s, c.k - 1)) AS d
), offered AS (
    SELECT n.id, n.missing, n.numbers, s.id AS case_id,
           row_number() OVER (PARTITION BY n.id ORDER BY d.rank) AS turn
    FROM needing n
    JOIN circle c ON c.stage = n.stage AND c.subject = n.subject
    JOIN distance d ON d.stage = n.stage AND d.subject = n.subject AND d.round = n.r / c.k
    JOIN stock s ON s.stage = n.stage AND s.subject = n.subject
         AND s.place = (CASE WHEN n.r / c.k = c.m / c.k THEN (n.r % c.k) * %(count)s ELSE n.r % c.k END + d.steps) % c.k
    WHERE s.author_id IS DISTINCT FROM n.person_id AND s.id <> ALL(n.cases)
)
INSERT INTO learning_casedraw (enrolment_id, case_id, block, number, hours, needs_report, drawn_at)
SELECT o.id, o.case_id, %(block)s,
       (SELECT x FROM generate_series(1, %(count)s) AS x WHERE x <> ALL(o.numbers) ORDER BY x OFFSET o.turn - 1 LIMIT 1),
       %(hours)s, %(needs_report)s, %(at)s
FROM offered o WHERE o.turn <= o.missing
ORDER BY o.id, o.turn
""".replace(" % c.k", " %% c.k")

_SHORT = """
SELECT e.stage, e.subject, count(*)::int AS people, (%(count)s - min(COALESCE(d.n, 0)))::int AS missing
FROM programmes_enrolment e
LEFT JOIN (SELECT enrolment_id, count(*) AS n FROM learning_casedraw WHERE block = %(block)s AND voided_at IS NULL GROUP BY 1) d
     ON d.enrolment_id = e.id
WHERE e.programme_id = %(programme)s AND e.version_id = %(version)s AND e.state = 'active' AND COALESCE(d.n, 0) < %(count)s
  AND (cardinality(%(roles)s::text[]) = 0 OR e.role = ANY(%(roles)s::text[]))
  AND (cardinality(%(stages)s::text[]) = 0 OR e.stage = ANY(%(stages)s::text[]))
GROUP BY e.stage, e.subject ORDER BY e.stage, e.subject
"""


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """A stage and subject with too few cases: so many `people` lack up to `missing` cases of the block."""

    block: str
    stage: str
    subject: str
    people: int
    missing: int


@dataclass(frozen=True, kw_only=True)
class Draw:
    """How many cases were given out now, how many were taken back because the case was withdrawn, and where cases are lacking."""

    given: int
    voided: int
    shortages: tuple[Shortage, ...]


@transaction.atomic
def draw_cases(*, programme: Programme, by: Actor, at: datetime) -> Draw:
    """Give every participant the plan's number of lesson cases of the own stage and subject.

    What was given stays; only withdrawn cases that are not done are replaced. Raises NotPermitted. Cost: three statements per block of
    cases and plan version, ≤ 3 s for 12,000 participants.
    """
    permissions.check_can_draw(by, programme)
    sql.rows(statements.LOCK, {"lock": statements.LOCK_CLASS + 2, "people": [programme.pk % 2**31]})
    voided = sql.run(_VOID, {"programme": programme.pk, "at": at})
    given = 0
    shortages: list[Shortage] = []
    pinned = Enrolment.objects.filter(programme=programme).order_by("version_id").values_list("version_id", flat=True).distinct()
    for version_id in pinned:
        for block in curriculum.case_blocks(plan_of(version_id)):
            parameters = _parameters(programme, version_id, block, at=at)
            given += _without_nested_loops(parameters)
            shortages += [Shortage(block=block.id, **row) for row in sql.rows(_SHORT, parameters)]
    if given or voided:
        record(
            ChoiceEvent.CASES_DRAWN, object_id=programme.pk, object_label=programme.title, programme_id=programme.pk,
            unit_path=programme.owner_path, by=by, at=at, data={"given": given, "voided": voided},
        )  # fmt: skip
    return Draw(given=given, voided=voided, shortages=tuple(shortages))


def _without_nested_loops(parameters: dict[str, object]) -> int:
    # The planner cannot know the size of the circles; a nested loop over 12,000 × 12,000 rows would take minutes.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_DRAW, parameters)
        given = int(cursor.rowcount)
        cursor.execute("SET LOCAL enable_nestloop = on")
    return given


def _parameters(programme: Programme, version_id: int, block: Block, *, at: datetime) -> dict[str, object]:
    items = block.items
    return {
        "programme": programme.pk,
        "version": version_id,
        "block": block.id,
        "count": (items.count if items else None) or 1,
        "level": (items.level if items else None) or "",
        "hours": curriculum.case_hours(block),
        "needs_report": curriculum.needs_report(block),
        "roles": list(block.for_),
        "stages": curriculum.stages_of(block),
        "seed": f"{programme.pk}:{block.id}",
        "at": at,
    }
