"""Who has read what hosts published: saying so, the list, reminding those who have not, taking the list along."""

from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import local, now
from yanxiu.kit.components import Tab
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.views import loading

RUNS = (Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 50_000


@require_POST
@signed_in
def mark_read(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Say that one has read it, and taken note of it where it asks for that."""
    post = loading.post_of(request, post_id)
    actions.mark_read(post=post, by=request.actor, at=now())
    note = _("已确认收到") if post.asks_confirmation else _("已记为读过")
    return htmx.redirect(request, reverse("workshops:thread", args=[post.pk]), note=note)


@require_GET
@signed_in
def readers(request: SignedInRequest, post_id: int) -> HttpResponse:
    """List who has read it and who has not, for those who run the space."""
    post, at = loading.post_of(request, post_id), now()
    permissions.check_can_admit(request.actor, post.space)
    unread = request.GET.get("show") == "unread"
    receipt = queries.receipt(post)
    page = paging.page_of(queries.readers(post, have_read=not unread), number=paging.number_from(request.GET.get("page")), size=50)
    base = reverse("workshops:readers", args=[post.pk])
    waits = post.reminded_at is not None and at - post.reminded_at < actions.REMIND_EVERY
    context = {
        "post": post,
        "space": post.space,
        "receipt": receipt,
        "page": page,
        "show": [Tab(label=_("已确认") if post.asks_confirmation else _("已读"), url=base, current=not unread, count=receipt.read),
                 Tab(label=_("未确认") if post.asks_confirmation else _("未读"), url=f"{base}?show=unread", current=unread,
                     count=receipt.unread)],
        "more": f"?page={page.following}" + ("&show=unread" if unread else "") if page.has_more else "",
        "reminds": permissions.holds_at(request.actor, permissions.HOST, post.space) and receipt.unread > 0,
        "waits": waits,
    }  # fmt: skip
    return htmx.page(request, "workshops/readers.html", context)


@require_POST
@requires(*RUNS)
def remind_readers(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Remind all who have not read (or not confirmed) it."""
    post = loading.post_of(request, post_id)
    reminded = actions.remind_readers(post=post, by=request.actor, at=now())
    url = reverse("workshops:readers", args=[post.pk]) + "?show=unread"
    return htmx.redirect(request, url, note=_("已提醒 %(n)s 人") % {"n": reminded})


@require_GET
@requires(*RUNS)
def export_readers(request: SignedInRequest, post_id: int) -> HttpResponseBase:
    """Hand out who has read it and who has not as a workbook; that it left is on record."""
    post = loading.post_of(request, post_id)
    actions.note_readers_exported(post=post, by=request.actor, at=now())
    rows = [*queries.readers(post, have_read=True)[:MOST_EXPORTED], *queries.readers(post, have_read=False)[:MOST_EXPORTED]]
    done, open_ = ("已确认", "未确认") if post.asks_confirmation else ("已读", "未读")
    headings = [("姓名", 12), ("单位", 30), ("状态", 10), ("时间", 18)]
    lines = (
        [row.person.name, row.person.unit.name if row.person.unit else None, done if read_at else open_,
         f"{local(read_at):%Y-%m-%d %H:%M}" if read_at else None]
        for row in rows
        for read_at in (getattr(row, "read_at", None),)
    )  # fmt: skip
    title = f"{post.title}已读名单"
    response = FileResponse(sheets.workbook(title[:31], headings, lines), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response
