"""Checks a plan against the plan it follows: it may tighten and not loosen (W-01).

A framework's bounds that are printed 原则上 are soft: passing them is said, not refused (D-23).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from yanxiu.programmes.plan.complaints import Complaint, Lines, Path
from yanxiu.programmes.plan.numbers import block_hours, number
from yanxiu.programmes.plan.outcomes import awards
from yanxiu.programmes.plan.requirements import requirements
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.work import Block
from yanxiu.programmes.plan.specs import RequirementSpec
from yanxiu.programmes.plan.windows import Window, shown, try_resolve

_ONLINE = ("compulsory", "elective", "assigned", "mixed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Resource bounds of a framework (C-46…C-48). None: no such bound."""

    mooc_share: Decimal | None
    mooc_soft: bool
    segment_max_minutes: int | None
    elective_ratio: Decimal | None
    elective_soft: bool

    def mooc_min_hours(self, online_hours: Decimal) -> Decimal | None:
        """Hours in short pieces that a programme of so many online hours must offer."""
        return None if self.mooc_share is None else self.mooc_share * online_hours

    def elective_min_hours(self, online_hours: Decimal) -> Decimal | None:
        """Hours of electives its catalogue must hold."""
        return None if self.elective_ratio is None else self.elective_ratio * online_hours


def bounds(plan: Plan) -> Bounds:
    """The resource bounds a framework states in its blocks."""
    moocs = [block.mooc for block in plan.learn if block.mooc is not None]
    ratios = [block for block in plan.learn if block.min_ratio_to_online_hours is not None]
    return Bounds(
        mooc_share=next((mooc.min_share_of_online_hours for mooc in moocs if mooc.min_share_of_online_hours is not None), None),
        mooc_soft=all(mooc.soft for mooc in moocs),
        segment_max_minutes=next((mooc.segment_max_minutes for mooc in moocs if mooc.segment_max_minutes is not None), None),
        elective_ratio=next((block.min_ratio_to_online_hours for block in ratios), None),
        elective_soft=all(block.soft for block in ratios),
    )


def online_hours(plan: Plan) -> Decimal:
    """Online hours a plan asks of a learner: stated ones, else a study block's hours without its offline part."""
    return sum((_online(block) for block in plan.learn if block.kind in _ONLINE), Decimal(0))


def _online(block: Block) -> Decimal:
    if block.online_hours is not None:
        return block.online_hours
    return max((block_hours(block) or Decimal(0)) - (block.offline_hours or Decimal(0)), Decimal(0))


