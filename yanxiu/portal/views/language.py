"""The language of the pages."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import ActorRequest, public

_COOKIE_DAYS = 400


@require_POST
@public
def set_language(request: ActorRequest) -> HttpResponse:
    """Remember the language in this browser, and go back to the page."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Invalid(_("没有这种语言，请从页面上的按钮里选。"))
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(back if is_ours else "/")
    response.set_cookie("language", chosen, max_age=_COOKIE_DAYS * 86_400, httponly=True, samesite="Lax", secure=request.is_secure())
    return response
