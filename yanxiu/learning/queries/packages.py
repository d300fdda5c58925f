"""Reads of package study: what is played, how far the participant is, and what the content is told at its launch."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Package, Step
from yanxiu.catalogue.packages.shape import Manifest, Node, Sco
from yanxiu.kit.errors import NotFound
from yanxiu.learning.models import PackageRun, PackageStudy, RunStatus, RunSuccess
from yanxiu.learning.packages import cmi, judging
from yanxiu.programmes.models import Enrolment


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the table of contents; `depth` from 0, `state` of what is launched: new, begun, done, failed; "" = a heading."""

    sco: str
    title: str
    depth: int
    state: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A package step as its participant sees it. `missing` in words, `lacking` in seconds of server time."""

    package: Package
    rule: content.Package
    manifest: Manifest
    lines: list[Line]
    attempt: int
    is_begun: bool
    missing: str
    lacking: int

    @property
    def is_one(self) -> bool:
        """Tell whether there is only one unit to launch."""
        return len(self.manifest.scos) == 1


def manifest_of(package_id: int) -> Manifest:
    """Return what is played. Raises NotFound. Cost: one query."""
    raw = Package.objects.filter(pk=package_id).values_list("manifest", flat=True).first()
    if raw is None:
        raise NotFound("这个课件包不在了。请告诉课程作者。")
    return msgspec.convert(raw, Manifest)


def runs_of(study: PackageStudy | None) -> dict[str, PackageRun]:
    """Return the runs of the attempt that counts, by unit. Cost: one query."""
    if study is None:
        return {}
    return {run.sco: run for run in PackageRun.objects.filter(study=study, attempt=study.attempt).order_by("pk")}


def shown(enrolment: Enrolment, step: Step) -> Shown:
    """Return a package step for its page. Raises NotFound when its package is gone. Cost: 3 queries."""
    rule = content.read(step.content, content.Package)
    package = Package.objects.filter(pk=rule.package_id).first()
    if package is None:
        raise NotFound("这个课件包不在了。请告诉课程作者。")
    manifest = msgspec.convert(package.manifest, Manifest)
    study = PackageStudy.objects.filter(enrolment=enrolment, step=step).first()
    runs = runs_of(study)
    seconds = study.seconds + study.lease_seconds if study else 0
    return Shown(
        package=package,
        rule=rule,
        manifest=manifest,
        lines=lines(manifest, runs, current=study.position if study else ""),
        attempt=study.attempt if study else 1,
        is_begun=bool(runs),
        missing=judging.missing(rule, manifest, runs),
        lacking=judging.seconds_lacking(rule, seconds),
    )


def lines(manifest: Manifest, runs: Mapping[str, PackageRun], *, current: str = "") -> list[Line]:
    """Return the table of contents, headings and units in order, what the package hides left out."""
    found: list[Line] = []

    def walk(node: Node, depth: int) -> None:
        if not node.is_visible:
            return
        state = _state(runs.get(node.id)) if node.is_launched else ""
        sco = node.id if node.is_launched else ""
        found.append(Line(sco=sco, title=node.title, depth=min(depth, 4), state=state, is_current=bool(sco) and sco == current))
        for below in node.children:
            walk(below, depth + 1)

    for node in manifest.contents.children:
        walk(node, 0)
    return found


def launches(manifest: Manifest, runs: Mapping[str, PackageRun], *, learner: tuple[int, str]) -> list[dict[str, object]]:
    """Return for every unit what the player needs: where it is, and its values at launch, the site's own among them."""
    return [
        {
            "id": sco.id,
            "path": sco.path,
            "query": sco.query,
            "reports": sco.reports,
            "data": _at_launch(manifest, sco, runs.get(sco.id), learner) if sco.reports else {},
        }
        for sco in manifest.scos
    ]


def _state(run: PackageRun | None) -> str:
    if run is None:
        return "new"
    if run.success == RunSuccess.FAILED:
        return "failed"
    return "done" if run.status == RunStatus.COMPLETED else "begun"


def _at_launch(manifest: Manifest, sco: Sco, run: PackageRun | None, learner: tuple[int, str]) -> dict[str, str]:
    is_12 = manifest.edition == "scorm12"
    kept = dict(run.data) if run else {}
    for name in ("cmi.core.exit", "cmi.exit", "cmi.core.session_time", "cmi.session_time"):
        kept.pop(name, None)
    total = cmi.span_words(run.total_seconds if run else 0, edition=manifest.edition)
    facts = sco.facts
    if is_12:
        ours = {
            "cmi.core.student_id": str(learner[0]), "cmi.core.student_name": learner[1], "cmi.core.credit": "credit",
            "cmi.core.lesson_mode": "normal", "cmi.core.entry": "resume" if run else "ab-initio", "cmi.core.total_time": total,
            "cmi.launch_data": facts.get("launch_data", ""), "cmi.student_data.mastery_score": facts.get("mastery_score", ""),
            "cmi.student_data.max_time_allowed": facts.get("max_time_allowed", ""),
            "cmi.student_data.time_limit_action": facts.get("time_limit_action", ""),
        }  # fmt: skip
    else:
        ours = {
            "cmi.learner_id": str(learner[0]), "cmi.learner_name": learner[1], "cmi.credit": "credit", "cmi.mode": "normal",
            "cmi.entry": "resume" if run else "ab-initio", "cmi.total_time": total, "cmi.launch_data": facts.get("launch_data", ""),
            "cmi.scaled_passing_score": facts.get("scaled_passing_score", ""),
            "cmi.completion_threshold": facts.get("completion_threshold", ""),
            "cmi.max_time_allowed": facts.get("max_time_allowed", ""), "cmi.time_limit_action": facts.get("time_limit_action", ""),
        }  # fmt: skip
    return {name: value for name, value in (kept | ours).items() if value}
