"""Whether what a package reported, and the server's clock, fulfil the course's rule (security UP-07, CH-01). Pure: no queries."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from yanxiu.catalogue.content import Package as Rule
from yanxiu.catalogue.packages.shape import Manifest, Sco
from yanxiu.learning.models import RunStatus, RunSuccess


class Run(Protocol):
    """What one unit has reported."""

    status: str
    success: str
    score: Decimal | None


def is_fulfilled(rule: Rule, manifest: Manifest, runs: Mapping[str, Run], *, seconds: int) -> bool:
    """Tell whether the step is done: the package reported what the rule asks, and it was open long enough by the server's clock."""
    return seconds >= rule.min_seconds and not missing(rule, manifest, runs)


def missing(rule: Rule, manifest: Manifest, runs: Mapping[str, Run]) -> str:
    """Return in words what the package has not reported yet; "" when nothing is missing."""
    if rule.counts == "opened":
        return ""
    open_units = [sco for sco in manifest.scos if not _is_completed(runs.get(sco.id))]
    if open_units and not (rule.counts == "passed" and len(manifest.scos) == 1):
        return _open_words(len(manifest.scos), [runs.get(sco.id) for sco in open_units])
    return _not_passed(rule, [sco for sco in manifest.scos if sco.reports], runs) if rule.counts == "passed" else ""


def seconds_lacking(rule: Rule, seconds: int) -> int:
    """Return how much longer the package must be open."""
    return max(rule.min_seconds - seconds, 0)


def is_passed(rule: Rule, run: Run | None) -> bool:
    """Tell whether a unit is passed: by its score where it reports one, else by its word."""
    if run is None:
        return False
    return run.score >= rule.pass_score if run.score is not None else run.success == RunSuccess.PASSED


def _not_passed(rule: Rule, units: Sequence[Sco], runs: Mapping[str, Run]) -> str:
    judged = [sco for sco in units if _has_result(runs.get(sco.id))]
    if not judged:
        return "课件还没有报告成绩"
    return "" if all(is_passed(rule, runs.get(sco.id)) for sco in judged) else f"还没有通过，{rule.pass_score} 分及格"


def _open_words(units: int, open_runs: Sequence[Run | None]) -> str:
    if units > 1:
        return f"还有 {len(open_runs)} 个单元没有学完"
    run = open_runs[0]
    return "课件报告没有通过" if run is not None and run.success == RunSuccess.FAILED else "课件还没有报告学完"


def _is_completed(run: Run | None) -> bool:
    return run is not None and run.status == RunStatus.COMPLETED


def _has_result(run: Run | None) -> bool:
    return run is not None and (run.score is not None or run.success != RunSuccess.UNKNOWN)
