"""我的学时: where a participant stands and why."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from yanxiu.evaluation.permissions import visible_standings
from yanxiu.kit import clock, htmx
from yanxiu.kit.components import Tab
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.portal import account
from yanxiu.portal.queries import standing as queries
from yanxiu.programmes.models import Enrolment


@require_GET
@signed_in
def standing(request: SignedInRequest) -> HttpResponse:
    """Show one's own standing in the newest running programme."""
    mine = queries.own_participations(request.person_id)
    if not mine:
        return htmx.page(request, "portal/no_standing.html", {})
    return _page(request, mine[0], mine)


@require_GET
@signed_in
def standing_of(request: SignedInRequest, enrolment_id: int) -> HttpResponse:
    """Show one participation: one's own, or that of a teacher in the scope."""
    visible = visible_standings(request.actor)
    one = get_object_or_404(visible, pk=enrolment_id)
    found = queries.participations(visible, one.person_id)
    enrolment = next((one for one in found if one.pk == enrolment_id), None)
    return _page(request, enrolment, found) if enrolment else htmx.page(request, "portal/no_standing.html", {})


def _page(request: SignedInRequest, enrolment: Enrolment, siblings: list[Enrolment]) -> HttpResponse:
    at = clock.now()
    facts = queries.facts_of(enrolment, siblings, at=at)
    found = account.compose(facts, at=at, is_own=enrolment.person_id == request.person_id)
    tabs = [
        Tab(label=one.programme.title, url=reverse("portal:standing_of", args=[one.pk]), current=one.pk == enrolment.pk) for one in siblings
    ]
    context = {
        "account": found,
        "enrolment": enrolment,
        "hours": found.hours,
        "headline": account.headline(found),
        "lead": account.lead(found.hours, at=at),
        "tabs": tabs,
        "now": at,
        "is_own": enrolment.person_id == request.person_id,
        "ledger": facts.ledger,
    }
    return htmx.page(request, "portal/standing.html", context)
