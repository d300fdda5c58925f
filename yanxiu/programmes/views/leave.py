"""Leaving a programme: the teacher's form, the unit's queue."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.programmes import actions, permissions, queries
from yanxiu.programmes.forms import LeaveForm, OpinionForm
from yanxiu.programmes.models import Enrolment, Withdrawal, WithdrawalState


@require_GET
@signed_in
def leave(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show the own place in a programme, earlier applications, and the form."""
    return _page(request, _own(request, programme_id), LeaveForm())


@require_POST
@signed_in
def apply_to_leave(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Hand in the application."""
    place = _own(request, programme_id)
    form = LeaveForm(request.POST)
    if form.is_valid():
        try:
            actions.apply_to_leave(enrolment=place, reason=form.cleaned_data["reason"], by=request.actor, at=now())
        except Invalid as error:
            form.add_error("reason", error.message)
        else:
            return htmx.redirect(request, reverse("programmes:leave", args=[programme_id]), note="报删申请已交，等学校审核")
    return _page(request, place, form, status=422)


@require_GET
@requires(Permission.PROGRAMMES_DEREGISTER)
def withdrawals(request: SignedInRequest) -> HttpResponse:
    """List the applications of the actor's scope, waiting ones first."""
    asked = request.GET.get("state", "")
    state = asked if asked in WithdrawalState.values else WithdrawalState.APPLIED.value
    found = queries.withdrawals(permissions.visible_withdrawals(request.actor), state=state)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    more = f"{reverse('programmes:withdrawals')}?state={state}&page={page.following}" if page.has_more else ""
    context = {
        "page": page, "more": more, "tabs": _state_tabs(state), "is_queue": state == WithdrawalState.APPLIED, "count": found.count(),
        "now": now(),
    }  # fmt: skip
    return htmx.page(request, "programmes/withdrawals.html", context)


def _state_tabs(state: str) -> list[Tab]:
    here = reverse("programmes:withdrawals")
    return [Tab(label=str(word), url=f"{here}?state={key}", current=key == state) for key, word in WithdrawalState.choices]


@require_POST
@requires(Permission.PROGRAMMES_DEREGISTER)
def approve_leave(request: SignedInRequest, withdrawal_id: int) -> HttpResponse:
    """Agree to an application."""
    one, opinion = _withdrawal(request, withdrawal_id)
    actions.approve_leave(withdrawal=one, opinion=opinion, by=request.actor, at=now())
    return htmx.redirect(request, reverse("programmes:withdrawals"), note=f"{one.enrolment.person.name}已报删，学过的照常留着")


@require_POST
@requires(Permission.PROGRAMMES_DEREGISTER)
def return_leave(request: SignedInRequest, withdrawal_id: int) -> HttpResponse:
    """Send an application back."""
    one, opinion = _withdrawal(request, withdrawal_id)
    actions.return_leave(withdrawal=one, opinion=opinion, by=request.actor, at=now())
    return htmx.redirect(request, reverse("programmes:withdrawals"), note=f"已退回{one.enrolment.person.name}")


def _withdrawal(request: SignedInRequest, withdrawal_id: int) -> tuple[Withdrawal, str]:
    found = permissions.visible_withdrawals(request.actor).select_related("enrolment__person", "enrolment__programme")
    one = get_object_or_404(found, pk=withdrawal_id)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        raise Invalid("意见最多 500 字，请删短后再交。", field="opinion")
    return one, form.cleaned_data["opinion"]


def _own(request: SignedInRequest, programme_id: int) -> Enrolment:
    found = Enrolment.objects.filter(person_id=request.person_id, programme_id=programme_id)
    return get_object_or_404(found.select_related("programme__owner", "person", "unit"))


def _page(request: SignedInRequest, place: Enrolment, form: LeaveForm, *, status: int = 200) -> HttpResponse:
    earlier = Withdrawal.objects.filter(enrolment=place).order_by("-applied_at", "-pk")
    waiting = any(one.state == "applied" for one in earlier)
    context = {"place": place, "programme": place.programme, "earlier": earlier, "waiting": waiting, "form": form}
    return htmx.page(request, "programmes/leave.html", context, status=status)
