"""An office decides. The only way by which hours can be taken back for what a signal showed, and an incident be found."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import permissions, queries, rules
from yanxiu.integrity.actions import barring, writing
from yanxiu.integrity.events import InquiryEvent
from yanxiu.integrity.models import Consequence, Decision, Evidence, Finding, Handling, Inquiry, InquiryState, SignalKind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted


@transaction.atomic
def decide(*, inquiry: Inquiry, finding: Finding, reason: str, record_ids: Sequence[int] = (), by: Actor, at: datetime) -> Decision:
    """Decide an inquiry: no fault closes it; a reminder or hours that do not count need the teacher heard, or her time over.

    `record_ids` are exactly the records that do not count, each one by which hours of this person count now. An incident (C-111) is found
    on evidence, by another person than the one who opened the inquiry, and bars from this school year's honours. Raises NotFound,
    NotPermitted, Invalid (reason, records), Conflict (not heard yet, decided already, no evidence). Cost: 8 queries.
    """
    permissions.check_can_decide(by, inquiry)
    inquiry = writing.locked(inquiry)
    reason = writing.words(reason, field="reason", name=_("理由"), most=rules.LONGEST_TEXT)
    if inquiry.state not in (InquiryState.OPEN, InquiryState.ASKED, InquiryState.ANSWERED):
        raise Conflict(_("这件核查已经有了决定，不能再决定一次。请刷新后再看。"))
    if finding != Finding.NO_FAULT:
        _check_heard(inquiry, at=at)
    if finding == Finding.INCIDENT:
        _check_incident(inquiry, by)
    named = _named(inquiry, finding, record_ids)
    if finding == Finding.NO_FAULT:
        writing.move(inquiry, InquiryState.CLOSED, at=at)
    else:
        inquiry.appeal_due_at = writing.appeal_due(at)
        writing.move(inquiry, InquiryState.DECIDED, at=at, fields=("appeal_due_at",))
    decision = Decision.objects.create(
        inquiry=inquiry, finding=finding, reason=reason, seat=inquiry.seat, decided_by=writing.person_of(by), decided_label=by.label[:120],
        decided_at=at, opened_by=inquiry.opened_by,
    )  # fmt: skip
    if finding == Finding.INCIDENT:
        barring.bar(decision, inquiry, at=at)
    Consequence.objects.bulk_create(
        [Consequence(decision=decision, record_id=one.id, label=one.label, hours=one.hours, done_at=one.done_at) for one in named]
    )
    writing.note(InquiryEvent.DECIDED, inquiry, by=by, at=at, finding=str(finding), records=[one.id for one in named])
    return decision


def _check_incident(inquiry: Inquiry, by: Actor) -> None:
    if by.person_id == inquiry.opened_by:
        raise NotPermitted(_("研修事故由立案以外的另一位人员认定。请同一机关的另一位管理员作决定。"))
    signals = Handling.objects.filter(inquiry=inquiry).values("signal")
    if not Evidence.objects.filter(signal__in=signals).exists() and not _has_likeness(inquiry):
        raise Conflict(_("认定研修事故要有留存的材料：移送的发言，或文字相近的比对。这件核查里没有。"))


def _has_likeness(inquiry: Inquiry) -> bool:
    return Handling.objects.filter(inquiry=inquiry, signal__kind=SignalKind.ALIKE_TEXT).exists()


def _check_heard(inquiry: Inquiry, *, at: datetime) -> None:
    if inquiry.state == InquiryState.OPEN:
        raise Conflict(_("还没有请教师说明情况。先请本人说明，再作不利的决定。"))
    if inquiry.state == InquiryState.ASKED and inquiry.due_at is not None and at < inquiry.due_at:
        raise Conflict(_("教师还在答复期里，没有说明。到期或收到说明以后再决定。"))


def _named(inquiry: Inquiry, finding: Finding, record_ids: Sequence[int]) -> list[queries.Countable]:
    wanted = set(record_ids)
    if finding == Finding.INCIDENT and not wanted:
        return []
    if finding not in (Finding.HOURS, Finding.INCIDENT):
        if wanted:
            raise Invalid(_("只有“所列记录不计学时”和“研修事故”的决定可以列记录。"), field="records")
        return []
    counting = {one.id: one for one in queries.countable_records(inquiry.person_id, inquiry.programme_id)}
    if not wanted:
        raise Invalid(_("请逐条选出不计学时的记录，至少一条。"), field="records")
    if wanted - counting.keys():
        raise Invalid(_("所选记录里有已经不计学时的，或不是这位教师的。请刷新后重选。"), field="records")
    return [counting[number] for number in sorted(wanted)]