def check(derived: Plan, parent: Plan, lines: Lines) -> list[Complaint]:
    """Findings where `derived` loosens what `parent` states. Hard bounds give errors, soft ones warnings. Never raises."""
    run = _Run(derived, parent, lines)
    found = [*run.resources(), *run.requirements(), *run.windows(), *run.awards()]
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Run:
    derived: Plan
    parent: Plan
    lines: Lines

    def finding(self, path: Path, message: str, hint: str, *, soft: bool) -> Complaint:
        said = f"{self.parent.programme.title}要求：{message}"
        return self.lines.complain(path, "warn" if soft else "error", "framework", said, hint)

    def resources(self) -> Iterator[Complaint]:
        stated, online = bounds(self.parent), online_hours(self.derived)
        mooc = sum((block.mooc.hours for block in self.derived.learn if block.mooc and block.mooc.hours), Decimal(0))
        wanted = stated.mooc_min_hours(online)
        if wanted is not None and mooc < wanted:
            said = f"碎片化课程按线上 {number(online)} 学时要有 {number(wanted)} 学时，现有 {number(mooc)}"
            yield self.finding(self._block("compulsory"), said, "在必修块的 mooc.hours 写够", soft=stated.mooc_soft)
        yield from self._segments(stated)
        electives = [block for block in self.derived.learn if block.kind == "elective"]
        offered = sum((block.catalogue_min_hours or block.hours or Decimal(0) for block in electives), Decimal(0))
        wanted = stated.elective_min_hours(online)
        if wanted is not None and offered < wanted:
            said = f"选修资源按线上 {number(online)} 学时要有 {number(wanted)} 学时，现有 {number(offered)}"
            yield self.finding(self._block("elective"), said, "在选修块的 catalogue_min_hours 写够", soft=stated.elective_soft)

    def _segments(self, stated: Bounds) -> Iterator[Complaint]:
        limit = stated.segment_max_minutes
        for place, block in enumerate(self.derived.learn):
            minutes = block.mooc.segment_max_minutes if block.mooc else None
            if limit is not None and minutes is not None and minutes > limit:
                said = f"每段课程不超过 {limit} 分钟，{block.label} 写了 {minutes} 分钟"
                path: Path = ("learn", place, "mooc", "segment_max_minutes")
                yield self.finding(path, said, f"改为 {limit} 以内", soft=stated.mooc_soft)

    def _block(self, kind: str) -> Path:
        for place, block in enumerate(self.derived.learn):
            if block.kind == kind:
                return ("learn", place)
        return ("learn",)

    def requirements(self) -> Iterator[Complaint]:
        own = requirements_or_none(self.derived)
        for wanted in requirements_or_none(self.parent):
            if wanted.assessed and wanted.target > 0 and wanted.kind not in ("decision", "score"):
                yield from self._compare(wanted, own)

    def _compare(self, wanted: RequirementSpec, own: tuple[RequirementSpec, ...]) -> Iterator[Complaint]:
        match = next((spec for spec in own if spec.key == wanted.key and spec.kind == wanted.kind), None) or next(
            (spec for spec in own if wanted.metric and (spec.metric, spec.per) == (wanted.metric, wanted.per)), None
        )
        said = f"{wanted.label}不少于 {number(wanted.target)} {wanted.unit}"
        if match is None:
            yield self.finding(self._section(wanted), f"{said}，方案里没有", "补上这一项", soft=wanted.soft)
        elif match.target < wanted.target:
            yield self.finding(
                self._place(match), f"{said}，方案写了 {number(match.target)}", f"不低于 {number(wanted.target)}", soft=wanted.soft
            )
        elif match.soft and not wanted.soft:
            yield self.finding(self._place(match), f"{said}是必须的，方案写成了原则上", "删去 soft", soft=False)

    def _section(self, wanted: RequirementSpec) -> Path:
        return ("duties",) if wanted.metric else ("submit",) if wanted.kind == "slots" else ("learn",)

    def _place(self, spec: RequirementSpec) -> Path:
        for section in ("learn", "totals", "submit"):
            for place, item in enumerate(getattr(self.derived, section)):
                if item.id == spec.id:
                    return (section, place)
        for role, duties in self.derived.duties.items():
            for place, duty in enumerate(duties):
                if duty.id == spec.id:
                    return ("duties", role, place)
        return ()

    def windows(self) -> Iterator[Complaint]:
        outer = {window.id: window for window in try_resolve(self.parent)[0]}
        places = {phase.id: place for place, phase in enumerate(self.derived.phases)}
        for window in try_resolve(self.derived)[0]:
            limit = outer.get(window.id)
            if limit is not None and window.id in places and _beyond(window, limit):
                said = f"{limit.label}在 {shown(limit)} 以内，方案写了 {shown(window)}"
                yield self.finding(("phases", places[window.id]), said, "改到规定时间以内", soft=False)

    def awards(self) -> Iterator[Complaint]:
        limits = {award.id: award for award in awards(self.parent)}
        for place, award in enumerate(awards(self.derived)):
            limit = limits.get(award.id)
            path: Path = ("credit", "awards", place)
            if limit is None:
                continue
            if limit.amount is not None and award.amount is not None and award.amount > limit.amount:
                said = f"合格给 {number(limit.amount)}，方案写了 {number(award.amount)}"
                yield self.finding((*path, "amount"), said, f"不高于 {number(limit.amount)}", soft=False)
            if award.ratio > limit.ratio:
                said = f"每学时 {number(limit.ratio)} 学分，方案写了 {number(award.ratio)}"
                yield self.finding(("credit", "ratio"), said, f"不高于 {number(limit.ratio)}", soft=False)
            if limit.register_only_if is not None and award.register_only_if is None:
                yield self.finding(path, "合格才登记，方案没有写", "补上 register_only_if", soft=False)


def requirements_or_none(plan: Plan) -> tuple[RequirementSpec, ...]:
    """Requirements of a plan that may still lack months of a monthly material: those materials are left out."""
    if any(item.repeat for item in plan.submit):
        missing = {complaint.code for complaint in try_resolve(plan)[1]}
        if missing:
            return ()
    return requirements(plan)


def _beyond(window: Window, limit: Window) -> bool:
    early = limit.starts_at is not None and window.starts_at is not None and window.starts_at < limit.starts_at
    late = limit.ends_at is not None and window.ends_at is not None and window.ends_at > limit.ends_at
    return early or late
