"""Taking a test: start, save answers, hand in; and closing what ran out of time. Server time and server scores only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from secrets import SystemRandom

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import permissions, results, scoring
from yanxiu.assessment.events import AttemptEvent
from yanxiu.assessment.models import Answer, Attempt
from yanxiu.assessment.queries.study import block_id_of
from yanxiu.catalogue import content
from yanxiu.catalogue.events import StudyEvent
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import Entry, record_all

Chosen = Mapping[int, Sequence[int]]


class AlreadyPassed(Conflict):
    """The test is passed; nothing is gained by another attempt."""

    code = "already_passed"


class NoAttemptLeft(Conflict):
    """All attempts that the test allows are made."""

    code = "no_attempt_left"


class AlreadyHandedIn(Conflict):
    """The attempt is closed."""

    code = "already_handed_in"


class TimeIsUp(Conflict):
    """The attempt's end has passed; what was saved before it counts."""

    code = "time_is_up"


@transaction.atomic
def start(*, enrolment: Enrolment, step: Step, by: Actor, at: datetime) -> Attempt:
    """Begin an attempt, or return the one that is open; one whose time is up is closed and returned.

    Its questions are drawn, and their options shuffled, once and kept; it ends with the window in which the course counts. Starting
    twice at once gives one attempt (security EM-05). Raises NotPermitted, WindowClosed, AlreadyPassed, NoAttemptLeft, Conflict.
    Cost: 8 queries.
    """
    permissions.check_can_study(by, enrolment)
    if step.kind != StepKind.TEST:
        raise Invalid(_("“%(title)s”不是测试。请从课程页打开它。") % {"title": step.title})
    test = content.read(step.content, content.Test)
    Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
    made = list(Attempt.objects.filter(enrolment=enrolment, step=step).select_related("enrolment", "step").order_by("number", "pk"))
    running = next((attempt for attempt in made if attempt.is_open), None)
    if running is not None:
        return _close(running, by=by, at=at) if running.is_over(at) else running
    _check_another(test, made)
    span = permissions.check_step_open(enrolment, step, at=at)
    attempt = Attempt(
        enrolment=enrolment,
        step=step,
        number=len(made) + 1,
        orders=scoring.shuffled(test.questions, drawn=test.drawn, by=SystemRandom()),
        started_at=at,
        ends_at=span.ends_at if span else None,
    )
    save_or_raise(attempt, {"assessment_attempt_one_open": Conflict(_("测试已经在另一台设备上开始了，请刷新后接着做。"))})
    _record(AttemptEvent.STARTED, attempt, by=by, at=at)
    return attempt


@transaction.atomic
def save_answers(*, attempt: Attempt, chosen: Chosen, by: Actor, at: datetime) -> Attempt:
    """Keep answers of an open attempt; the latest counts. Not a record: an attempt saves itself many times.

    `chosen` maps question numbers (from 1) to positions as shown (from 0), none = taken back. Raises NotPermitted, AlreadyHandedIn,
    TimeIsUp; Invalid with the question. Cost: 2 queries.
    """
    permissions.check_can_study(by, attempt.enrolment)
    attempt = _locked(attempt)
    _check_running(attempt, at=at)
    _store(attempt, chosen, at=at)
    return attempt


@transaction.atomic
def hand_in(*, attempt: Attempt, chosen: Chosen, allow_blank: bool, by: Actor, at: datetime) -> Attempt:
    """Take the answers, close the attempt and score it; a pass is recorded once for the step.

    While questions are blank and not `allow_blank`, the answers are kept and the attempt comes back open. After the end `chosen` is
    ignored and what was saved in time counts (P-14). Raises NotPermitted, AlreadyHandedIn; Invalid with the question.
    Cost: 7 queries, 10 for a pass.
    """
    permissions.check_can_study(by, attempt.enrolment)
    attempt = _locked(attempt)
    if not attempt.is_open:
        raise AlreadyHandedIn(_("这次测试已经交过卷了，成绩在测试页上。"))
    if not attempt.is_over(at):
        _store(attempt, chosen, at=at)
        if not allow_blank and not _is_complete(attempt):
            return attempt
    return _close(attempt, by=by, at=at)


