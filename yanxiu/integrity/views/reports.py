"""Reporting something that is no post: a resource, an introduction, a contribution to a course, what is told of a space."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yanxiu.integrity import actions, reported
from yanxiu.integrity.models import ReportReason
from yanxiu.integrity.report_forms import ReportForm
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in

EXCERPT = 300


@require_http_methods(["GET", "POST"])
@signed_in
def report(request: SignedInRequest, object_type: str, object_id: int) -> HttpResponse:
    """Report what is against the rules."""
    kind = reported.kind_of(object_type)
    if kind is None:
        raise NotFound(_("没有找到要举报的内容，可能已撤下。"))
    thing, form, status = kind.find(request.actor, object_id), ReportForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            reason, words = ReportReason(form.cleaned_data["reason"]), form.cleaned_data["words"]
            try:
                actions.report(thing=thing, reason=reason, words=words, is_above=kind.is_above, by=request.actor, at=now())
            except DomainError as error:
                status = explain(form, error)
            else:
                return htmx.redirect(request, kind.where(request.actor, object_id) or "/", note=_("已收到举报，处理结果会通知您"))
    words = thing.snapshot[:EXCERPT] + ("…" if len(thing.snapshot) > EXCERPT else "")
    context = {"thing": thing, "words": words, "back": kind.where(request.actor, object_id) or "/", "form": form}
    return htmx.page(request, "integrity/report.html", context, status=status)
