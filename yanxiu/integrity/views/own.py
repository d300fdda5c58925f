"""需要说明的情况: the teacher's own pages, in plain words."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.integrity import actions, permissions, queries, rules
from yanxiu.integrity.forms import AnswerForm, AppealForm
from yanxiu.integrity.models import Inquiry, InquiryState
from yanxiu.integrity.views.steps import chain
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in


@require_GET
@signed_in
def explanations(request: SignedInRequest) -> HttpResponse:
    """List what the person was asked to explain, newest first."""
    rows = list(_own(request).order_by("-asked_at", "-pk")[:50])
    context = {"rows": rows, "waiting": [one for one in rows if one.state == InquiryState.ASKED], "now": now()}
    return htmx.page(request, "integrity/explanations.html", context)


@require_GET
@signed_in
def explanation(request: SignedInRequest, inquiry_id: int) -> HttpResponse:
    """Show what is asked, what was said and decided, and what can be done now."""
    return _page(request, _one(request, inquiry_id))


@require_POST
@signed_in
def answer(request: SignedInRequest, inquiry_id: int) -> HttpResponse:
    """Hand in the answer with its files."""
    one, form, status = _one(request, inquiry_id), AnswerForm(request.POST, request.FILES), 422
    if form.is_valid():
        uploads = [(file, file.name or "") for file in request.FILES.getlist("uploads")]
        try:
            actions.answer(inquiry=one, text=form.cleaned_data["text"], uploads=uploads, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("integrity:explanation", args=[one.pk]), note=_("说明已交，决定前还可以补充"))
    return _page(request, one, answer_form=form, status=status)


@require_POST
@signed_in
def appeal(request: SignedInRequest, inquiry_id: int) -> HttpResponse:
    """Hand in an appeal."""
    one, form, status = _one(request, inquiry_id), AppealForm(request.POST), 422
    if form.is_valid():
        try:
            actions.appeal(inquiry=one, reason=form.cleaned_data["reason"], by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("integrity:explanation", args=[one.pk]), note=_("申诉已交，由上一级另一位人员决定"))
    return _page(request, one, appeal_form=form, status=status)


def _page(
    request: SignedInRequest,
    one: Inquiry,
    *,
    answer_form: AnswerForm | None = None,
    appeal_form: AppealForm | None = None,
    status: int = 200,
) -> HttpResponse:
    whole, at = queries.whole(one), now()
    may_appeal = one.state == InquiryState.DECIDED and one.appeal_due_at is not None and at < one.appeal_due_at
    may_answer = one.state in (InquiryState.ASKED, InquiryState.ANSWERED)
    context = {
        "whole": whole,
        "inquiry": one,
        "signals": [queries.shown(signal) for signal in whole.signals],
        "chain": chain(whole, at=at, is_own=True),
        "answer_form": (answer_form or AnswerForm()) if may_answer else None,
        "appeal_form": (appeal_form or AppealForm()) if may_appeal else None,
        "rules": rules,
        "evidence": queries.evidence_of(whole.signals),
        "bars": [queries.said_of(bar) for bar in queries.bars_of(whole.decision)],
        "said": [said for said in whole.said if said.statement.kind == "own"],
    }
    return htmx.page(request, "integrity/explanation.html", context, status=status)


def _own(request: SignedInRequest) -> QuerySet[Inquiry]:
    return permissions.visible_inquiries(request.actor).filter(person_id=request.person_id).select_related("person", "seat", "appeal_seat")


def _one(request: SignedInRequest, inquiry_id: int) -> Inquiry:
    found: Inquiry = get_object_or_404(_own(request), pk=inquiry_id)
    return found
