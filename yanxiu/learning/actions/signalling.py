"""Collect the signals of a day, withhold what a decision names, and give it back after an appeal.

`withhold` is the only way by which study that was completed stops counting against the teacher's will; it needs a decided inquiry.
"""

from datetime import date, datetime

from django.db import transaction

from yanxiu.integrity import actions as integrity
from yanxiu.integrity.models import Appeal, Consequence, Decision, Finding, Outcome
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotPermitted
from yanxiu.learning import combining, statements
from yanxiu.learning.events import AttendanceEvent, StudyEvent
from yanxiu.learning.models import Attendance, CaseDraw, CourseDone
from yanxiu.learning.signals import noticing
from yanxiu.records.actions import Entry, record_all, void
from yanxiu.records.models import Record, RecordKey

_EVENTS = {
    (event.verb, event.object_type): event for event in (StudyEvent.COURSE_COMPLETED, StudyEvent.CASE_COMPLETED, AttendanceEvent.ATTENDED)
}
_NEWER_CASE = f"""
SELECT EXISTS (SELECT FROM records_recordkey k WHERE k.key = {statements.CASE_KEY_AGAIN.format(draw="d")} AND k.record_id <> %(record)s)
       AS is_newer
FROM learning_casedraw d WHERE d.id = %(draw)s
"""


def collect_signals(*, day: date, by: Actor, at: datetime) -> int:
    """Hand what a Shanghai day's study shows to `integrity`; return how many signals are new. For the system. Cost: 12 queries."""
    if not by.is_system:
        raise NotPermitted("线索由后台汇集，不能手工添加。")
    found = noticing.noticed_on(day)
    return integrity.raise_signals(noticed=found, by=by, at=at) if found else 0


@transaction.atomic
def withhold(*, decision: Decision, by: Actor, at: datetime) -> int:
    """Void exactly the records that a decision names, so that their hours count no more; return how many were voided now.

    For the system, after the decision. Nothing is voided for another finding, nor once an appeal lifted it. Cost: 4 queries a record.
    """
    _check_is_system(by)
    if decision.finding not in (Finding.HOURS, Finding.INCIDENT) or _is_lifted(decision):
        return 0
    voided = 0
    for one in Consequence.objects.filter(decision=decision).order_by("record_id"):
        if not RecordKey.objects.filter(pk=f"void:{one.record_id}").exists():
            void(record_id=one.record_id, reason=f"核查决定 {decision.inquiry_id}", by=by, at=at)
            voided += 1
    return voided


@transaction.atomic
def reinstate(*, decision: Decision, by: Actor, at: datetime) -> int:
    """Let what a decision named count again, as of the moments it was done, after an appeal eased or lifted it; return how many.

    A record that was never voided stays as it is. For the system. Cost: 5 queries a record.
    """
    _check_is_system(by)
    if not _is_lifted(decision):
        return 0
    given = 0
    for one in Consequence.objects.filter(decision=decision).order_by("record_id"):
        keys = set(RecordKey.objects.filter(pk__in=[f"void:{one.record_id}", f"restored:{one.record_id}"]).values_list("key", flat=True))
        if keys == {f"void:{one.record_id}"}:
            given += _count_again(Record.objects.get(pk=one.record_id), decision, by=by, at=at)
    return given


def _count_again(old: Record, decision: Decision, *, by: Actor, at: datetime) -> bool:
    """Write what counts again; False for what was studied anew meanwhile, which counts instead."""
    course, draw = _course_of(old), _draw_of(old)
    if course and CourseDone.objects.filter(**course).exclude(record_id=old.pk).exists():
        return False
    if draw is not None and draw.done_at is not None and sql.rows(_NEWER_CASE, {"draw": draw.pk, "record": old.pk})[0]["is_newer"]:
        return False
    entry = Entry(
        event=_EVENTS[old.verb, old.object_type], object_id=old.object_id, object_label=old.object_label, person_id=old.person_id,
        programme_id=old.programme_id, space_id=old.space_id, unit_path=old.unit_path, kind=old.kind, measure=old.measure,
        data={**old.data, "restores": old.pk, "inquiry": decision.inquiry_id}, key=f"restored:{old.pk}",
    )  # fmt: skip
    again = record_all([entry], by=Actor(person_id=old.actor_id, label=old.actor_label), at=old.at)[0]
    if course and not CourseDone.objects.filter(record_id=old.pk).update(record_id=again):  # begun anew, and not done yet
        CourseDone.objects.create(**course, block=old.kind, hours=old.measure or 0, done_at=old.at, record_id=again)
    if draw is not None and draw.done_at is None:  # begun anew, and not done yet
        reported = old.at if draw.needs_report else None
        CaseDraw.objects.filter(pk=draw.pk).update(watched_at=old.at, reported_at=reported, done_at=old.at)
    _attend_again(old, again, by=by, at=at)
    return True


def _attend_again(old: Record, again: int, *, by: Actor, at: datetime) -> None:
    """The attendance stands by the new record; what was said about it meanwhile takes effect."""
    for one in Attendance.objects.select_related("session").filter(record_id=old.pk):
        Attendance.objects.filter(pk=one.pk).update(record_id=again)
        combining.recombine(one.session, combining.locked(one.session, [one.pk]), by=by, at=at)


def _draw_of(old: Record) -> CaseDraw | None:
    """Return the draw whose completion a record is, None for another record."""
    enrolment = old.data.get("enrolment")
    is_case = (old.verb, old.object_type) == (StudyEvent.CASE_COMPLETED.verb, StudyEvent.CASE_COMPLETED.object_type)
    if not is_case or not isinstance(enrolment, int):
        return None
    return CaseDraw.objects.filter(enrolment_id=enrolment, case_id=int(old.object_id), voided_at__isnull=True).first()


def _course_of(old: Record) -> dict[str, int]:
    """Return enrolment and course of the record of a completed course, nothing for another."""
    enrolment = old.data.get("enrolment")
    is_course = (old.verb, old.object_type) == (StudyEvent.COURSE_COMPLETED.verb, StudyEvent.COURSE_COMPLETED.object_type)
    return {"enrolment_id": enrolment, "course_id": int(old.object_id)} if is_course and isinstance(enrolment, int) else {}


def _is_lifted(decision: Decision) -> bool:
    return Appeal.objects.filter(decision=decision, outcome__in=[Outcome.EASED, Outcome.LIFTED]).exists()


def _check_is_system(by: Actor) -> None:
    if not by.is_system:
        raise NotPermitted("不计学时只按核查决定办理，不能手工撤销学习记录。")
