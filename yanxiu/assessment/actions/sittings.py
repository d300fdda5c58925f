"""Sitting an exam: begin, take over on another device, hand in; and closing what ran out. Server time only (security EM-01…EM-06)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import papers, sitting_permissions, taking
from yanxiu.assessment.actions.scoring_exams import after_hand_in
from yanxiu.assessment.drawing import draw_sheet
from yanxiu.assessment.events import SittingEvent
from yanxiu.assessment.models import Exam, ExamAllowance, MarkingTask, Release, Sitting, SittingAnswer, SittingDevice, SittingResult
from yanxiu.assessment.permissions import check_is_system
from yanxiu.assessment.queries.scoring import complete
from yanxiu.catalogue.content import Given, is_answered
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import Entry, record_all

LONGEST_UNSCORED = timedelta(days=60)
"""How long the clock looks for what ran out and has no result: longer than any worker stays down."""


class NoSittingLeft(Conflict):
    """All sittings that the exam allows this candidate are made."""

    code = "no_sitting_left"


class AlreadyOver(Conflict):
    """The sitting is handed in, or its time is up."""

    code = "already_over"


class TakenOver(Conflict):
    """Another device holds the sitting."""

    code = "taken_over"


@dataclass(frozen=True, kw_only=True)
class Device:
    """What a candidate sits at: a name that the browser keeps, and what it calls itself."""

    name: str
    agent: str = ""


@transaction.atomic
def begin(*, exam: Exam, enrolment: Enrolment, device: Device, by: Actor, at: datetime) -> Sitting:
    """Begin a sitting, or return the one that is open (on whatever device).

    Its sheet is drawn once and kept. However often it is begun at once, one sitting is made (security EM-05).
    Raises NotPermitted, WindowClosed, NoSittingLeft, Conflict. Cost: 9 queries.
    """
    sitting_permissions.check_can_sit(by, exam, enrolment)
    Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
    exam = Exam.objects.select_related("paper", "programme").get(pk=exam.pk)
    allowance = ExamAllowance.objects.filter(exam=exam, enrolment=enrolment).first()
    made = list(Sitting.objects.filter(exam=exam, enrolment=enrolment).order_by("number", "pk"))
    running = next((one for one in made if not one.is_over(at)), None)
    if running is not None:
        return running
    sitting_permissions.check_exam_open(exam, allowance, at=at)
    _close([one for one in made if one.handed_in_at is None], by=by, at=at)
    most = taking.attempts(exam, allowance)
    if len(made) >= most:
        raise NoSittingLeft(_("这场考试可以考 %(count)s 次，都已用完。需要补考，请向考务申请。") % {"count": most})
    sitting = Sitting(
        exam=exam, enrolment=enrolment, number=len(made) + 1, sheet=papers.write_sheet(draw_sheet(exam.paper, by=SystemRandom())),
        started_at=at, ends_at=taking.ends_at(exam, allowance, started_at=at),
    )  # fmt: skip
    save_or_raise(sitting, {"assessment_sitting_one_open": Conflict(_("考试已经在另一台设备上开始了，请刷新这一页。"))})
    _hold(sitting, device, at=at)
    _record(SittingEvent.BEGAN, [sitting], by=by, at=at, device=device.agent)
    return sitting


@transaction.atomic
def take_over(*, sitting: Sitting, device: Device, by: Actor, at: datetime) -> Sitting:
    """Go on with an open sitting on this device: the other one is told with its next answer, and what it wrote until now counts.

    On the device that holds it nothing happens. Raises NotPermitted, AlreadyOver. Cost: 5 queries.
    """
    sitting_permissions.check_can_answer(by, sitting)
    sitting = _locked(sitting)
    if sitting.is_over(at):
        raise AlreadyOver(_("这场考试已经结束，不能再接着答。已存的答案都在。"))
    if held_by(sitting) == device.name:
        return sitting
    sitting.lease += 1
    sitting.save(update_fields=["lease"])
    _hold(sitting, device, at=at)
    _record(SittingEvent.TOOK_OVER, [sitting], by=by, at=at, device=device.agent)
    return sitting


@transaction.atomic
def save_sheet(*, sitting: Sitting, given: Mapping[int, Given], lease: int, by: Actor, at: datetime) -> Sitting:
    """Keep answers that came with a form, in places as written. Raises NotPermitted, AlreadyOver, TakenOver, Invalid. Cost: 2 queries."""
    sitting_permissions.check_can_answer(by, sitting)
    sitting = _locked(sitting)
    if sitting.is_over(at):
        raise AlreadyOver(_("考试已经结束，这次改的没有存。之前存下的都算。"))
    _store(sitting, given, lease=lease, at=at)
    return sitting


@transaction.atomic
def hand_in(
    *, sitting: Sitting, given: Mapping[int, Given], lease: int, allow_blank: bool, by: Actor, at: datetime
) -> Sitting:  # fmt: skip
    """Take the answers of the form and close the sitting; nothing more counts from then on.

    While questions are blank and not `allow_blank`, the answers are kept and the sitting comes back open. When its time is up `given` is
    not taken and it is closed as it was saved (P-14); one that is closed already comes back as it is. Raises NotPermitted, TakenOver,
    Invalid. Cost: 5 queries.
    """
    sitting_permissions.check_can_answer(by, sitting)
    sitting = _locked(sitting)
    if sitting.handed_in_at is not None:
        return sitting
    if not sitting.is_over(at):
        _store(sitting, given, lease=lease, at=at)
        if not allow_blank and blanks(sitting):
            return sitting
    _close([sitting], by=by, at=at)
    if at < sitting.ends_at and sitting.exam.release == Release.AT_ONCE:  # what ran out may still bring what was written without a line
        after_hand_in(sitting=sitting, by=by, at=at)
    return sitting


@transaction.atomic
def close_overdue(*, by: Actor, at: datetime, most: int = 500) -> int:
    """Close sittings whose time is up, as of their own end; return how many. For the clock; again and again until 0.

    Nothing waits for it: whoever reads a sitting treats it as over by time alone. Cost: 3 queries, whatever the number.
    """
    check_is_system(by)
    due = Sitting.objects.filter(handed_in_at__isnull=True, ends_at__lte=at).select_related("enrolment", "exam").order_by("pk")
    found = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True)[:most])
    _close(found, by=by, at=at)
    return len(found)


@transaction.atomic
def score_run_out(*, by: Actor, at: datetime, most: int = 100) -> int:
    """Score sittings that ran out, of exams that show results at once, when nothing written without a line can come any more.

    Return how many. What lacks a mark is scored with its last one. For the clock; again and again until 0. Cost: 2 queries, 10 for each.
    """
    check_is_system(by)
    ran_out = Sitting.objects.filter(complete(at=at), handed_in_at=models.F("ends_at"), ends_at__gt=at - LONGEST_UNSCORED)
    of_these = ran_out.filter(exam__release=Release.AT_ONCE, exam__cancelled_at__isnull=True)
    lacks_marks = MarkingTask.objects.filter(sitting=models.OuterRef("pk"), round__isnull=False)
    waiting = of_these.filter(
        ~models.Exists(SittingResult.objects.filter(sitting=models.OuterRef("pk"))), ~models.Exists(lacks_marks)
    )  # fmt: skip
    found = list(waiting.select_related("enrolment", "exam").order_by("pk")[:most])
    scored = [after_hand_in(sitting=one, by=by, at=at) for one in found]
    return sum(result is not None for result in scored)


def held_by(sitting: Sitting) -> str:
    """Return the name of the device that holds a sitting. Cost: one query."""
    name = SittingDevice.objects.filter(sitting=sitting, lease=sitting.lease).values_list("device", flat=True).first()
    return name or ""


def blanks(sitting: Sitting) -> list[int]:
    """Return the numbers of the questions without an answer. Cost: one query."""
    answered = {
        number for number, given in SittingAnswer.objects.filter(sitting=sitting).values_list("number", "given") if is_answered(given)
    }
    return [number for number in range(1, len(sitting.sheet) + 1) if number not in answered]


def _locked(sitting: Sitting) -> Sitting:
    rows = Sitting.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("exam__paper", "exam__programme", "enrolment__programme").get(pk=sitting.pk)


def _hold(sitting: Sitting, device: Device, *, at: datetime) -> None:
    SittingDevice.objects.create(sitting=sitting, lease=sitting.lease, device=device.name[:64], agent=device.agent[:200], since=at)


def _store(sitting: Sitting, given: Mapping[int, Given], *, lease: int, at: datetime) -> None:
    if lease != sitting.lease:
        raise TakenOver(_("这场考试已经转到另一台设备上，这里不能再写。要在这里答，请先点“在这台设备上继续”。"))
    count = len(sitting.sheet)
    odd = [number for number in given if not 1 <= number <= count]
    if odd:
        raise Invalid(_("没有第 %(number)s 题，这份试卷有 %(count)s 题。请刷新后再答。") % {"number": odd[0], "count": count})
    held = dict(SittingAnswer.objects.filter(sitting=sitting).values_list("number", "given"))
    rows = [
        SittingAnswer(sitting=sitting, number=number, given=one, written_at=at, saved_at=at, lease=lease)
        for number, one in sorted(given.items())
        if one != held.get(number)
    ]
    if rows:
        SittingAnswer.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["sitting", "number"], update_fields=["given", "written_at", "saved_at", "lease"]
        )


_CLOSE = """
UPDATE assessment_sitting SET handed_in_at = LEAST(%s, ends_at) WHERE id = ANY(%s) AND handed_in_at IS NULL
"""


def _close(sittings: list[Sitting], *, by: Actor, at: datetime) -> None:
    if not sittings:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, [at, [one.pk for one in sittings]])
    for one in sittings:
        one.handed_in_at = min(at, one.ends_at)
    _record(SittingEvent.HANDED_IN, [one for one in sittings if at < one.ends_at], by=by, at=at)
    _record(SittingEvent.RAN_OUT, [one for one in sittings if at >= one.ends_at], by=by, at=at)


def _record(event: SittingEvent, sittings: list[Sitting], *, by: Actor, at: datetime, device: str = "") -> None:
    entries = [
        Entry(
            event=event, object_id=one.pk, object_label=one.exam.title, person_id=one.enrolment.person_id,
            programme_id=one.exam.programme_id, unit_path=one.enrolment.unit_path,
            data={"exam": one.exam_id, "enrolment": one.enrolment_id, "number": one.number, "lease": one.lease,
                  **({"device": device[:80]} if device else {})},
        )
        for one in sittings
    ]  # fmt: skip
    record_all(entries, by=by, at=at)
