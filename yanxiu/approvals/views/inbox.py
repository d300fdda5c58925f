"""审核: what waits, what was decided and returned, what one handed in; one chain beside the list, after whose decision the next opens."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.approvals import actions, permissions, queries
from yanxiu.approvals.forms import DecisionForm, ManyForm
from yanxiu.approvals.models import StepState
from yanxiu.approvals.views.loading import asked_for, kind_of, shown, sort_of, visible, with_list
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in


@require_GET
@signed_in
def inbox(request: SignedInRequest) -> HttpResponse:
    """List what waits for this hat, longest first; other lists by tab."""
    return shown(request, None, at=now())


@require_GET
@signed_in
def chain(request: SignedInRequest, chain_id: int) -> HttpResponse:
    """Show one chain beside the list."""
    return shown(request, visible(request, chain_id), at=now())


@require_POST
@signed_in
def decide(request: SignedInRequest, chain_id: int) -> HttpResponse:
    """Decide the step that waits, and open the next chain."""
    opened, at = visible(request, chain_id), now()
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return shown(request, opened, at=at, form=form, status=422)
    verdict = StepState(form.cleaned_data["verdict"])
    try:
        done = actions.decide(chain=opened, verdict=verdict, opinion=form.said(), seen=form.cleaned_data["step"], by=request.actor, at=at)
    except DomainError as error:
        return shown(request, opened, at=at, form=form, status=explain(form, error))
    following = queries.inbox(permissions.own_steps(request.actor), kind=kind_of(request), sort=sort_of(request), number=1).rows
    url = reverse("approvals:chain", args=[following[0].chain_id]) if following else reverse("approvals:inbox")
    note = _("%(title)s：%(verdict)s。审错了可以在“已审”里撤回") % {"title": opened.title, "verdict": done.get_state_display()}
    return htmx.redirect(request, with_list(url, asked_for(request)), note=note)


@require_POST
@signed_in
def decide_many(request: SignedInRequest) -> HttpResponse:
    """Decide the ticked ones, all of one kind."""
    form = ManyForm(request.POST, chains=permissions.visible_chains(request.actor))
    if not form.is_valid():
        return shown(request, None, at=now(), many=form, status=422)
    chains, verdict = list(form.cleaned_data["chain"]), StepState(form.cleaned_data["verdict"])
    try:
        batch = actions.decide_many(chains=chains, verdict=verdict, opinion=form.said(), by=request.actor, at=now())
    except DomainError as error:
        return shown(request, None, at=now(), many=form, status=explain(form, error))
    note = _("审了 %(count)d 件") % {"count": batch.decided}
    if batch.left:
        title, reason = batch.left[0]
        words = {"note": note, "count": len(batch.left), "title": title, "reason": reason}
        note = _("%(note)s，%(count)d 件没有审。%(title)s：%(reason)s") % words
    return htmx.redirect(request, with_list(reverse("approvals:inbox"), asked_for(request)), note=note)


@require_POST
@signed_in
def undo(request: SignedInRequest, chain_id: int) -> HttpResponse:
    """Take one's own decision back, and be before it again."""
    opened = visible(request, chain_id)
    actions.undo(chain=opened, by=request.actor, at=now())
    return htmx.redirect(request, reverse("approvals:chain", args=[opened.pk]), note=_("意见已撤回，这件又在等您审"))


@require_POST
@signed_in
def withdraw(request: SignedInRequest, chain_id: int) -> HttpResponse:
    """Take back what one handed in."""
    opened = actions.withdraw(chain=visible(request, chain_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("approvals:chain", args=[opened.pk]), note=_("已撤回送审，改好后可以再送"))
