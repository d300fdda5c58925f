"""Reads of imports: what a plan says, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from yanxiu.catalogue.models import CourseImport, ImportState, StepKind
from yanxiu.catalogue.transport.shape import ModulePlan, Plan, StepPlan, read_plan

RECENT = 10


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """A step that would be made: `words` say its kind and the names of its files."""

    number: int
    title: str
    kind: str
    words: str

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        return StepKind(self.kind).icon


@dataclass(frozen=True, kw_only=True)
class PlannedPart:
    """A module (None: the course has none) with the steps that would be made."""

    number: int
    module: ModulePlan | None
    steps: Sequence[PlannedStep]


def plan_of(brought: CourseImport) -> Plan:
    """Return what an import would make. No query."""
    return read_plan(brought.plan)


def planned_parts(plan: Plan) -> list[PlannedPart]:
    """Return the steps in order, module by module. No query."""
    parts: list[PlannedPart] = []
    number = 0
    for place in range(len(plan.modules) + 1):
        steps = []
        for step in plan.steps:
            if step.module == place:
                number += 1
                steps.append(_shown(number, step, plan))
        if steps or place:
            parts.append(PlannedPart(number=place, module=plan.modules[place - 1] if place else None, steps=steps))
    return parts


def recent_imports(seen: QuerySet[CourseImport]) -> list[CourseImport]:
    """Return the last imports that were not given up, newest first. Cost: 1 query."""
    return list(seen.exclude(state=ImportState.GIVEN_UP).select_related("owner", "course").order_by("-pk")[:RECENT])


def _shown(number: int, step: StepPlan, plan: Plan) -> PlannedStep:
    numbers = [step.media, step.captions, step.poster, *(one["file_id"] for one in step.content.get("pictures", []))]
    numbers.append(step.content.get("package_id", 0))
    names = "、".join(plan.files[one - 1].name for one in numbers if one)
    label = str(StepKind(step.kind).label)
    return PlannedStep(number=number, title=step.title, kind=step.kind, words=f"{label}：{names}" if names else label)
