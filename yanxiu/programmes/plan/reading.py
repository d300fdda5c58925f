"""The door to a plan file: bytes in, a plan and everything that is wrong with it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from yanxiu.kit.errors import Invalid
from yanxiu.programmes.plan import framework, source
from yanxiu.programmes.plan.complaints import NOWHERE, Complaint, Lines, has_errors
from yanxiu.programmes.plan.convert import convert
from yanxiu.programmes.plan.lints import lint
from yanxiu.programmes.plan.schema import Plan

MOST: Final = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a file gave. `plan` is None when a part of it could not be read; complaints are in order of lines."""

    plan: Plan | None
    complaints: tuple[Complaint, ...]
    lines: Lines

    @property
    def is_sound(self) -> bool:
        """Whether the plan may be published as far as the file can tell."""
        return self.plan is not None and not has_errors(self.complaints)


class PlanInvalid(Invalid):
    """The file is no plan that may be published; carries all complaints."""

    code = "plan_invalid"

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        errors = [complaint for complaint in complaints if complaint.severity == "error"]
        first = errors[0]
        place = f"第 {first.line} 行 " if first.line else ""
        more = f"；另有 {len(errors) - 1} 处" if len(errors) > 1 else ""
        hint = f"，{first.hint}" if first.hint else ""
        super().__init__(f"方案有 {len(errors)} 处错误：{place}{first.key} {first.message}{hint}{more}")
        self.complaints = tuple(complaints)


def read(data: bytes, *, frameworks: Mapping[str, Plan] | None = None) -> Reading:
    """Read and check a plan file.

    `frameworks` are the plans that `programme.follows` may name, by id; the plan is checked against their bounds. Never raises for
    bad content: whatever is wrong is among the complaints.
    """
    try:
        raw, complaints = source.read(data)
    except source.Unreadable as unreadable:
        return Reading(plan=None, complaints=unreadable.complaints, lines=NOWHERE)
    plan, broken, findings = convert(raw.tree, raw.lines)
    complaints += findings
    complaints += lint(plan, raw.lines, broken)
    if not broken:
        complaints += _check_followed(plan, raw.lines, frameworks or {})
    return Reading(plan=None if broken else plan, complaints=_ordered(complaints), lines=raw.lines)


def _ordered(complaints: list[Complaint]) -> tuple[Complaint, ...]:
    """Errors before warnings where not all can be told, then by line."""
    kept = sorted(complaints, key=lambda complaint: (complaint.severity, complaint.line))[:MOST]
    kept.sort(key=lambda complaint: (complaint.line, complaint.severity, complaint.key))
    if len(complaints) > MOST:
        said = f"一共 {len(complaints)} 处，这里只列 {MOST} 处"
        kept.append(Complaint(line=0, key="", severity="error", code="more", message=said, hint="改好这些再核对一次"))
    return tuple(kept)


def load(data: bytes, *, frameworks: Mapping[str, Plan] | None = None) -> Plan:
    """Read a plan that must be sound. Raises PlanInvalid with all complaints."""
    reading = read(data, frameworks=frameworks)
    if reading.plan is None or has_errors(reading.complaints):
        raise PlanInvalid(reading.complaints)
    return reading.plan


def _check_followed(plan: Plan, lines: Lines, frameworks: Mapping[str, Plan]) -> list[Complaint]:
    found: list[Complaint] = []
    for place, name in enumerate(plan.programme.follows):
        parent = frameworks.get(name)
        if parent is None:
            message = f"手边没有「{name}」这份方案，没有核对它的要求"
            found.append(lines.complain(("programme", "follows", place), "warn", "follows", message, "把它放在同一文件夹"))
        else:
            found += framework.check(plan, parent, lines)
    return found
