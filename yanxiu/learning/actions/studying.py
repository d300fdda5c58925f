"""Studying: opening a step or a case, reading, answering, and taking up results of assessment."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.html import strip_tags

from yanxiu.catalogue import content
from yanxiu.catalogue.events import StudyEvent as Result
from yanxiu.catalogue.models import LessonCase, Step, StepKind
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import characters
from yanxiu.learning import finishing, permissions, rules, statements, tickets
from yanxiu.learning.carrying import lock, write
from yanxiu.learning.events import StudyEvent
from yanxiu.learning.models import CaseDraw, How, Item, Lease, Selection
from yanxiu.learning.origins import UNKNOWN, Origin
from yanxiu.people.models import Account
from yanxiu.programmes.models import Enrolment
from yanxiu.programmes.queries.windows import Span
from yanxiu.records.actions import record
from yanxiu.records.models import Record, RecordKey


class NotChosen(Conflict):
    """The course or case is not in the participant's list."""

    code = "not_chosen"


class TooEarly(Conflict):
    """The text has not been open long enough to be read."""

    code = "too_early"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What is open now: the ticket of a film ("" for other steps), seconds seen so far, and where to resume."""

    ticket: str
    seconds: int
    position: int


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What came of answering: the numbers (from 1) of the questions that are right, and whether the step is done."""

    right: frozenset[int]
    is_done: bool


@transaction.atomic
def open_step(*, enrolment: Enrolment, step: Step, by: Actor, at: datetime, origin: Origin = UNKNOWN) -> Opened:
    """Open a step for study; whatever the person had open elsewhere stops earning.

    Server time begins to run for it. Raises NotPermitted, NotChosen, WindowClosed, Conflict. Cost: 10 queries.
    """
    permissions.check_can_study(by, enrolment)
    selection = _selection(enrolment, step)
    span = permissions.check_study_open(enrolment, selection.block, at=at)
    length = step.seconds if step.kind == StepKind.VIDEO else 0
    opened = _open(enrolment, kind=Item.STEP, item_id=step.pk, length=length, span=span, origin=origin, at=at)
    _record_once(
        StudyEvent.COURSE_OPENED, f"opened:{enrolment.pk}:{step.course_id}", enrolment, object_id=step.course_id,
        label=step.course.title, kind=selection.block, by=by, at=at,
    )  # fmt: skip
    return opened


@transaction.atomic
def open_case(*, enrolment: Enrolment, case: LessonCase, by: Actor, at: datetime, origin: Origin = UNKNOWN) -> Opened:
    """Open a lesson case's film; as `open_step`."""
    permissions.check_can_study(by, enrolment)
    draw = CaseDraw.objects.filter(enrolment=enrolment, case=case, voided_at__isnull=True).first()
    if draw is None:
        raise NotChosen(f"课例《{case.title}》没有分给您，请从“我的课程”里打开自己的课例。")
    span = permissions.check_study_open(enrolment, draw.block, at=at)
    opened = _open(enrolment, kind=Item.CASE, item_id=case.pk, length=case.seconds, span=span, origin=origin, at=at)
    _record_once(
        StudyEvent.CASE_OPENED, f"opened-case:{enrolment.pk}:{case.pk}", enrolment, object_id=case.pk, label=case.title,
        kind=draw.block, by=by, at=at,
    )  # fmt: skip
    return opened


@transaction.atomic
def mark_read(*, enrolment: Enrolment, step: Step, by: Actor, at: datetime) -> bool:
    """Mark a text as read, once it was open for as long as reading takes at least; return True if that is new.

    Raises TooEarly with the seconds that are lacking, NotPermitted, NotChosen, WindowClosed, Invalid for another kind of step.
    """
    _check_step(enrolment, step, StepKind.TEXT, by=by, at=at)
    needed = rules.reading_seconds(characters(_plain(step.body)))
    open_for = _open_seconds(enrolment, step)
    if open_for < needed:
        raise TooEarly(f"这篇约 {-(-needed // 60)} 分钟读完，再读 {needed - open_for} 秒就能标记为读完。")
    return _finish(enrolment, step, How.READ, by=by, at=at)


@transaction.atomic
def answer_questions(*, enrolment: Enrolment, step: Step, chosen: Mapping[int, tuple[int, ...]], by: Actor, at: datetime) -> Feedback:
    """Check answers to a question step; done when all are right, and trying again is free.

    `chosen` maps question numbers (from 1) to option indexes. Raises as `mark_read`.
    """
    _check_step(enrolment, step, StepKind.QUESTION, by=by, at=at)
    questions = content.read(step.content, content.QuestionSet).questions
    right = frozenset(number for number, question in enumerate(questions, start=1) if question.is_right(chosen.get(number, ())))
    if len(right) == len(questions):
        _finish(enrolment, step, How.ANSWERED, by=by, at=at)
    return Feedback(right=right, is_done=len(right) == len(questions))


