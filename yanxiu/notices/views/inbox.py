"""消息: what one has received, in three tabs."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.kit import clock, htmx, paging
from yanxiu.kit.components import Tab
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.notices import actions, permissions, queries
from yanxiu.notices.models import NoticeKind

SIZE = 20


@require_GET
@signed_in
def inbox(request: SignedInRequest) -> HttpResponse:
    """List one tab of one's messages, newest first."""
    own = permissions.visible_deliveries(request.actor)
    unread = queries.unread_by_tab(own)
    first = next((name for name in queries.TABS if unread[name]), next(iter(queries.TABS)))
    wanted = request.GET.get("tab", "")
    tab = wanted if wanted in queries.TABS else first
    page = paging.page_of(queries.inbox(own, tab=tab), number=paging.number_from(request.GET.get("page")), size=SIZE)
    labels = {"notices": _("通知"), "reminders": _("提醒"), "replies": _("回复")}
    here = reverse("notices:inbox")
    context = {
        "tab": tab,
        "page": page,
        "more": f"{here}?tab={tab}&page={page.following}" if page.has_more else "",
        "tabs": [
            Tab(label=label, url=f"{here}?tab={name}", current=name == tab, count=unread[name] or None) for name, label in labels.items()
        ],
        "unread": sum(unread.values()),
        "unread_here": unread[tab],
    }
    return htmx.page(request, "notices/inbox.html", context)


@require_POST
@signed_in
def open_message(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    """Note that a message was opened, and go to what it is about."""
    own = permissions.visible_deliveries(request.actor).select_related("notice")
    delivery = get_object_or_404(own, pk=delivery_id)
    actions.mark_read(delivery=delivery, by=request.actor, at=clock.now())
    return htmx.redirect(request, delivery.notice.link or reverse("notices:message", args=[delivery.pk]))


@require_GET
@signed_in
def message(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    """Show one message in full."""
    own = permissions.visible_deliveries(request.actor).select_related("notice__org", "notice__programme")
    delivery = get_object_or_404(own, pk=delivery_id)
    context = {"delivery": delivery, "notice": delivery.notice, "is_circular": delivery.notice.kind == NoticeKind.CIRCULAR}
    return htmx.page(request, "notices/message.html", context)


@require_POST
@signed_in
def mark_all_read(request: SignedInRequest) -> HttpResponse:
    """Note that everything in a tab was seen."""
    wanted = request.POST.get("tab", "")
    tab = wanted if wanted in queries.TABS else next(iter(queries.TABS))
    actions.mark_all_read(tab=tab, by=request.actor, at=clock.now())
    return htmx.redirect(request, f"{reverse('notices:inbox')}?tab={tab}")
