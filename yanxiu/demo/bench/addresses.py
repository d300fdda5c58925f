"""The product's addresses and one more, `/bench/page/`: what Django's pages cost here when they hardly do anything."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as product
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


urlpatterns = [*product, path("bench/page/", bare)]
