"""Offline activities: reported with text, day and photos, confirmed by tutor or school where the step asks for it."""

from datetime import date, datetime
from typing import IO

from django.db import transaction

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.files import actions as files
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import characters, plain
from yanxiu.learning import permissions
from yanxiu.learning.actions.opening import check_step
from yanxiu.learning.actions.studying import finish
from yanxiu.learning.carrying import lock
from yanxiu.learning.events import ReportEvent
from yanxiu.learning.models import ActivityPhoto, ActivityReport, How, ReportState
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record

MOST_CHARACTERS = 20_000
MOST_PHOTOS = 12


class WrongReportState(Conflict):
    """The report is not in the state that this needs."""

    code = "wrong_report_state"


@transaction.atomic
def save_report(*, enrolment: Enrolment, step: Step, text: str, held_on: date | None, by: Actor, at: datetime) -> ActivityReport:
    """Keep a report as it stands. Not a record: a draft saves itself many times. Raises NotPermitted, WindowClosed, Invalid, Conflict."""
    report = _for_change(enrolment, step, by=by, at=at)
    _fill(report, text, held_on, at=at)
    report.save(update_fields=["text", "held_on", "saved_at"])
    return report


def add_photo(*, enrolment: Enrolment, step: Step, file: IO[bytes], name: str, by: Actor, at: datetime) -> ActivityPhoto:
    """Take a photo for the report; drawn anew without its place and device. Raises as `save_report`, and Unusable with the reason."""
    _for_change(enrolment, step, by=by, at=at)
    stored = files.store(content=file, name=name, kind=Kind.IMAGE, by=by, at=at)
    return _add(enrolment, step, stored, by=by, at=at)


@transaction.atomic
def remove_photo(*, photo: ActivityPhoto, by: Actor, at: datetime) -> None:
    """Take a photo away from an own report that is not confirmed; its bytes go. Twice is once. Raises as `save_report`."""
    report = _for_change(photo.report.enrolment, photo.report.step, by=by, at=at)
    if ActivityPhoto.objects.filter(pk=photo.pk, report=report, removed_at__isnull=True).update(removed_at=at):
        files.delete(file=photo.file, by=SYSTEM, at=at)


@transaction.atomic
def submit_report(*, enrolment: Enrolment, step: Step, text: str, held_on: date | None, by: Actor, at: datetime) -> ActivityReport:
    """Hand the report in; done at once when the step needs no confirmation. Invalid names every part that is missing. Cost: 12 queries."""
    report = _for_change(enrolment, step, by=by, at=at)
    _fill(report, text, held_on, at=at)
    asked = content.read(step.content, content.Offline)
    _check_complete(report, asked, at=at)
    report.state = ReportState.SUBMITTED if asked.needs_confirmation else ReportState.CONFIRMED
    report.submitted_at, report.remark = at, ""
    report.save(update_fields=["text", "held_on", "saved_at", "state", "submitted_at", "remark"])
    _record(ReportEvent.SUBMITTED, report, by=by, at=at)
    if not asked.needs_confirmation:
        finish(enrolment, step, How.CONFIRMED, by=by, at=at)
    return report


@transaction.atomic
def confirm_report(*, report: ActivityReport, by: Actor, at: datetime) -> ActivityReport:
    """Confirm that the activity took place; the step is done. Raises NotPermitted, WrongReportState. Cost: 10 queries."""
    permissions.check_can_confirm(by, report)
    fresh = _submitted(report)
    fresh.state, fresh.decided_at, fresh.decided_by = ReportState.CONFIRMED, at, by.person_id
    fresh.save(update_fields=["state", "decided_at", "decided_by"])
    _record(ReportEvent.CONFIRMED, fresh, by=by, at=at)
    finish(fresh.enrolment, fresh.step, How.CONFIRMED, by=by, at=at)
    return fresh


