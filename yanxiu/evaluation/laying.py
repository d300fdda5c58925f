"""From the typed plan to requirement rows: windows become slices and moments."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from yanxiu.evaluation.models import Requirement
from yanxiu.programmes.models import PlanVersion, Window
from yanxiu.programmes.plan.requirements import requirements
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.specs import RequirementSpec
from yanxiu.programmes.queries import plan_of
from yanxiu.records.models import Slice

Span = tuple[datetime | None, datetime | None]
# Kinds whose counter is not named in the plan, because there is only one.
_METRIC_OF_KIND = {"hours": "hours.earned", "items": "items.completed", "slots": "material.accepted"}


def rows_of(version: PlanVersion) -> list[Requirement]:
    """Build the unsaved rows of a version from its plan, its resolved windows and the programme's slices. Cost: 2 queries."""
    windows: dict[str, Span] = {w.key: (w.starts_at, w.ends_at) for w in Window.objects.filter(version=version, unit__isnull=True)}
    slices = list(Slice.objects.filter(programme_id=version.programme_id).order_by("number"))
    return compiled(version, plan_of(version), windows=windows, slices=slices)


def compiled(version: PlanVersion, plan: Plan, *, windows: Mapping[str, Span], slices: Sequence[Slice]) -> list[Requirement]:
    """Build the unsaved rows of a plan under its parameters; the version need not be stored. Cost: none."""
    return [
        _row(version, number, spec, windows=windows, slices=slices)
        for number, spec in enumerate(requirements(plan, version.parameters), start=1)
    ]


def _row(version: PlanVersion, number: int, spec: RequirementSpec, *, windows: Mapping[str, Span], slices: Sequence[Slice]) -> Requirement:
    span = windows.get(spec.window or "", (None, None))
    return Requirement(
        version=version,
        number=number,
        key=spec.key,
        kind=spec.kind,
        label=spec.label,
        subject_role=spec.subject_role,
        per=spec.per,
        metric=spec.metric or _METRIC_OF_KIND.get(spec.kind, ""),
        kinds=list(spec.kinds),
        target=spec.target,
        unit=spec.unit,
        each=spec.each,
        cap=spec.cap,
        window=spec.window or "",
        slices=inside(span, slices),
        starts_at=span[0],
        ends_at=span[1],
        stages=list(spec.stages),
        except_stages=list(spec.except_stages),
        level=spec.level or "",
        over=spec.over or "",
        soft=spec.soft,
        timely=spec.timely,
        assessed=spec.assessed,
        clause=spec.clause,
        note=spec.note,
    )


def inside(span: Span, slices: Sequence[Slice]) -> list[int]:
    """Return the numbers of the slices that lie inside a window; empty for a window without any bound.

    Windows are cut at their own boundaries, so a slice is either wholly inside or wholly outside.
    """
    starts, ends = span
    if starts is None and ends is None:
        return []
    return [
        one.number
        for one in slices
        if (starts is None or (one.starts_at is not None and one.starts_at >= starts))
        and (ends is None or (one.ends_at is not None and one.ends_at <= ends))
    ]


def resliced(rows: Sequence[Requirement], *, programme_id: int) -> list[Requirement]:
    """Return the rows with the slices that their windows have now. Cost: 1 query."""
    slices = list(Slice.objects.filter(programme_id=programme_id).order_by("number"))
    for row in rows:
        row.slices = inside((row.starts_at, row.ends_at), slices)
    return list(rows)
