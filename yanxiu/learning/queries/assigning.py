"""The page on which an institution chooses courses for its learners, and what it chose before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from yanxiu.catalogue.models import CourseState
from yanxiu.learning.models import Assignment
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
    """Which learners are meant: under a unit, of a stage and subject; "" = all."""

    unit: str = ""
    stage: str = ""
    subject: str = ""


def shelves(programme: Programme) -> list[Shelf]:
    """Return the blocks for institutions with their courses on the shelf. Cost: one query."""
    found = assignable.blocks(plan_of(programme.current_id or 0))
    offerings = list(
        Offering.objects.filter(programme=programme, block__in=[block.id for block in found], course__state=CourseState.PUBLISHED)
        .select_related("course")
        .order_by("topic", "course__title", "pk")
    )
    return [Shelf(block=block, offerings=[one for one in offerings if one.block == block.id]) for block in found]


def learners(programme: Programme, unit: Org, chosen: Chosen) -> QuerySet[Enrolment]:
    """Return the active participants under the unit who fit, by unit and name."""
    found = Enrolment.objects.filter(programme=programme, state=EnrolmentState.ACTIVE, unit_path__startswith=unit.path)
    if chosen.unit.isdigit():
        found = found.filter(unit_path__contains=f"/{chosen.unit}/")
    if chosen.stage:
        found = found.filter(stage=chosen.stage)
    if chosen.subject:
        found = found.filter(subject=chosen.subject)
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