@transaction.atomic
def return_report(*, report: ActivityReport, remark: str, by: Actor, at: datetime) -> ActivityReport:
    """Send a report back with the reason; it can be changed and handed in again. Raises NotPermitted, WrongReportState, Invalid."""
    permissions.check_can_confirm(by, report)
    kept = plain(remark)[:500]
    if not kept:
        raise Invalid("退回要写原因：缺什么，怎样补。", field="remark")
    fresh = _submitted(report)
    fresh.state, fresh.decided_at, fresh.decided_by, fresh.remark = ReportState.RETURNED, at, by.person_id, kept
    fresh.save(update_fields=["state", "decided_at", "decided_by", "remark"])
    _record(ReportEvent.RETURNED, fresh, by=by, at=at)
    return fresh


@transaction.atomic
def _add(enrolment: Enrolment, step: Step, stored: StoredFile, *, by: Actor, at: datetime) -> ActivityPhoto:
    report = _for_change(enrolment, step, by=by, at=at)
    count = ActivityPhoto.objects.filter(report=report, removed_at__isnull=True).count()
    if count >= MOST_PHOTOS:
        raise Invalid(f"照片最多 {MOST_PHOTOS} 张，已有 {count} 张。请先撤下一张再传。", field="file")
    return ActivityPhoto.objects.create(report=report, file=stored, added_at=at)


def _for_change(enrolment: Enrolment, step: Step, *, by: Actor, at: datetime) -> ActivityReport:
    check_step(enrolment, step, StepKind.OFFLINE, by=by, at=at)
    with transaction.atomic():
        lock(enrolment)
        facts = {"unit_path": enrolment.unit_path, "saved_at": at}
        report, _ = ActivityReport.objects.get_or_create(enrolment=enrolment, step=step, defaults=facts)
    report.enrolment, report.step = enrolment, step
    if report.state == ReportState.SUBMITTED:
        raise WrongReportState("活动报告已交，正等确认，不能再改。要改，请确认人退回。")
    if report.state == ReportState.CONFIRMED:
        raise WrongReportState("活动报告已经确认，不能再改。")
    return report


def _submitted(report: ActivityReport) -> ActivityReport:
    rows = ActivityReport.objects.select_for_update(of=("self",)).select_related(
        "enrolment__programme", "enrolment__person", "step__course"
    )
    fresh = rows.get(pk=report.pk)
    if fresh.state != ReportState.SUBMITTED:
        raise WrongReportState(f"这份报告现在是“{fresh.get_state_display()}”，不用再办。")
    return fresh


def _fill(report: ActivityReport, text: str, held_on: date | None, *, at: datetime) -> None:
    kept = plain(text)
    if len(kept) > MOST_CHARACTERS:
        raise Invalid(f"正文有 {len(kept)} 个字符，最多 {MOST_CHARACTERS} 个。请缩短。", field="text")
    report.text, report.held_on, report.saved_at = kept, held_on, at


def _check_complete(report: ActivityReport, asked: content.Offline, *, at: datetime) -> None:
    lacking = []
    if report.held_on is None:
        lacking.append("活动日期还没填")
    elif report.held_on > clock.day(at):
        lacking.append(f"活动日期 {report.held_on:%m-%d} 还没到")
    count = characters(report.text)
    if count < asked.min_characters:
        lacking.append(f"过程还差 {asked.min_characters - count} 字（不少于 {asked.min_characters} 字，现在 {count} 字）")
    photos = ActivityPhoto.objects.filter(report=report, removed_at__isnull=True).count()
    if photos < asked.photos:
        lacking.append(f"照片还差 {asked.photos - photos} 张（要 {asked.photos} 张，已收到 {photos} 张）")
    if lacking:
        raise Invalid(f"还不能交：{'；'.join(lacking)}。")


def _record(event: ReportEvent, report: ActivityReport, *, by: Actor, at: datetime) -> None:
    enrolment = report.enrolment
    record(
        event, object_id=report.pk, object_label=report.step.title, person_id=enrolment.person_id, programme_id=enrolment.programme_id,
        unit_path=enrolment.unit_path, data={"enrolment": enrolment.pk, "step": report.step_id, "remark": report.remark}, by=by, at=at,
    )  # fmt: skip
