"""What course packages keep of their learners, on its way between a point and its centre, and its union with what is here.

Of a unit the newer report stands, and what was once completed stays so; of the open time the longer one, never more than has passed
since the first course package. Every value is checked as if it came from the page (security UP-07).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Package, Step, StepKind
from yanxiu.catalogue.packages.shape import Manifest
from yanxiu.kit.errors import Invalid
from yanxiu.learning.models import How, PackageRun, PackageStudy, RunStatus
from yanxiu.learning.packages import cmi, judging
from yanxiu.learning.points.facts import Finished, Run, Studied, moment


def take(studied: Sequence[Studied], *, since: datetime | None, at: datetime) -> tuple[list[Finished], list[str]]:
    """Join the study of packages into this database; return the steps that are fulfilled by it, and sentences on what was not taken.

    Runs in a transaction that holds the people's locks. `since`: nothing was open longer than from there until now. Cost: 4 queries
    and 2 a study, 1 a run.
    """
    played = _played({one.step for one in studied})
    here = _here(studied)
    fulfilled: list[Finished] = []
    refused = 0
    for one in studied:
        if one.step not in played:
            continue
        rule, manifest = played[one.step]
        try:
            study = here[one.enrolment, one.step] = _joined(one, here.get((one.enrolment, one.step)), manifest, since=since, at=at)
        except Invalid:
            refused += 1
            continue
        runs = {run.sco: run for run in PackageRun.objects.filter(study=study, attempt=study.attempt).order_by("pk")}
        if judging.is_fulfilled(rule, manifest, runs, seconds=study.seconds + study.lease_seconds):
            last = max((run.saved_at for run in runs.values()), default=at)
            fulfilled.append(Finished(enrolment=one.enrolment, step=one.step, how=How.REPORTED, at=last.timestamp()))
    return fulfilled, [f"有 {refused} 份课件的记录不合标准，没有收；已完成的环节不受影响。"] if refused else []


def _played(steps: Iterable[int]) -> dict[int, tuple[content.Package, Manifest]]:
    rules = {step.pk: content.read(step.content, content.Package) for step in Step.objects.filter(pk__in=set(steps), kind=StepKind.PACKAGE)}
    manifests = Package.objects.in_bulk({rule.package_id for rule in rules.values()})
    return {
        step: (rule, msgspec.convert(manifests[rule.package_id].manifest, Manifest))
        for step, rule in rules.items()
        if rule.package_id in manifests
    }


def _here(studied: Sequence[Studied]) -> dict[tuple[int, int], PackageStudy]:
    rows = PackageStudy.objects.filter(enrolment__in={one.enrolment for one in studied}, step__in={one.step for one in studied})
    return {(one.enrolment_id, one.step_id): one for one in rows.order_by("pk")}


def _joined(
    one: Studied, study: PackageStudy | None, manifest: Manifest, *, since: datetime | None, at: datetime
) -> PackageStudy:  # fmt: skip
    """Write one study and its runs. Raises Invalid for values that no page could have sent; nothing of them is written then."""
    known = {sco.id for sco in manifest.scos}
    checked = [
        (run, cmi.taken(run.data, edition=manifest.edition)) for run in one.runs if run.sco in known and 0 < run.attempt <= one.attempt
    ]
    study = study or PackageStudy(enrolment_id=one.enrolment, step_id=one.step, opened_at=min(moment(one.opened), at))
    seconds = max(0, one.seconds)
    if since is not None:
        seconds = min(seconds, int((at - since).total_seconds()))
    study.seconds = max(study.seconds, seconds - study.lease_seconds)
    if study.pk is None or one.attempt > study.attempt:
        study.attempt = one.attempt
        study.position, study.sequencing = one.position if one.position in known else "", one.sequencing
    study.save()
    here = {(run.attempt, run.sco): run for run in PackageRun.objects.filter(study=study).order_by("pk")}
    newest = max((run.saved_at for run in here.values() if run.attempt == study.attempt), default=None)
    for run, data in checked:
        _write(here.get((run.attempt, run.sco)), study, run, data, manifest, at=at)
    if newest is not None and one.attempt == study.attempt and any(moment(run.saved) > newest for run in one.runs):
        PackageStudy.objects.filter(pk=study.pk).update(
            position=one.position if one.position in known else study.position, sequencing=one.sequencing or study.sequencing
        )
    return study


def _write(row: PackageRun | None, study: PackageStudy, run: Run, data: Mapping[str, str], manifest: Manifest, *, at: datetime) -> None:
    saved_at = min(moment(run.saved), at)
    if row is not None and row.saved_at >= saved_at:
        return
    was_completed = row is not None and row.status == RunStatus.COMPLETED
    row = row or PackageRun(study=study, attempt=run.attempt, sco=run.sco)
    sco = next(one for one in manifest.scos if one.id == run.sco)
    row.status = RunStatus.COMPLETED
    if sco.reports:
        said = cmi.report(data, edition=manifest.edition)
        row.success, row.score = said.success, said.score
        row.status = RunStatus.COMPLETED if was_completed else said.status
    row.total_seconds = max(row.total_seconds, min(max(run.seconds, 0), study.seconds + study.lease_seconds))
    row.data, row.saved_at = dict(data), saved_at
    row.save()
