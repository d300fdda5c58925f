"""The learner's own list: blocks with their courses and lesson cases, and where to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yanxiu.kit import sql
from yanxiu.learning import statements
from yanxiu.learning.queries import curriculum
from yanxiu.programmes.models import Enrolment
from yanxiu.programmes.plan.vocabulary import BLOCK_KINDS
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.programmes.queries.windows import Span, windows_of

_COURSES = f"""
SELECT s.block, s.source, u.name AS assigner, a.plan, o.hours, o.topic, c.id AS course_id, c.title, d.done_at IS NOT NULL AS is_done,
       ({statements.WITHHELD_BY.format(record="d.record_id")}) AS inquiry_id,
       (SELECT count(*)::int FROM catalogue_step t WHERE t.course_id = c.id AND t.kind = ANY(s.needs)) AS steps,
       (SELECT count(*)::int FROM learning_stepdone x JOIN catalogue_step t ON t.id = x.step_id AND t.course_id = c.id
            AND t.kind = ANY(s.needs) WHERE x.enrolment_id = s.enrolment_id) AS steps_done,
       EXISTS (SELECT 1 FROM learning_progress p JOIN catalogue_step t ON t.id = p.item_id AND t.course_id = c.id
            WHERE p.person_id = %(person)s AND p.enrolment_id = s.enrolment_id AND p.kind = 1 AND p.seconds > 0) AS is_begun
FROM learning_selection s
JOIN programmes_offering o ON o.id = s.offering_id
JOIN catalogue_course c ON c.id = o.course_id
LEFT JOIN learning_coursedone d ON d.enrolment_id = s.enrolment_id AND d.course_id = c.id
LEFT JOIN learning_assignment a ON a.id = s.assignment_id
LEFT JOIN orgs_org u ON u.id = a.unit_id
WHERE s.enrolment_id = %(enrolment)s AND s.dropped_at IS NULL
ORDER BY s.block, o.topic, c.title, c.id
"""

_CASES = f"""
SELECT d.block, d.number, d.hours, d.needs_report, d.watched_at, d.reported_at, d.done_at, c.id AS case_id, c.title, c.level,
       c.author_name, c.author_school, c.seconds AS length, COALESCE(p.seconds, 0) AS seen,
       ({statements.WITHHELD_BY.format(record="k.record_id")}) AS inquiry_id
FROM learning_casedraw d
JOIN catalogue_lessoncase c ON c.id = d.case_id
LEFT JOIN learning_progress p ON p.person_id = %(person)s AND p.enrolment_id = d.enrolment_id AND p.kind = 2 AND p.item_id = c.id
LEFT JOIN LATERAL ({statements.CASE_RECORD.format(draw="d")}) k ON true
WHERE d.enrolment_id = %(enrolment)s AND d.voided_at IS NULL
ORDER BY d.block, d.number
"""


@dataclass(frozen=True, kw_only=True)
class CourseLine:
    """A course of the list. `state`: done, withheld (by a decision), begun or new.

    `assigner`: the unit that chose it for the participant, "" for none, and its `plan` for it.
    """

    course_id: int
    title: str
    topic: str
    hours: Decimal
    steps: int
    steps_done: int
    state: str
    assigner: str = ""
    plan: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """A lesson case of the list; `missing` says what is still to do ("" when done)."""

    case_id: int
    number: int
    title: str
    author: str
    hours: Decimal
    seen: int
    length: int
    state: str
    missing: str


@dataclass(frozen=True, kw_only=True)
class BlockView:
    """A block of the curriculum with what the participant has in it; `span` is its window."""

    id: str
    label: str
    kind: str
    span: Span | None
    courses: Sequence[CourseLine]
    cases: Sequence[CaseLine]

    @property
    def plans(self) -> list[tuple[str, str]]:
        """What the units that chose courses wrote down as the plan, each once: (unit, plan)."""
        return list(dict.fromkeys((line.assigner, line.plan) for line in self.courses if line.plan))

    @property
    def lines(self) -> list[CourseLine | CaseLine]:
        return [*self.courses, *self.cases]

    @property
    def done(self) -> int:
        return sum(line.state == "done" for line in self.lines)

    @property
    def total(self) -> int:
        return len(self.courses) + len(self.cases)

    @property
    def hours(self) -> Decimal:
        """Hours already counted."""
        return sum((line.hours for line in self.lines if line.state == "done"), Decimal(0))


def my_courses(enrolment: Enrolment) -> list[BlockView]:
    """Return the blocks in the plan's order that hold courses or cases of the participant. Cost: 3 queries."""
    parameters = {"person": enrolment.person_id, "enrolment": enrolment.pk}
    courses = [(row["block"], _course(row)) for row in sql.rows(_COURSES, parameters)]
    cases = [(row["block"], _case(row)) for row in sql.rows(_CASES, parameters)]
    spans = {span.key: span for span in windows_of(enrolment.version_id, enrolment.unit_path)}
    views = []
    for block in plan_of(enrolment.version_id).learn:
        mine = [line for block_id, line in courses if block_id == block.id]
        drawn = [line for block_id, line in cases if block_id == block.id]
        if mine or drawn or block in curriculum.chosen_blocks(plan_of(enrolment.version_id)):
            views.append(
                BlockView(
                    id=block.id, label=block.label, kind=BLOCK_KINDS[block.kind], span=spans.get(block.window or ""), courses=mine,
                    cases=drawn,
                )
            )  # fmt: skip
    return views


def _course(row: dict[str, Any]) -> CourseLine:
    begun = row["is_begun"] or row["steps_done"]
    state = "withheld" if row["inquiry_id"] else "done" if row["is_done"] else "begun" if begun else "new"
    names = ("course_id", "title", "topic", "hours", "steps", "steps_done")
    return CourseLine(**{name: row[name] for name in names}, state=state, assigner=row["assigner"] or "", plan=row["plan"] or "")


def _case(row: dict[str, Any]) -> CaseLine:
    missing = []
    if row["watched_at"] is None:
        missing.append("看课例")
    if row["needs_report"] and row["reported_at"] is None:
        missing.append("交观课报告")
    state = "withheld" if row["inquiry_id"] else "done" if row["done_at"] else "begun" if row["seen"] or row["reported_at"] else "new"
    author = " ".join(part for part in (row["author_school"], row["author_name"]) if part)
    names = ("case_id", "number", "title", "hours", "seen", "length")
    left = "" if row["done_at"] else "、".join(missing)
    return CaseLine(**{name: row[name] for name in names}, author=author, state=state, missing=left)
