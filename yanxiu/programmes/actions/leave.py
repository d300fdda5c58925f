"""Leaving a programme (报删): the teacher applies, the unit decides (W-43, D-26, D-31)."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from yanxiu.kit.actor import Actor
from yanxiu.kit.clock import end_of
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.kit.text import characters, plain
from yanxiu.programmes import permissions
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import Enrolment, EnrolmentState, ProgrammeState, Withdrawal, WithdrawalState
from yanxiu.programmes.plan.dates import last_day, params_of
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.programmes.queries.windows import moment_words
from yanxiu.records.actions import record

LEAST_CHARACTERS = 6


class LeaveClosed(Conflict):
    """The plan's last day for leaving is over."""

    code: ClassVar[str] = "leave_closed"


@transaction.atomic
def apply_to_leave(*, enrolment: Enrolment, reason: str, by: Actor, at: datetime) -> Withdrawal:
    """Apply for leaving, oneself, with the special circumstances.

    Raises NotPermitted (not one's own), Conflict (left already, one waits, programme closed), LeaveClosed, Invalid (no reason).
    """
    permissions.check_can_apply_to_leave(by, enrolment)
    enrolment = _locked(enrolment)
    if enrolment.state == EnrolmentState.LEFT:
        raise Conflict("您已经报删，不用再申请。")
    if enrolment.programme.state != ProgrammeState.RUNNING:
        raise Conflict("方案已经结束，不用报删。")
    _check_due(enrolment, at)
    reason = _words(reason, "reason", "请写明无法继续研修的特殊情况")
    application = Withdrawal(enrolment=enrolment, reason=reason, applied_at=at)
    save_or_raise(application, {"programmes_withdrawal_one_open": Conflict("已有一份报删申请在等学校审核，不用再交。")})
    _record(ProgrammeEvent.LEAVE_APPLIED, application, by=by, at=at)
    return application


@transaction.atomic
def approve_leave(*, withdrawal: Withdrawal, opinion: str = "", by: Actor, at: datetime) -> Withdrawal:
    """Agree: from now on the teacher is out of the denominators; what was studied stays on record (D-31).

    Raises NotPermitted, NotFound, Conflict (decided already).
    """
    decided = _decide(withdrawal, WithdrawalState.APPROVED, plain(opinion)[:500], by=by, at=at)
    enrolment = decided.enrolment
    enrolment.state, enrolment.left_at = EnrolmentState.LEFT, at
    enrolment.save(update_fields=["state", "left_at"])
    record(
        ProgrammeEvent.LEFT, object_id=enrolment.programme_id, object_label=enrolment.programme.title, by=by, at=at,
        person_id=enrolment.person_id, programme_id=enrolment.programme_id, unit_path=enrolment.unit_path,
        data={"enrolment": enrolment.pk, "withdrawal": decided.pk},
    )  # fmt: skip
    return decided


@transaction.atomic
def return_leave(*, withdrawal: Withdrawal, opinion: str, by: Actor, at: datetime) -> Withdrawal:
    """Send the application back with what is missing; the teacher may apply anew. Raises NotPermitted, NotFound, Conflict, Invalid."""
    return _decide(withdrawal, WithdrawalState.RETURNED, _words(opinion, "opinion", "请写明为什么退回、要补什么"), by=by, at=at)


def _decide(withdrawal: Withdrawal, state: WithdrawalState, opinion: str, *, by: Actor, at: datetime) -> Withdrawal:
    permissions.check_can_decide_withdrawal(by, withdrawal)
    found = Withdrawal.objects.select_for_update(of=("self",), no_key=True).get(pk=withdrawal.pk)
    found.enrolment = _locked(withdrawal.enrolment)
    if found.state != WithdrawalState.APPLIED:
        raise Conflict(f"这份申请{found.get_state_display()}，不能再改。")
    found.state, found.opinion, found.decided_at, found.decided_by = state, opinion, at, by.person_id
    found.save(update_fields=["state", "opinion", "decided_at", "decided_by"])
    event = ProgrammeEvent.LEAVE_APPROVED if state == WithdrawalState.APPROVED else ProgrammeEvent.LEAVE_RETURNED
    _record(event, found, by=by, at=at)
    return found


def _locked(enrolment: Enrolment) -> Enrolment:
    found = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related("programme", "person")
    return found.get(pk=enrolment.pk)


def _check_due(enrolment: Enrolment, at: datetime) -> None:
    plan = plan_of(enrolment.version_id)
    rule = plan.enrol.withdraw if plan.enrol else None
    if rule is None:
        return
    end = end_of(last_day(rule.due, params_of(plan, enrolment.version.parameters)))
    if at >= end:
        raise LeaveClosed(
            f"{rule.label} {moment_words(end, at=at, is_end=True)} 已截止。确有特殊情况，请学校管理员联系{enrolment.programme.owner.name}。"
        )


def _words(text: str, field: str, ask: str) -> str:
    text = plain(text)
    if characters(text) < LEAST_CHARACTERS:
        raise Invalid(f"{ask}，至少 {LEAST_CHARACTERS} 个字。", field=field)
    if len(text) > 500:
        raise Invalid(f"最多 500 字，现在 {len(text)} 字。", field=field)
    return text


def _record(event: ProgrammeEvent, withdrawal: Withdrawal, *, by: Actor, at: datetime) -> None:
    enrolment = withdrawal.enrolment
    record(
        event, object_id=withdrawal.pk, object_label=f"{enrolment.person.name} {enrolment.programme.title}"[:300], by=by, at=at,
        person_id=enrolment.person_id, programme_id=enrolment.programme_id, unit_path=enrolment.unit_path,
        data={"reason": withdrawal.reason, "opinion": withdrawal.opinion},
    )  # fmt: skip