@transaction.atomic
def take_up(*, result: Record, by: Actor, at: datetime) -> bool:
    """Take up a passed test, an accepted homework or a submitted observation; return True if something became done by it.

    Idempotent; results that belong to no active participation change nothing. Raises NotPermitted unless the system acts (`by=SYSTEM`),
    also when the glue that shows a fresh result calls it at once.
    """
    permissions.check_can_take_up(by)
    if result.programme_id is None or result.person_id is None or not result.object_id.isdecimal():
        return False
    enrolment = Enrolment.objects.filter(programme_id=result.programme_id, person_id=result.person_id).first()
    if enrolment is None:
        return False
    item_id = int(result.object_id)
    if (result.verb, result.object_type) == (Result.OBSERVATION_SUBMITTED.verb, Result.OBSERVATION_SUBMITTED.object_type):
        lock(enrolment)
        return write(finishing.cases([(enrolment.pk, item_id)], "reported", at=at), by=by, at=at)
    step = Step.objects.filter(pk=item_id, kind__in=[StepKind.TEST, StepKind.HOMEWORK]).first()
    if step is None:
        return False
    return _finish(enrolment, step, How.PASSED if step.kind == StepKind.TEST else How.ACCEPTED, by=by, at=at)


@transaction.atomic
def sweep_leases(*, by: Actor, at: datetime) -> int:
    """Delete leases whose tickets have long been void; return how many. Raises NotPermitted unless the system acts."""
    permissions.check_can_sweep(by)
    return Lease.objects.filter(started_at__lt=at - rules.LEASES_KEPT, ended_at__isnull=False).delete()[0]


def _check_step(enrolment: Enrolment, step: Step, kind: StepKind, *, by: Actor, at: datetime) -> None:
    permissions.check_can_study(by, enrolment)
    selection = _selection(enrolment, step)
    permissions.check_study_open(enrolment, selection.block, at=at)
    if step.kind != kind:
        raise Invalid(f"“{step.title}”是{StepKind(step.kind).label}环节，不能这样完成。请从课程页打开它。")


def _selection(enrolment: Enrolment, step: Step) -> Selection:
    found = Selection.objects.filter(
        enrolment=enrolment, offering__course_id=step.course_id, offering__programme_id=enrolment.programme_id, dropped_at__isnull=True
    ).first()
    if found is None:
        raise NotChosen(f"《{step.course.title}》不在您的课程里，看了也不计学时。可以在选课开放时选它。")
    return found


def _open(
    enrolment: Enrolment, *, kind: Item, item_id: int, length: int, span: Span | None, origin: Origin, at: datetime
) -> Opened:  # fmt: skip
    lock(enrolment)
    lease = sql.rows(statements.OPEN_LEASE, {"person_id": enrolment.person_id})[0]
    nonce = secrets.randbits(62)
    Lease.objects.create(
        person_id=enrolment.person_id, number=lease["number"], nonce=nonce, enrolment_id=enrolment.pk, kind=kind, item_id=item_id,
        rate=rules.RATE, device=origin.device, address=origin.address, started_at=lease["at"],
    )  # fmt: skip
    if not length:
        return Opened(ticket="", seconds=0, position=0)
    progress = sql.rows(
        statements.PREPARE_PROGRESS,
        {"person_id": enrolment.person_id, "enrolment_id": enrolment.pk, "kind": kind, "item_id": item_id, "length": length, "at": at},
    )[0]
    stamp = Account.objects.values_list("security_stamp", flat=True).get(person_id=enrolment.person_id)
    issued = int(lease["at"].timestamp())
    ticket = tickets.Ticket(
        version=tickets.VERSION, person=enrolment.person_id, enrolment=enrolment.pk, kind=int(kind), item=item_id, seconds=length,
        number=lease["number"], nonce=nonce, rate=rules.RATE, issued=issued,
        expires=issued + int(rules.TICKET_LASTS.total_seconds()),
        closes=int(span.ends_at.timestamp()) if span and span.ends_at else 0, stamp=stamp,
    )  # fmt: skip
    return Opened(ticket=tickets.sign(ticket), seconds=progress["seconds"], position=progress["position"])


def _record_once(
    event: StudyEvent, key: str, enrolment: Enrolment, *, object_id: int, label: str, kind: str, by: Actor, at: datetime
) -> None:
    # Under the person's lock: nobody else writes this key meanwhile.
    if not RecordKey.objects.filter(pk=key).exists():
        record(
            event, object_id=object_id, object_label=label, kind=kind, person_id=enrolment.person_id, programme_id=enrolment.programme_id,
            unit_path=enrolment.unit_path, key=key, by=by, at=at,
        )  # fmt: skip


def _open_seconds(enrolment: Enrolment, step: Step) -> int:
    rows = sql.rows(
        "SELECT COALESCE(floor(sum(extract(epoch FROM COALESCE(ended_at, clock_timestamp()) - started_at))), 0)::int AS seconds "
        "FROM learning_lease WHERE person_id = %(person)s AND enrolment_id = %(enrolment)s AND kind = %(kind)s AND item_id = %(step)s",
        {"person": enrolment.person_id, "enrolment": enrolment.pk, "kind": Item.STEP, "step": step.pk},
    )
    return int(rows[0]["seconds"])


def _finish(enrolment: Enrolment, step: Step, how: How, *, by: Actor, at: datetime) -> bool:
    lock(enrolment)
    done = [finishing.Done(enrolment_id=enrolment.pk, step_id=step.pk, how=how)]
    return write(finishing.steps(done, at=at), by=by, at=at)


def _plain(html: str) -> str:
    return strip_tags(html)
