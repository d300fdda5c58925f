"""Reading questions by somebody else than their writer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment.events import QuestionEvent
from yanxiu.assessment.models import BankQuestion, QuestionReview, QuestionState, QuestionVersion
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.records.actions import record


@transaction.atomic
def review_question(
    *, question: BankQuestion, version: QuestionVersion, is_approved: bool, reason: str = "", by: Actor, at: datetime
) -> QuestionReview:
    """Approve the version that was read, which papers take from now on, or send it back with the reason.

    Raises NotFound, NotPermitted (also for one's own); Invalid without a reason; Conflict when it no longer waits or was changed.
    Cost: 5 queries.
    """
    permissions.check_can_review_question(by, question, version)
    if not is_approved and not reason.strip():
        raise Invalid(_("请写明退回的原因，作者照着改。"), field="reason")
    if len(reason.strip()) > 500:
        raise Invalid(_("原因最多 500 字，现在有 %(now)s 字。") % {"now": len(reason.strip())}, field="reason")
    question = BankQuestion.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=question.pk)
    if question.state != QuestionState.REVIEW:
        raise Conflict(_("这道题现在是“%(state)s”，不用审。") % {"state": question.get_state_display()})
    if QuestionVersion.objects.filter(question=question, number__gt=version.number).exists():
        raise Conflict(_("这道题刚刚改过，请看过新的一版再审。"))
    question.state = QuestionState.APPROVED if is_approved else QuestionState.DRAFT
    if is_approved:
        question.approved = version
    question.save(update_fields=["state", "approved"])
    review = QuestionReview.objects.create(
        version=version, is_approved=is_approved, reason=reason.strip(), reviewed_at=at, reviewed_by=by.person_id, reviewer=by.label[:120]
    )
    event = QuestionEvent.APPROVED if is_approved else QuestionEvent.RETURNED
    label = _("%(type)s %(number)s") % {"type": question.get_type_display(), "number": question.pk}
    data = {"version": version.number, "reason": reason.strip()}
    record(event, object_id=question.pk, object_label=label, unit_path=question.owner.path, data=data, by=by, at=at)
    return review
