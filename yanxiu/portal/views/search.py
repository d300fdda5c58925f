"""搜索, under the hat worn."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from yanxiu.kit import htmx
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.text import plain
from yanxiu.portal.queries import search as queries


@require_GET
@signed_in
def search(request: SignedInRequest) -> HttpResponse:
    """Show what fits the words in the scope of the hat."""
    text = plain(request.GET.get("q", ""))[: queries.LONGEST]
    return htmx.page(request, "portal/search.html", {"text": text, "found": queries.search(text, actor=request.actor)})
