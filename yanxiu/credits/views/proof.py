"""台账核对: all chains recomputed while one waits, and the roots of the nights."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from yanxiu.access.permissions import Permission
from yanxiu.credits import queries
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.policy import SignedInRequest, requires


@require_GET
@requires(Permission.RECORDS_VIEW, Permission.CREDITS_SETTLE, Permission.PORTAL_OPERATE)
def proof(request: SignedInRequest) -> HttpResponse:
    """Prove the ledger, or say who can where it is too long for a page."""
    found = queries.proof()
    page = queries.roots(number=paging.number_from(request.GET.get("page")))
    context = {
        "entries": found.entries,
        "is_long": found.faults is None,
        "faults": found.faults or [],
        "roots": page.rows,
        "more": f"?page={page.following}" if page.has_more else "",
        "now": now(),
    }
    return htmx.page(request, "credits/proof.html", context)
