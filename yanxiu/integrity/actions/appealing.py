"""The teacher appeals, the next office up hears her, and what nobody appealed is closed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import permissions, queries
from yanxiu.integrity.actions import barring, writing
from yanxiu.integrity.events import InquiryEvent
from yanxiu.integrity.models import Appeal, Decision, Inquiry, InquiryState, Outcome
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict


@transaction.atomic
def appeal(*, inquiry: Inquiry, reason: str, by: Actor, at: datetime) -> Appeal:
    """Appeal, oneself, before the end of the last day. Raises NotFound, NotPermitted, Invalid, Conflict (too late, nothing to appeal)."""
    permissions.check_can_appeal(by, inquiry)
    inquiry = writing.locked(inquiry)
    writing.move(inquiry, InquiryState.APPEALED, at=at)
    reason = writing.appeal_reason(reason, due_at=inquiry.appeal_due_at or at, at=at)
    decision = Decision.objects.get(inquiry=inquiry)
    made = Appeal.objects.create(decision=decision, reason=reason, appealed_at=at, against=decision.decided_by)
    writing.note(InquiryEvent.APPEALED, inquiry, by=by, at=at)
    return made


@transaction.atomic
def hear(*, inquiry: Inquiry, outcome: Outcome, opinion: str, by: Actor, at: datetime) -> Appeal:
    """Decide an appeal for the next office up: keep the decision, ease it to a reminder, or lift it; the inquiry is closed.

    Eased or lifted, every record that the decision named counts again, and what an incident barred from is open again. Raises NotFound,
    NotPermitted (who opened or decided), Invalid, Conflict when there is no appeal to hear.
    """
    decision = Decision.objects.filter(inquiry=inquiry).first()
    permissions.check_can_hear(by, inquiry, decided_by=decision.decided_by if decision else 0)
    inquiry = writing.locked(inquiry)
    if decision is None or inquiry.state != InquiryState.APPEALED:
        raise Conflict(_("这件核查没有等着决定的申诉。请刷新后再看。"))
    made = Appeal.objects.select_for_update(of=("self",), no_key=True).get(decision=decision)
    made.outcome, made.opinion = outcome, writing.appeal_opinion(opinion)
    made.seat, made.heard_by, made.heard_label, made.heard_at = inquiry.appeal_seat, by.person_id, by.label[:120], at
    made.save(update_fields=["outcome", "opinion", "seat", "heard_by", "heard_label", "heard_at"])
    if outcome != Outcome.KEPT:
        barring.lift(decision, at=at)
    writing.move(inquiry, InquiryState.CLOSED, at=at)
    writing.note(InquiryEvent.HEARD, inquiry, by=by, at=at, outcome=str(outcome))
    return made


def close_overdue(*, by: Actor, at: datetime) -> int:
    """Close the decided inquiries that nobody appealed in time; return how many. For the system (nightly)."""
    permissions.check_is_system(by)
    return sum(_close(one, by=by, at=at) for one in queries.overdue_appeals(at=at))


@transaction.atomic
def _close(inquiry: Inquiry, *, by: Actor, at: datetime) -> bool:
    inquiry = writing.locked(inquiry)
    if inquiry.state != InquiryState.DECIDED:
        return False
    writing.move(inquiry, InquiryState.CLOSED, at=at)
    writing.note(InquiryEvent.CLOSED, inquiry, by=by, at=at)
    return True
