"""The page on which an institution chooses courses for its learners, and what it chose before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from yanxiu.catalogue.models import CourseState
from yanxiu.kit import sql
from yanxiu.kit.text import person_name
from yanxiu.learning import versions
from yanxiu.learning.models import Assignment, Selection
from yanxiu.learning.queries import assignable
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, EnrolmentState, Offering, Programme
from yanxiu.programmes.plan.schema.work import Block
from yanxiu.programmes.queries.plans import plan_of


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A block that institutions fill, with what can be chosen for it."""

    block: Block
    offerings: Sequence[Offering]


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which learners are meant: under a unit, of a stage and subject, by name or initials; and courses by title. "" = all."""

    unit: str = ""
    stage: str = ""
    subject: str = ""
    q: str = ""
    course: str = ""


# How far each learner came with what an assignment gave: courses given, begun, done.
PEOPLE = f"""
SELECT e.id AS enrolment_id, n.name, u.name AS unit, e.stage, e.subject, count(*)::int AS given,
       count(*) FILTER (WHERE {versions.BEGUN})::int AS begun,
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM learning_coursedone d
                        WHERE d.enrolment_id = s.enrolment_id AND d.course_id = o.course_id))::int AS done
FROM learning_selection s
JOIN programmes_offering o ON o.id = s.offering_id
JOIN programmes_enrolment e ON e.id = s.enrolment_id
JOIN people_person n ON n.id = e.person_id
JOIN orgs_org u ON u.id = e.unit_id
WHERE s.assignment_id = %(assignment)s AND s.dropped_at IS NULL
GROUP BY e.id, n.name, u.name, e.stage, e.subject, n.sort_key, n.initials
"""
_STATES = {"new": "begun = 0", "begun": "begun > 0 AND done < given", "done": "done = given"}
_COUNTS = f"SELECT {', '.join(f'count(*) FILTER (WHERE {rule})::int AS {name}' for name, rule in _STATES.items())} FROM ({PEOPLE}) x"
_STATE = " ".join(f"WHEN '{name}' THEN {rule}" for name, rule in _STATES.items())
_LISTED = f"""
SELECT * FROM ({PEOPLE}) x
WHERE (%(state)s = '' OR CASE %(state)s {_STATE} ELSE FALSE END) AND (%(text)s = '' OR position(%(text)s IN name) > 0)
ORDER BY unit, name, enrolment_id LIMIT %(limit)s OFFSET %(start)s
"""
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many learners of an assignment have not begun, are at it, are done."""

    new: int
    begun: int
    done: int

    @property
    def people(self) -> int:
        return self.new + self.begun + self.done


def progress(assignment: Assignment) -> Progress:
    """Return how far the learners of an assignment are. Cost: one query."""
    return Progress(**sql.rows(_COUNTS, {"assignment": assignment.pk})[0])


def people(assignment: Assignment, *, state: str, text: str, number: int) -> tuple[list[dict[str, Any]], bool]:
    """Return a page of an assignment's learners, by unit and name, and whether more follow. Cost: one query."""
    facts = {"assignment": assignment.pk, "state": state, "text": person_name(text)[:40] if text else "", "limit": PAGE + 1}
    rows = sql.rows(_LISTED, {**facts, "start": (number - 1) * PAGE})
    return rows[:PAGE], len(rows) > PAGE


def courses(assignment: Assignment) -> list[Offering]:
    """Return the courses that an assignment gave, by title. Cost: one query."""
    entries = Selection.objects.filter(assignment=assignment).order_by().values("offering")
    given = Offering.objects.filter(pk__in=entries).select_related("course")
    return list(given.order_by("course__title", "pk"))


def shelves(programme: Programme, *, text: str = "") -> list[Shelf]:
    """Return the blocks for institutions with their courses on the shelf (those whose title holds `text`). Cost: one query."""
    found = assignable.blocks(plan_of(programme.current_id or 0))
    offerings = list(
        Offering.objects.filter(programme=programme, block__in=[block.id for block in found], course__state=CourseState.PUBLISHED)
        .filter(Q(course__title__icontains=text) if text else Q())
        .select_related("course")
        .order_by("topic", "course__title", "pk")
    )
    return [Shelf(block=block, offerings=[one for one in offerings if one.block == block.id]) for block in found]


def learners(programme: Programme, unit: Org, chosen: Chosen) -> QuerySet[Enrolment]:
    """Return the active participants under the unit who fit, by unit and name."""
    found = Enrolment.objects.filter(programme=programme, state=EnrolmentState.ACTIVE, unit_path__startswith=unit.path)
    if chosen.unit.isdecimal():
        found = found.filter(unit_path__contains=f"/{chosen.unit}/")
    if chosen.stage:
        found = found.filter(stage=chosen.stage)
    if chosen.subject:
        found = found.filter(subject=chosen.subject)
    if chosen.q:
        found = found.filter(Q(person__name__contains=person_name(chosen.q)) | Q(person__initials__startswith=chosen.q.lower()))
    return found.select_related("person", "unit").order_by("unit__name", "unit_id", "person__name", "pk")


def units_of(programme: Programme, unit: Org) -> list[tuple[int, str, int]]:
    """Return the units of participants under the unit with how many they are: (id, name, count). Cost: one query."""
    rows = Enrolment.objects.filter(programme=programme, state=EnrolmentState.ACTIVE, unit_path__startswith=unit.path)
    counted = rows.order_by().values("unit_id", "unit__name").annotate(n=Count("pk")).order_by("unit__name", "unit_id")
    return [(row["unit_id"], row["unit__name"], row["n"]) for row in counted[:500]]


def assignments(programme: Programme, unit: Org) -> QuerySet[Assignment]:
    """Return what was assigned under the unit, newest first."""
    found = Assignment.objects.filter(programme=programme, unit__path__startswith=unit.path)
    return found.select_related("unit").order_by("-assigned_at", "-pk")
