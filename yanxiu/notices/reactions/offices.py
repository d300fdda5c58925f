"""What offices decide: teachers hear of inquiries, who handed something in of its steps."""

from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.approvals.events import ApprovalEvent
from yanxiu.approvals.models import Chain
from yanxiu.integrity.events import InquiryEvent
from yanxiu.integrity.models import Appeal, Decision, Finding, Inquiry, Outcome
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.components.wording import until
from yanxiu.notices import actions, appeals
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to

_LONGEST = 120


@reacts_to(InquiryEvent.ASKED, InquiryEvent.DECIDED, InquiryEvent.HEARD)
def tell_about_an_inquiry(record: Record) -> None:
    """She is asked to explain, or her matter was decided: she is told; a request without object leaves her inbox."""
    inquiry = Inquiry.objects.select_related("person", "appeal_seat").get(pk=int(record.object_id))
    decision = Decision.objects.filter(inquiry=inquiry).first()
    if record.verb == InquiryEvent.DECIDED.verb and decision is not None and decision.finding == Finding.NO_FAULT:
        actions.withdraw(key=f"inquiry:{inquiry.pk}:asked", by=SYSTEM, at=record.at)
        if inquiry.asked_at is None:  # she never heard of it, and need not
            return
    title, words = _inquiry_words(record, inquiry, decision)
    actions.tell(
        person=inquiry.person, title=title, words=words, link=reverse("integrity:explanation", args=[inquiry.pk]),
        key=f"inquiry:{inquiry.pk}:{record.verb}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(ApprovalEvent.APPROVED, ApprovalEvent.RETURNED, ApprovalEvent.REFUSED)
def tell_who_handed_in(record: Record) -> None:
    """A step was decided: whoever handed it in is told, with the opinion."""
    chain = Chain.objects.filter(pk=int(record.object_id)).first()
    person = Person.objects.filter(pk=chain.asked_by or 0).first() if chain is not None else None
    if chain is None or person is None:
        return
    said = {
        "approved": _("“%(title)s”%(level)s审核同意"),
        "returned": _("“%(title)s”退回补正"),
        "refused": _("“%(title)s”%(level)s审核不同意"),
    }
    actions.tell(
        person=person, title=(said[record.verb] % {"title": chain.title, "level": record.data["level"]})[:120],
        words=f"{record.actor_label}：{record.data['opinion']}"[:_LONGEST] if record.data["opinion"] else record.actor_label,
        link=reverse("approvals:chain", args=[chain.pk]), key=f"approval:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(ApprovalEvent.REMINDED)
def tell_who_decides(record: Record) -> None:
    """A step is due: whoever decides it is told, once."""
    for person in Person.objects.filter(pk__in=record.data["people"]).order_by("pk"):
        title = _("“%(title)s”等着您审") % {"title": record.object_label}
        actions.tell(
            person=person, title=title[:120], words=_("到期前要审完；不归您审的请告诉上级"),
            link=reverse("approvals:chain", args=[int(record.object_id)]), key=f"approval-due:{record.pk}:{person.pk}", by=SYSTEM,
            at=record.at,
        )  # fmt: skip


def _inquiry_words(record: Record, inquiry: Inquiry, decision: Decision | None) -> tuple[str, str]:
    if decision is None or record.verb == InquiryEvent.ASKED.verb:
        words = _("%(until)s 前答复。请说明不等于认定有问题，说明以前学时不变") % {"until": until(inquiry.due_at)}
        return _("有一件情况请您说明"), words
    if record.verb == InquiryEvent.HEARD.verb:
        appeal = Appeal.objects.get(decision=decision)
        return appeals.heard(Outcome(appeal.outcome).label), appeal.opinion[:_LONGEST]
    if decision.finding == Finding.NO_FAULT:
        return _("请您说明的情况已结，不构成问题"), _("学时不变，原来的请求已撤回")
    way = appeals.way(due_at=inquiry.appeal_due_at, seat=inquiry.appeal_seat) if inquiry.appeal_due_at else ""
    return _("您说明的情况有了决定"), f"{Finding(decision.finding).label}。{way}"
