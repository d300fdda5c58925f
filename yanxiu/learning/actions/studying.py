"""Studying: reading, looking, answering, and taking up results of assessment. Opening is in `opening`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.html import strip_tags

from yanxiu.catalogue import content
from yanxiu.catalogue.events import StudyEvent as Result
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.kit.text import characters
from yanxiu.learning import finishing, permissions, rules, statements
from yanxiu.learning.actions.opening import NotChosen, Opened, check_step
from yanxiu.learning.carrying import lock, write
from yanxiu.learning.models import How, Item, Lease, PointSeat
from yanxiu.programmes.models import Enrolment
from yanxiu.records.models import Record

__all__ = ["Feedback", "NotChosen", "Opened", "TooEarly", "answer_questions", "finish", "mark_read", "sweep_leases", "take_up"]

LOOKED_AT = (StepKind.TEXT, StepKind.DOCUMENT, StepKind.IMAGES, StepKind.LINK)


class TooEarly(Conflict):
    """It has not been open long enough to be read, or the question to be thought about."""

    code = "too_early"


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What came of answering: the numbers (from 1) of the questions that are right, and whether the step is done."""

    right: frozenset[int]
    is_done: bool


def dwell_seconds(step: Step) -> int:
    """Return how long a text, document, image set or link must be open before it can count as read. No query."""
    if step.kind == StepKind.DOCUMENT:
        return content.read(step.content, content.Document).dwell_seconds
    if step.kind == StepKind.IMAGES:
        return content.read(step.content, content.ImageSet).dwell_seconds
    if step.kind == StepKind.LINK:
        return content.read(step.content, content.Link).min_seconds
    return rules.reading_seconds(characters(strip_tags(step.body)))


@transaction.atomic
def mark_read(*, enrolment: Enrolment, step: Step, by: Actor, at: datetime) -> bool:
    """Mark a text, document, image set or link as read, once it was open as long as that takes at least; return True if that is new.

    Raises TooEarly with the seconds that are lacking, NotPermitted, NotChosen, WindowClosed, Invalid for another kind of step.
    """
    check_step(enrolment, step, *LOOKED_AT, by=by, at=at)
    needed, open_for = dwell_seconds(step), open_seconds(enrolment, step)
    if open_for < needed and step.kind == StepKind.LINK and not open_for:
        raise TooEarly("还没有从这里打开过链接。请先点“打开链接”，看完回来再标记。")
    if open_for < needed:
        what, verb = _MEASURE[step.kind]
        raise TooEarly(f"这{what}约 {-(-needed // 60)} 分钟{verb}完，再{verb} {needed - open_for} 秒就能标记为{verb}完。")
    return finish(enrolment, step, How.READ, by=by, at=at)


@transaction.atomic
def answer_questions(*, enrolment: Enrolment, step: Step, chosen: Mapping[int, tuple[int, ...]], by: Actor, at: datetime) -> Feedback:
    """Check answers to a question step; done when all are right, and trying again is free.

    `chosen` maps question numbers (from 1) to option indexes. Raises as `mark_read`.
    """
    check_step(enrolment, step, StepKind.QUESTION, by=by, at=at)
    questions = content.read(step.content, content.QuestionSet).questions
    right = frozenset(number for number, question in enumerate(questions, start=1) if question.is_right(chosen.get(number, ())))
    if len(right) == len(questions):
        finish(enrolment, step, How.ANSWERED, by=by, at=at)
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
        return _take_up_report(enrolment, item_id, by=by, at=at)
    step = Step.objects.filter(pk=item_id, kind__in=[StepKind.TEST, StepKind.HOMEWORK]).first()
    if step is None:
        return False
    return finish(enrolment, step, How.PASSED if step.kind == StepKind.TEST else How.ACCEPTED, by=by, at=at)


@transaction.atomic
def sweep_leases(*, by: Actor, at: datetime) -> int:
    """Delete leases whose tickets have long been void; return how many. Raises NotPermitted unless the system acts.

    At a teaching point they stay until the centre has them.
    """
    permissions.check_can_sweep(by)
    old = Lease.objects.filter(started_at__lt=at - rules.LEASES_KEPT, ended_at__isnull=False)
    seat = PointSeat.objects.first()
    if seat is not None:
        old = old.filter(ended_at__lt=seat.synced_at) if seat.synced_at else old.none()
    return old.delete()[0]


def finish(enrolment: Enrolment, step: Step, how: How, *, by: Actor, at: datetime) -> bool:
    """Store that the step is done, and the course if it is complete by it; return True if that is new. In a transaction."""
    lock(enrolment)
    done = [finishing.Done(enrolment_id=enrolment.pk, step_id=step.pk, how=how)]
    return write(finishing.steps(done, at=at), by=by, at=at)


def open_seconds(enrolment: Enrolment, step: Step) -> int:
    """Return for how many seconds of server time the step has been what the participant had open. Cost: one query."""
    rows = sql.rows(
        "SELECT COALESCE(floor(sum(extract(epoch FROM COALESCE(ended_at, clock_timestamp()) - started_at))), 0)::int AS seconds "
        "FROM learning_lease WHERE person_id = %(person)s AND enrolment_id = %(enrolment)s AND kind = %(kind)s AND item_id = %(step)s",
        {"person": enrolment.person_id, "enrolment": enrolment.pk, "kind": Item.STEP, "step": step.pk},
    )
    return int(rows[0]["seconds"])


_MEASURE: dict[str, tuple[str, str]] = {
    StepKind.TEXT: ("篇", "读"),
    StepKind.DOCUMENT: ("份文档", "看"),
    StepKind.IMAGES: ("组图片", "看"),
    StepKind.LINK: ("个链接", "看"),
}


def _take_up_report(enrolment: Enrolment, case_id: int, *, by: Actor, at: datetime) -> bool:
    lock(enrolment)
    is_new = write(finishing.cases([(enrolment.pk, case_id)], "reported", at=at), by=by, at=at)
    place = {"enrolment": enrolment.pk, "person": enrolment.person_id, "case": case_id}
    watched = [
        finishing.Done(enrolment_id=enrolment.pk, step_id=row["id"], how=How.WATCHED)
        for row in sql.rows(statements.CASE_STEPS, place)
        if row["seconds"] >= rules.seconds_needed(row["length"])
    ]
    return write(finishing.steps(watched, at=at), by=by, at=at) or is_new if watched else is_new
