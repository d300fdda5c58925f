"""Answers that belong to no domain: refused forms, and what Django asks for."""

from django.http import HttpRequest, HttpResponse

from yanxiu.kit.middleware import error_page
from yanxiu.kit.policy import public


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Explain a refused form (its protection mark was missing or old)."""
    return error_page(request, 403, "form_expired", "这一页开得太久，没有存上。请刷新后再提交一次，填写的内容可以先复制下来。")


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Explain an address that leads nowhere."""
    return error_page(request, 404, "not_found", "没有找到这一页。它可能已经移走，或不在您当前身份的范围里。")


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Explain a failure that happened outside a view."""
    reference = getattr(request, "reference", "")
    return error_page(request, 500, "error", f"没有办成，原因已经记下。请再试一次；仍不行时，请把编号 {reference} 告诉管理员。")
