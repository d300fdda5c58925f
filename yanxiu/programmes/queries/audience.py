"""Whom a plan admits, as rows that SQL can join: stage, subject, group, in or out of plan."""

from dataclasses import dataclass

from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.vocabulary import STAGE_PARTS

ALL_STAGES = ("幼儿园", "小学", "初中", "高中")


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Columns of the same length, in the plan's order. A subject "" admits every subject; `in_plan` None: the plan does not tell."""

    stages: list[str]
    subjects: list[str]
    groups: list[str]
    in_plan: list[bool | None]
    only_new: list[bool]


def admission(plan: Plan, *, in_plan: bool | None = None) -> Admission:
    """Return whom the plan admits; with `in_plan` given, only the groups of that side (000a: 计划内, 计划外)."""
    rows: list[tuple[str, str, str, bool | None, bool]] = []
    for group in plan.audience:
        side = None if group.plan is None else group.plan == "in"
        if in_plan is not None and side is not None and side is not in_plan:
            continue
        stages = [part for stage in group.stages for part in STAGE_PARTS[stage]] or list(ALL_STAGES)
        fresh = group.only_if == "not_attended_previous"
        rows += [(stage, subject, group.id, side, fresh) for stage in stages for subject in (group.subjects or ("",))]
    if not plan.audience:
        rows = [(stage, "", "", None, False) for stage in ALL_STAGES]
    return Admission(
        stages=[row[0] for row in rows],
        subjects=[row[1] for row in rows],
        groups=[row[2] for row in rows],
        in_plan=[row[3] for row in rows],
        only_new=[row[4] for row in rows],
    )


def asks_in_plan(plan: Plan) -> bool:
    """Tell whether enrolment must say 计划内 or 计划外."""
    return any(group.plan is not None for group in plan.audience)
