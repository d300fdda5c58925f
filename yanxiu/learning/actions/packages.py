"""Studying a course package: opening it, keeping what it reports, beginning anew. The package's word alone completes nothing (UP-07)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.catalogue.packages.shape import Manifest
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.learning.actions.opening import check_step, open_step
from yanxiu.learning.actions.studying import finish
from yanxiu.learning.carrying import lock
from yanxiu.learning.events import StudyEvent
from yanxiu.learning.models import How, Lease, PackageRun, PackageStudy, RunStatus
from yanxiu.learning.origins import UNKNOWN, Origin
from yanxiu.learning.packages import cmi, judging, tokens
from yanxiu.learning.packages.tokens import Token, TokenOver
from yanxiu.learning.queries import packages as queries
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record

MOST_SEQUENCING = 300_000


class OlderSave(Conflict):
    """Something newer was kept of this unit already."""

    code = "older_save"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the page sends: of unit `sco` ("" = only time) its values in the order (`launch`, `number`); where the learner is.

    `sequencing` is None when the package has none. `leaves`: the page closes, so server time ends.
    """

    sco: str = ""
    values: Mapping[str, str] | None = None
    launch: int = 0
    number: int = 0
    sequencing: str | None = None
    leaves: bool = False


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What holds after a save: whether the step is done, what is missing in words, and how many seconds are lacking."""

    is_done: bool
    missing: str
    lacking: int
    is_open: bool


@transaction.atomic
def open_package(*, enrolment: Enrolment, step: Step, by: Actor, at: datetime, origin: Origin = UNKNOWN) -> tuple[str, PackageStudy]:
    """Open a package step: server time begins to run for it. Return the token for its saves, and its study.

    Raises NotPermitted, NotChosen, WindowClosed, Invalid for another kind of step. Cost: 16 queries.
    """
    check_step(enrolment, step, StepKind.PACKAGE, by=by, at=at)
    open_step(enrolment=enrolment, step=step, by=by, at=at, origin=origin)
    lease = Lease.objects.get(person_id=enrolment.person_id, ended_at__isnull=True)
    study, _is_new = PackageStudy.objects.get_or_create(enrolment=enrolment, step=step, defaults={"opened_at": at})
    if study.lease:
        study.seconds += _seconds_of(enrolment, study.lease, otherwise=study.lease_seconds)[0]
    study.lease, study.lease_seconds = lease.number, 0
    study.save(update_fields=["seconds", "lease", "lease_seconds"])
    token = Token(
        enrolment=enrolment.pk, step=step.pk, attempt=study.attempt, lease=lease.number,
        expires=int((lease.started_at + tokens.LASTS).timestamp()),
    )  # fmt: skip
    return tokens.sign(token), study


@transaction.atomic
def save_run(*, enrolment: Enrolment, step: Step, token: str, sent: Sent, by: Actor, at: datetime) -> Kept:
    """Keep what a unit reported, and complete the step when the course's rule holds by report and by the server's clock.

    Idempotent: an older save changes nothing (OlderSave). Raises NotPermitted, NotChosen, WindowClosed, TokenOver, BadValue.
    Cost: 10 queries, 8 more when the step is completed by it.
    """
    check_step(enrolment, step, StepKind.PACKAGE, by=by, at=at)
    shown = tokens.read(token, at=at)
    if (shown.enrolment, shown.step) != (enrolment.pk, step.pk):
        raise TokenOver("这一页打开的是另一个课件，没有存。请刷新后再学。")
    lock(enrolment)
    study = PackageStudy.objects.filter(enrolment=enrolment, step=step).first()
    if study is None or study.attempt != shown.attempt:
        raise TokenOver("这个课件已经重新开始过，这一页的内容不再存。请刷新后再学。")
    rule = content.read(step.content, content.Package)
    manifest = queries.manifest_of(rule.package_id)
    is_open = _keep_time(enrolment, study, shown, leaves=sent.leaves)
    if sent.sco:
        _keep_run(study, manifest, shown, sent, at=at)
    study.save(update_fields=["lease_seconds", "position", "sequencing"])
    runs = queries.runs_of(study)
    seconds = study.seconds + study.lease_seconds
    is_done = judging.is_fulfilled(rule, manifest, runs, seconds=seconds)
    if is_done:
        finish(enrolment, step, How.REPORTED, by=by, at=at)
    missing = judging.missing(rule, manifest, runs)
    return Kept(is_done=is_done, missing=missing, lacking=judging.seconds_lacking(rule, seconds), is_open=is_open)


@transaction.atomic
def restart_package(*, enrolment: Enrolment, step: Step, by: Actor, at: datetime) -> PackageStudy:
    """Begin a package anew: an attempt of its own, the earlier one stays on record; what is done stays done.

    Raises NotPermitted, NotChosen, WindowClosed; Conflict when it was never opened. Cost: 8 queries.
    """
    selection = check_step(enrolment, step, StepKind.PACKAGE, by=by, at=at)
    lock(enrolment)
    study = PackageStudy.objects.filter(enrolment=enrolment, step=step).first()
    if study is None:
        raise Conflict("这个课件还没有打开过，直接开始学就可以。")
    study.attempt, study.position, study.sequencing = study.attempt + 1, "", ""
    study.save(update_fields=["attempt", "position", "sequencing"])
    record(
        StudyEvent.PACKAGE_RESTARTED, object_id=step.pk, object_label=step.title, kind=selection.block, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, by=by, at=at, data={"attempt": study.attempt},
    )  # fmt: skip
    return study


def _keep_time(enrolment: Enrolment, study: PackageStudy, shown: Token, *, leaves: bool) -> bool:
    """Take the server seconds of the lease; end it when the page closes. Return whether it still runs."""
    if shown.lease != study.lease:
        return False  # opened again elsewhere: the time of this lease was taken then
    study.lease_seconds, is_open = _seconds_of(enrolment, study.lease, otherwise=study.lease_seconds)
    if leaves and is_open:
        Lease.objects.filter(person_id=enrolment.person_id, number=study.lease, ended_at__isnull=True).update(ended_at=Now())
    return is_open and not leaves


def _seconds_of(enrolment: Enrolment, number: int, *, otherwise: int) -> tuple[int, bool]:
    rows = sql.rows(
        "SELECT GREATEST(0, floor(extract(epoch FROM COALESCE(ended_at, clock_timestamp()) - started_at)))::int AS seconds, "
        "ended_at IS NULL AS is_open FROM learning_lease WHERE person_id = %(person)s AND number = %(number)s",
        {"person": enrolment.person_id, "number": number},
    )
    return (rows[0]["seconds"], rows[0]["is_open"]) if rows else (otherwise, False)


def _keep_run(study: PackageStudy, manifest: Manifest, shown: Token, sent: Sent, *, at: datetime) -> None:
    sco = next((one for one in manifest.scos if one.id == sent.sco), None)
    if sco is None:
        raise Invalid("这个课件里没有这个单元，没有存。请刷新后再学。")
    run = PackageRun.objects.filter(study=study, attempt=study.attempt, sco=sco.id).first()
    run = run or PackageRun(study=study, attempt=study.attempt, sco=sco.id)
    if run.pk and (shown.lease, sent.launch, sent.number) <= (run.lease, run.launch, run.number):
        raise OlderSave("这个单元在别处学到了后面，这一份较早，没有覆盖。请刷新后接着学。")
    data = cmi.taken(sent.values or {}, edition=manifest.edition) if sco.reports else {}
    if (run.lease, run.launch) != (shown.lease, sent.launch):
        run.base_seconds = run.total_seconds
    run.lease, run.launch, run.number, run.data, run.saved_at = shown.lease, sent.launch, sent.number, data, at
    if sco.reports:
        said = cmi.report(data, edition=manifest.edition)
        run.status, run.success, run.score = said.status, said.success, said.score
        run.total_seconds = min(run.base_seconds + said.seconds, study.seconds + study.lease_seconds)
    else:
        run.status = RunStatus.COMPLETED
    run.save()
    study.position = sco.id
    if sent.sequencing is not None and manifest.is_sequenced:
        if len(sent.sequencing) > MOST_SEQUENCING:
            raise Invalid("课件的导航状态太大，没有存。请告诉课程作者。")
        study.sequencing = sent.sequencing