@transaction.atomic
def close_overdue(*, by: Actor, at: datetime, most: int = 200) -> int:
    """Hand in attempts whose time is up, as they were saved; return how many. For the clock; again and again until 0."""
    permissions.check_is_system(by)
    due = Attempt.objects.filter(submitted_at__isnull=True, ends_at__lte=at).select_related("enrolment", "step").order_by("pk")
    found = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True)[:most])
    for attempt in found:
        _close(attempt, by=by, at=at)
    return len(found)


def _check_another(test: content.Test, made: Sequence[Attempt]) -> None:
    if any(attempt.passed for attempt in made):
        raise AlreadyPassed(_("这个测试已经通过，不用再考。"))
    if test.attempts and len(made) >= test.attempts:
        raise NoAttemptLeft(_("%(count)s 次机会都用完了，最高分没有到及格线。请学校管理员联系课程发布单位。") % {"count": test.attempts})


def _locked(attempt: Attempt) -> Attempt:
    rows = Attempt.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("enrolment__programme", "step__course").get(pk=attempt.pk)


def _check_running(attempt: Attempt, *, at: datetime) -> None:
    if not attempt.is_open:
        raise AlreadyHandedIn(_("这次测试已经交卷，答案不能再改。成绩在测试页上。"))
    if attempt.is_over(at):
        raise TimeIsUp(_("时间到了，这一处没有存。之前存下的都算，请交卷。"))


def _store(attempt: Attempt, chosen: Chosen, *, at: datetime) -> None:
    test = content.read(attempt.step.content, content.Test)
    rows = [
        Answer(attempt=attempt, number=number, chosen=_original(attempt, test, number, positions), saved_at=at)
        for number, positions in sorted(chosen.items())
    ]
    if rows:
        Answer.objects.bulk_create(rows, update_conflicts=True, unique_fields=["attempt", "number"], update_fields=["chosen", "saved_at"])


def _original(attempt: Attempt, test: content.Test, number: int, positions: Sequence[int]) -> list[int]:
    if not 1 <= number <= len(test.questions) or not attempt.orders[number - 1]:
        raise Invalid(_("没有第 %(number)s 题，这份试卷有 %(count)s 题。请刷新后再答。") % {"number": number, "count": len(test.questions)})
    if test.questions[number - 1].kind != "multiple" and len(set(positions)) > 1:
        raise Invalid(_("第 %(number)s 题只能选一个答案，收到 %(count)s 个。请重新选。") % {"number": number, "count": len(set(positions))})
    try:
        return scoring.original(attempt.orders[number - 1], positions)
    except IndexError as error:
        raise Invalid(_("第 %(number)s 题没有这个选项，没有存。请刷新后重新选。") % {"number": number}) from error


def _is_complete(attempt: Attempt) -> bool:
    return Answer.objects.filter(attempt=attempt, chosen__len__gt=0).count() == sum(bool(order) for order in attempt.orders)


def _close(attempt: Attempt, *, by: Actor, at: datetime) -> Attempt:
    test = content.read(attempt.step.content, content.Test)
    chosen = {answer.number: answer.chosen for answer in Answer.objects.filter(attempt=attempt).order_by("number")}
    attempt.submitted_at = at
    attempt.score = scoring.score_of(test.questions, chosen, orders=attempt.orders)
    attempt.passed = scoring.is_pass(test, attempt.score)
    attempt.save(update_fields=["submitted_at", "score", "passed"])
    _record(AttemptEvent.HANDED_IN, attempt, by=by, at=at)
    return attempt


def _record(event: AttemptEvent, attempt: Attempt, *, by: Actor, at: datetime) -> None:
    enrolment, step = attempt.enrolment, attempt.step
    entries = [
        Entry(
            event=event, object_id=attempt.pk, object_label=step.title, person_id=enrolment.person_id,
            programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, measure=attempt.score,
            data={"enrolment": enrolment.pk, "step": step.pk, "number": attempt.number},
        )
    ]  # fmt: skip
    if attempt.passed:
        key = f"test:{enrolment.pk}:{step.pk}"
        kind = block_id_of(enrolment, step)
        entries.append(replace(entries[0], event=StudyEvent.TEST_PASSED, object_id=step.pk, kind=kind, key=key))
    ids = record_all(entries, by=by, at=at)
    if attempt.passed:
        results.pass_on(ids[-1])
