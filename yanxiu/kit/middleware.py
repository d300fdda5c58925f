"""What happens around every request: a reference number, safe headers, the language, the policy, and errors as pages."""

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from yanxiu.kit import htmx
from yanxiu.kit import policy as policies
from yanxiu.kit.errors import DomainError, TooMany

logger = logging.getLogger("yanxiu.request")
Handler = Callable[[HttpRequest], HttpResponse]
PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


def request_id(get_response: Handler) -> Handler:
    """Give the request a short random reference, shown on error pages and in logs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.reference = secrets.token_hex(4).upper()  # type: ignore[attr-defined]  # read by errors()
        return get_response(request)

    return middleware


def security_headers(get_response: Handler) -> Handler:
    """Set the headers that hold for every answer (security OP-02); personal pages are not kept by shared computers."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if settings.SECURE_HSTS_SECONDS:
            headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains")
        if not request.path.startswith(settings.STATIC_URL):
            headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def locale(get_response: Handler) -> Handler:
    """Activate the language of the session or cookie; Chinese unless a person chose English."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get("language", settings.LANGUAGE_CODE)
        with translation.override(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            return get_response(request)

    return middleware


class policy:  # noqa: N801 - Django calls middleware by its dotted name
    """Refuse a view without a policy, and whom the policy does not admit: sign-in page for the anonymous, 403 for others."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object) -> HttpResponse | None:  # noqa: ARG002
        rule = policies.of(view)
        if rule is None:
            return error_page(request, 403, "not_permitted", "这个地址还没有声明谁可以访问，因此不开放。")
        actor = request.actor  # type: ignore[attr-defined]  # set by access.middleware.actor
        if rule.admits(actor):
            request.person_id = actor.person_id  # type: ignore[attr-defined]  # SignedInRequest
            return None
        if actor.is_anonymous:
            if htmx.is_htmx(request):
                return htmx.redirect(request, reverse("people:sign_in"))
            return HttpResponseRedirect(
                f"{reverse('people:sign_in')}?{urlencode({'next': request.get_full_path()})}"
                if request.method == "GET"
                else reverse("people:sign_in")
            )
        return error_page(request, 403, "not_permitted", "这一页不在您当前身份的权限里。可以在左上角换一个身份，或请学校管理员处理。")


class errors:  # noqa: N801 - Django calls middleware by its dotted name
    """Turn DomainError into a page, a part for htmx or JSON; anything unforeseen into a 500 with its reference.

    A zero byte, which no form of ours sends and PostgreSQL does not take, is the sender's fault wherever it comes to light.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            response = error_page(request, exception.status, exception.code, exception.message)
            if isinstance(exception, TooMany):
                response.headers["Retry-After"] = str(exception.retry_after_seconds)
            return response
        if isinstance(exception, Http404):
            return error_page(request, 404, "not_found", "没有找到这一页。它可能已经移走，或不在您当前身份的范围里。")
        if isinstance(exception, ValueError | DatabaseError) and "NUL (0x00)" in str(exception):
            return error_page(request, 400, "unreadable", "送来的文字里有读不出的字符（零字节），没有处理。请重新输入那段文字再试。")
        if settings.TESTING and not getattr(request, "show_errors", False):
            return None
        reference = getattr(request, "reference", "")
        logger.error("unforeseen error", exc_info=exception, extra={"reference": reference, "path": request.path})
        return error_page(
            request, 500, "error", f"没有办成，原因已经记下。填写的内容请再提交一次；仍不行时，请把编号 {reference} 告诉管理员。"
        )


def error_page(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    """Render an error for whoever asks: JSON for programs, a toast part for htmx, a page for browsers."""
    reference = getattr(request, "reference", "")
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(
            {"code": code, "message": message, "reference": reference}, status=status, json_dumps_params={"ensure_ascii": False}
        )
    context = {"status": status, "code": code, "message": message, "reference": reference}
    if htmx.is_htmx(request):
        response = render(request, "kit/error.html#toast", context, status=status)
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
        return response
    return render(request, "kit/error.html", context, status=status)
