"""How far plans of study have come, by what is recorded: one statement for one person and for a whole school."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yanxiu.fieldwork.models import COUNTED, StudyPlan
from yanxiu.kit import clock, sql

# `pairs` says which person does which item. A course is done when its record says so and no other took it back; hours and counts are
# sums of tallies; what nobody counts is ticked.
_DONE = """
values AS (
  SELECT p.person_id, p.item_id, CASE
      WHEN i.kind = 'other' THEN CASE WHEN i.done_at IS NULL THEN 0 ELSE i.target END
      WHEN i.kind = 'course' THEN CASE WHEN EXISTS (
          SELECT FROM records_record r WHERE r.programme_id = %(programme)s AND r.verb = 'completed' AND r.object_type = 'course'
            AND r.person_id = p.person_id AND r.object_id = i.course_id::text
            AND NOT EXISTS (SELECT FROM records_record v WHERE v.voids = r.id)) THEN i.target ELSE 0 END
      ELSE coalesce((
          SELECT sum(CASE WHEN i.kind = 'block' THEN t.amount ELSE t.count END) FROM records_tally t
          WHERE t.programme_id = %(programme)s AND t.person_id = p.person_id AND t.metric = m.metric
            AND (i.kind <> 'block' OR t.kind = i.block)), 0) END AS value
  FROM pairs p JOIN fieldwork_planitem i ON i.id = p.item_id
  LEFT JOIN unnest(%(kinds)s::text[], %(metrics)s::text[]) AS m(kind, metric) ON m.kind = i.kind
)
"""
_OF_PLAN = f"""
WITH pairs AS (SELECT %(person)s::bigint AS person_id, i.id AS item_id FROM fieldwork_planitem i WHERE i.plan_id = %(plan)s), {_DONE}
SELECT item_id, value FROM values
"""
# For each participant under the plan: the own plan and how far it has come, and what the plan itself counts of her.
_OF_PEOPLE = f"""
WITH people AS (
  SELECT e.person_id, n.name, n.sort_key, e.stage, e.subject FROM programmes_enrolment e JOIN people_person n ON n.id = e.person_id
  WHERE e.programme_id = %(programme)s AND e.unit_id = %(unit)s AND e.state = 'active'
    AND (%(stage)s = '' OR e.stage = %(stage)s) AND (%(subject)s = '' OR e.subject = %(subject)s)
), own AS (
  SELECT DISTINCT ON (s.person_id) s.person_id, s.id, s.state, s.version, s.saved_at FROM fieldwork_studyplan s
  WHERE s.programme_id = %(programme)s AND s.level = 'personal' AND s.unit_id = %(unit)s AND s.state <> 'replaced'
  ORDER BY s.person_id, s.state = 'draft', s.version DESC
), pairs AS (
  SELECT p.person_id, i.id AS item_id FROM people p JOIN own o USING (person_id) JOIN fieldwork_planitem i ON i.plan_id = o.id
  UNION ALL
  SELECT p.person_id, i.id FROM people p CROSS JOIN fieldwork_planitem i WHERE i.plan_id = %(plan)s AND i.kind <> 'other'
), {_DONE}, counted AS (
  SELECT v.person_id,
    count(*) FILTER (WHERE i.plan_id <> %(plan)s)::int AS items,
    count(*) FILTER (WHERE i.plan_id <> %(plan)s AND v.value >= i.target)::int AS done,
    count(*) FILTER (WHERE i.plan_id = %(plan)s AND v.value >= i.target)::int AS met,
    count(DISTINCT i.serves_id) FILTER (WHERE i.plan_id <> %(plan)s AND EXISTS (
      SELECT FROM fieldwork_planitem u WHERE u.id = i.serves_id AND (u.plan_id = %(plan)s OR u.serves_id IN (
        SELECT id FROM fieldwork_planitem WHERE plan_id = %(plan)s))))::int AS covered,
    count(*) FILTER (WHERE i.plan_id <> %(plan)s AND v.value < i.target AND i.due < %(today)s)::int AS late
  FROM values v JOIN fieldwork_planitem i ON i.id = v.item_id GROUP BY v.person_id
)
SELECT p.person_id, p.name, p.stage, p.subject, o.id AS plan_id, coalesce(o.state, '') AS state, coalesce(o.version, 0) AS version,
  coalesce(c.items, 0) AS items, coalesce(c.done, 0) AS done, coalesce(c.met, 0) AS met, coalesce(c.covered, 0) AS covered,
  coalesce(c.late, 0) AS late
