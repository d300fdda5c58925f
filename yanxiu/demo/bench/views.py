"""The barest page: what a page costs here when it hardly does anything."""

from django.http import HttpRequest, HttpResponse

from yanxiu.kit import policy
from yanxiu.orgs.models import Org

QUERIES = 6
_BODY = "<p>测量</p>" * 1_500


@policy.signed_in
def bare(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Answer with 20 KB after six reads by key, behind the same middleware as every page: session, person, policy."""
    for _ in range(QUERIES):
        Org.objects.filter(pk=1).first()
    return HttpResponse(_BODY)
