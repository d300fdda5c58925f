"""What offices issue, and who has read it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yanxiu.kit import clock, htmx, paging
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.notices import actions, permissions, queries
from yanxiu.notices.forms import IssueForm
from yanxiu.notices.models import NoticeKind
from yanxiu.orgs import queries as orgs
from yanxiu.orgs.permissions import units_with

SIZE = 20
_KINDS = {"": (NoticeKind.ANNOUNCEMENT, NoticeKind.CIRCULAR), "reminders": (NoticeKind.REMINDER,)}


@require_GET
@requires(permissions.ISSUE)
def notices(request: SignedInRequest) -> HttpResponse:
    """List what the units in the scope issued, with receipts."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in _KINDS else ""
    found = queries.issued(permissions.visible_notices(request.actor), kinds=_KINDS[kind])
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")), size=SIZE)
    here = reverse("notices:notices")
    labels = {"": _("通知与通报"), "reminders": _("催办记录")}
    context = {
        "page": page,
        "kind": kind,
        "more": f"{here}?kind={kind}&page={page.following}" if page.has_more else "",
        "tabs": [Tab(label=label, url=f"{here}?kind={name}", current=name == kind) for name, label in labels.items()],
    }
    return htmx.page(request, "notices/notices.html", context)


@require_GET
@requires(permissions.ISSUE)
def notice(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Show what was issued, and who has read it."""
    found = permissions.visible_notices(request.actor).select_related("org", "programme")
    one = get_object_or_404(found, pk=notice_id)
    has_read = request.GET.get("read") == "yes"
    here = reverse("notices:notice", args=[one.pk])
    page = paging.page_of(queries.readers(one, has_read=has_read), number=paging.number_from(request.GET.get("page")), size=50)
    context = {
        "notice": one,
        "receipts": queries.receipts(one),
        "has_read": has_read,
        "page": page,
        "here": here,
        "more": f"{here}?read={'yes' if has_read else 'no'}&page={page.following}" if page.has_more else "",
        "is_circular": one.kind == NoticeKind.CIRCULAR,
    }
    return htmx.page(request, "notices/notice.html", context)


@require_GET
@requires(permissions.ISSUE)
def print_notice(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Show a notice as a sheet for paper."""
    found = permissions.visible_notices(request.actor).select_related("org", "programme")
    one = get_object_or_404(found, pk=notice_id)
    return htmx.page(request, "notices/print_notice.html", {"notice": one, "is_circular": one.kind == NoticeKind.CIRCULAR})


@require_http_methods(["GET", "POST"])
@requires(permissions.ISSUE)
def issue(request: SignedInRequest) -> HttpResponse:
    """Write a notice and issue it."""
    unit = orgs.chosen(units_with(request.actor, permissions.ISSUE), request.POST.get("unit") or request.GET.get("unit"))
    if unit is None:
        return htmx.redirect(request, "notices:notices", note=_("先在左上角换到发通知的单位"))
    form = IssueForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.issue(
                org=unit, title=given["title"], body=given["body"], audience=actions.Audience(given["audience"]), by=request.actor,
                at=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("notices:notice", args=[made.pk]), note=_("通知已发"))
    return htmx.page(request, "notices/issue.html", {"form": form, "unit": unit}, status=status)