FROM people p LEFT JOIN own o USING (person_id) LEFT JOIN counted c USING (person_id)
"""
_WANTED = {
    "": "TRUE",
    "without": "state IN ('', 'draft')",
    "late": "late > 0",
    "done": "items > 0 AND done = items",
}
_ORDERS = {
    "progress": "state NOT IN ('', 'draft'), done::numeric / greatest(items, 1), met, sort_key, person_id",
    "name": "sort_key, person_id",
    "met": "met DESC, sort_key, person_id",
}
_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Line:
    """A person below a plan: her own plan (`state` "" = none), items done of it, items of the plan above met and taken up."""

    person_id: int
    name: str
    stage: str
    subject: str
    plan_id: int | None
    state: str
    version: int
    items: int
    done: int
    met: int
    covered: int
    late: int


@dataclass(frozen=True, kw_only=True)
class Everybody:
    """The people below a plan: those of the page, and over all of them `people`, with a plan `planned`, who are `late`, `finished`."""

    lines: Sequence[Line]
    people: int
    planned: int
    late: int
    finished: int
    met: Decimal
    number: int
    has_more: bool


def values_of(plan: StudyPlan, *, person_id: int | None) -> dict[int, Decimal]:
    """Return how much of each item of a plan a person has done, by item. Cost: one query."""
    facts = _facts(plan.programme_id) | {"plan": plan.pk, "person": person_id or 0}
    return {row["item_id"]: row["value"] for row in sql.rows(_OF_PLAN, facts)}


def everybody(plan: StudyPlan, *, at: datetime, wanted: str = "", order: str = "", number: int = 1) -> Everybody:
    """Return a page of the people below a plan of a school or group, with the sums over all of them. Cost: one query."""
    statement = f"""
      WITH lines AS MATERIALIZED (SELECT l.*, n.sort_key FROM ({_OF_PEOPLE}) l JOIN people_person n ON n.id = l.person_id)
      SELECT lines.*, sums.* FROM (SELECT count(*)::int AS people, count(*) FILTER (WHERE state NOT IN ('', 'draft'))::int AS planned,
        count(*) FILTER (WHERE late > 0)::int AS all_late, count(*) FILTER (WHERE items > 0 AND done = items)::int AS finished,
        coalesce(round(avg(met), 1), 0) AS mean FROM lines) sums
      LEFT JOIN (SELECT * FROM lines WHERE {_WANTED.get(wanted, "TRUE")}
        ORDER BY {_ORDERS.get(order, _ORDERS["progress"])} LIMIT %(size)s OFFSET %(skip)s) lines ON TRUE
      ORDER BY {_ORDERS.get(order, _ORDERS["progress"])}
    """
    facts = _of_plan(plan, at=at) | {"size": _PAGE + 1, "skip": (number - 1) * _PAGE}
    found = sql.rows(statement, facts)
    lines = [_line(row) for row in found if row["person_id"] is not None]
    first = found[0]
    return Everybody(
        lines=lines[:_PAGE], people=first["people"], planned=first["planned"], late=first["all_late"], finished=first["finished"],
        met=first["mean"], number=number, has_more=len(lines) > _PAGE,
    )  # fmt: skip


def lines_of(plan: StudyPlan, *, at: datetime) -> list[Line]:
    """Return all people below a plan by name, for export. Cost: one query."""
    return [_line(row) for row in sql.rows(f"{_OF_PEOPLE} ORDER BY p.sort_key, p.person_id", _of_plan(plan, at=at))]


def _line(row: Mapping[str, Any]) -> Line:
    return Line(**{name: row[name] for name in Line.__dataclass_fields__})


def _of_plan(plan: StudyPlan, *, at: datetime) -> dict[str, object]:
    today: date = clock.day(at)
    return _facts(plan.programme_id) | {
        "plan": plan.pk, "unit": plan.unit_id, "stage": plan.stage, "subject": plan.subject, "today": today,
    }  # fmt: skip


def _facts(programme_id: int) -> dict[str, object]:
    return {"programme": programme_id, "kinds": [str(kind) for kind in COUNTED], "metrics": list(COUNTED.values())}
