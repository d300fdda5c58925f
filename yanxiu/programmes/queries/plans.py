"""The typed plan behind a version, and what is wrong with a plan that is not yet one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from yanxiu.kit.errors import NotFound
from yanxiu.programmes.models import PlanVersion
from yanxiu.programmes.plan import reading as plan_files
from yanxiu.programmes.plan.complaints import Complaint, has_errors
from yanxiu.programmes.plan.dates import missing_params
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.work import Phase
from yanxiu.programmes.plan.windows import Window, try_resolve

Days = tuple[date | None, date | None]
YEARS = frozenset({"year", "school_year"})


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A plan text read with its parameters: the plan (None if nothing could be read), its windows, and all complaints.

    `asks` are the parameters the launch needs, `undated` the windows that lack a day and may be given it at launch.
    """

    plan: Plan | None
    windows: tuple[Window, ...]
    complaints: tuple[Complaint, ...]
    asks: tuple[str, ...]
    undated: tuple[Phase, ...]

    @property
    def errors(self) -> tuple[Complaint, ...]:
        return tuple(complaint for complaint in self.complaints if complaint.severity == "error")

    @property
    def is_sound(self) -> bool:
        """Tell whether the plan may be published with these parameters."""
        return self.plan is not None and not has_errors(self.complaints)


def reading_of(source: str, parameters: Mapping[str, int], launch_dates: Mapping[str, list[str | None]]) -> Reading:
    """Read, check and resolve a plan text. Never raises for what the text says. Cost: no query."""
    checked = plan_files.read(source.encode("utf-8"), frameworks=_frameworks())
    plan = checked.plan
    if plan is None:
        return Reading(plan=None, windows=(), complaints=checked.complaints, asks=(), undated=())
    windows, more = try_resolve(plan, parameters, launch_dates=days_of(launch_dates), lines=checked.lines)
    said = tuple(complaint for complaint in checked.complaints if not _is_answered(complaint, plan, launch_dates))
    seen = {(complaint.path, complaint.code) for complaint in said}
    late = tuple(complaint for complaint in more if (complaint.path, complaint.code) not in seen)
    asks = tuple(dict.fromkeys([*plan.programme.params, *missing_params(plan, {})]))
    # A window after another takes its start from it; what it and others lack may be given at launch.
    undated = tuple(phase for phase in plan.phases if phase.span is None and not (phase.from_ and phase.to))
    return Reading(plan=plan, windows=windows, complaints=(*said, *late), asks=asks, undated=undated)


def _is_answered(complaint: Complaint, plan: Plan, launch_dates: Mapping[str, list[str | None]]) -> bool:
    """Tell whether the launch takes care of what the file alone leaves open; what is still missing is said by the windows."""
    if complaint.severity == "error":
        return False
    if complaint.code == "param-missing":
        return True
    bare = [phase.id for phase in plan.phases if not (phase.from_ or phase.to or phase.span or phase.after)]
    return complaint.code == "undated" and all(key in launch_dates for key in bare)


def days_of(launch_dates: Mapping[str, list[str | None]]) -> dict[str, Days]:
    """Return stored launch dates as days."""
    return {
        key: (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
        for key, (first, last) in launch_dates.items()
    }


def plan_of(version: PlanVersion | int) -> Plan:
    """Return the typed plan of a published version. Cost: one query at the first call of a process, then none."""
    return _plan(version if isinstance(version, int) else version.pk)


@lru_cache(maxsize=64)
def _plan(version_id: int) -> Plan:
    source = PlanVersion.objects.filter(pk=version_id).values_list("source", flat=True).first()
    if source is None:
        raise NotFound("没有这个方案版本。")
    plan = plan_files.read(source.encode("utf-8")).plan
    if plan is None:  # published versions were read once; a program that no longer reads them must not guess
        raise RuntimeError(f"plan version {version_id} cannot be read by this program")
    return plan


@lru_cache(maxsize=1)
def _frameworks() -> dict[str, Plan]:
    read = (plan_files.read(path.read_bytes()).plan for path in shipped_plans().values())
    return {plan.programme.id: plan for plan in read if plan is not None and plan.programme.style == "framework"}


@lru_cache(maxsize=1)
def shipped_titles() -> dict[str, str]:
    """Return what the plans that come with the product are called, by file name without ending, in order."""
    read = {name: plan_files.read(path.read_bytes()).plan for name, path in shipped_plans().items()}
    return {name: plan.programme.title for name, plan in read.items() if plan is not None}


def shipped_plans() -> dict[str, Path]:
    """Return the plans that come with the product by file name without ending, in order."""
    return {path.stem: path for path in sorted((Path(settings.ROOT) / "plans").glob("*.yaml"))}
