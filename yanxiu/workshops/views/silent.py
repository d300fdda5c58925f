"""Members who are not seen: the list, the reminder to one or all, the list as a workbook."""

from urllib.parse import quote, urlencode

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import local, now
from yanxiu.kit.components import Tab
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import plain
from yanxiu.workshops import actions, queries
from yanxiu.workshops.queries.silent import SORTS, SPANS
from yanxiu.workshops.views import loading

RUNS = (Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
USUAL = 28
_SORTS = {"longest": "最久没来的在前", "unit": "按单位", "name": "按姓名"}


@require_GET
@requires(*RUNS)
def silent(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the members not seen for so many days, those who never came first."""
    one, at = loading.hosted(request, space_id), now()
    days, words, sort = _asked(request)
    page = queries.silent(one, days=days, at=at, words=words, sort=sort, number=paging.number_from(request.GET.get("page")))
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "desk"),
        "page": page,
        "rows": [(row, row.may_be_nudged(at)) for row in page.rows],
        "count": queries.silent_count(one, days=days, at=at),
        "days": days,
        "q": words,
        "sort": sort,
        "spans": [Tab(label=_("%(n)s 天") % {"n": span}, url=_url(span, words, sort), current=span == days) for span in SPANS],
        "sorts": [Tab(label=_(label), url=_url(days, words, key), current=key == sort) for key, label in _SORTS.items()],
        "more": f"{_url(days, words, sort)}&page={page.following}" if page.has_more else "",
        "export_url": reverse("workshops:export_silent", args=[one.pk]) + _url(days, words, sort),
    }
    return htmx.page(request, "workshops/silent.html", context)


@require_POST
@requires(*RUNS)
def nudge(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Remind the ticked members, or all who were not seen for so long."""
    one, at = loading.hosted(request, space_id), now()
    days, words, sort = _asked(request)
    unseen = queries.silent_ids(one, days=days, at=at)
    chosen = set(request.POST.getlist("people")[:1000])
    people = unseen if request.POST.get("who") == "all" else [person for person in unseen if str(person) in chosen]
    done = actions.nudge(workshop=one, people=people, by=request.actor, at=at)
    note = _("已提醒 %(n)s 人") % {"n": len(done.people)}
    if done.skipped:
        note += _("，%(n)s 人三天内提醒过，没有再发") % {"n": done.skipped}
    return htmx.redirect(request, reverse("workshops:silent", args=[one.pk]) + _url(days, words, sort), note=note)


@require_GET
@requires(*RUNS)
def export_silent(request: SignedInRequest, space_id: int) -> HttpResponseBase:
    """Hand out the whole list as a workbook; that it left is on record."""
    one, at = loading.hosted(request, space_id), now()
    days, words, sort = _asked(request)
    rows = queries.silent(one, days=days, at=at, words=words, sort=sort, size=20_000).rows
    actions.note_list(space=one, what="silent", count=len(rows), by=request.actor, at=at)
    headings = [("姓名", 12), ("单位", 30), ("坊", 26), ("小组", 14), ("入坊", 12), ("最近来过", 18), ("提醒次数", 10), ("上次提醒", 18)]
    lines = (
        [row.name, row.unit, row.seat, row.in_group or None, f"{local(row.joined_at):%Y-%m-%d}",
         f"{local(row.seen_at):%Y-%m-%d %H:%M}" if row.seen_at else None, row.times,
         f"{local(row.nudged_at):%Y-%m-%d %H:%M}" if row.nudged_at else None]
        for row in rows
    )  # fmt: skip
    title = f"{one.title}{days}天没来"
    response = FileResponse(sheets.workbook(title, headings, lines), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response


def _asked(request: SignedInRequest) -> tuple[int, str, str]:
    data = request.GET if request.method == "GET" else request.POST
    raw, sort = data.get("days", ""), data.get("sort", "longest")
    days = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 4 and int(raw) in SPANS else USUAL
    return days, plain(data.get("q", "")).strip()[:30], sort if sort in SORTS else "longest"


def _url(days: int, words: str, sort: str) -> str:
    return "?" + urlencode({"days": days, "q": words, "sort": sort})
