"""审计: who did what and when, narrowed by days, kind and name; as a workbook, which is itself on record."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.access.permissions import Permission
from yanxiu.access.queries import Held
from yanxiu.kit import clock, htmx, sheets
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import plain
from yanxiu.portal import actions
from yanxiu.portal.menus import address
from yanxiu.portal.queries.audit import GROUPS, Asked, all_happened, happened

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIZE = 50
SPANS = (1, 7, 30, 366)
USUAL = 30
_LONGEST = 60
_HEADINGS = [("时间", 20), ("谁", 14), ("做了什么", 20), ("对象", 40), ("涉及", 12), ("单位", 28), ("细节", 60)]


def auditor(request: SignedInRequest, worn: Held | None) -> HttpResponse:  # noqa: ARG001 - every home takes the same
    """List what happened, newest first."""
    asked, given = _asked(request)
    found = happened(asked, limit=SIZE + 1)
    rows = found[:SIZE]
    context = {
        "rows": rows,
        "given": given,
        "filters": _filters(given),
        "is_narrowed": bool(given["q"] or given["kind"]),
        "more": _url(given, before=rows[-1].key) if len(found) > SIZE else "",
        "export_url": address("portal:export_records") + _url(given),
        "size": SIZE,
    }
    return htmx.page(request, "portal/auditor.html", context)


@require_GET
@requires(Permission.RECORDS_VIEW)
def export_records(request: SignedInRequest) -> HttpResponseBase:
    """Hand out what the list shows, a hundred thousand lines at most, as a workbook."""
    asked, given = _asked(request)
    actions.note_records(asked_for={key: value for key, value in given.items() if value}, by=request.actor, at=clock.now())
    lines = (
        [f"{clock.local(one.at):%Y-%m-%d %H:%M:%S}", one.actor_label, one.zh, one.object_label or one.object_id, one.person or None,
         one.unit or None, one.details or None]
        for one in all_happened(asked)
    )  # fmt: skip
    response = FileResponse(sheets.workbook("审计记录", _HEADINGS, lines), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('审计记录')}.xlsx"
    return response


def _asked(request: SignedInRequest) -> tuple[Asked, dict[str, str]]:
    kind, raw, words = request.GET.get("kind", ""), request.GET.get("days", ""), plain(request.GET.get("q", ""))[:_LONGEST]
    kind = kind if kind in GROUPS else ""
    days = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 4 and int(raw) in SPANS else USUAL
    until = clock.start_of(clock.day(clock.now()) + timedelta(days=1))
    before = _before(request.GET.get("before", ""))
    asked = Asked(since=until - timedelta(days=days), until=until, group=kind, words=words, before=before)
    return asked, {"kind": kind, "days": "" if days == USUAL else str(days), "q": words}


def _before(raw: str) -> tuple[datetime, int] | None:
    moment, _dash, number = raw.partition("-")
    if not (moment.isascii() and moment.isdecimal() and number.isascii() and number.isdecimal() and len(moment) < 18 and len(number) < 19):
        return None
    return datetime.fromtimestamp(int(moment) // 1_000_000, UTC) + timedelta(microseconds=int(moment) % 1_000_000), int(number)


def _filters(given: dict[str, str]) -> list[Filter]:
    kinds = [Option(label=_("全部"), url=_url(given, kind=""), current=not given["kind"])]
    kinds += [Option(label=_(word), url=_url(given, kind=key), current=key == given["kind"]) for key, (word, _packages) in GROUPS.items()]
    chosen = int(given["days"] or USUAL)
    spans = [Option(label=_span(one), url=_url(given, days="" if one == USUAL else str(one)), current=one == chosen) for one in SPANS]
    return [
        Filter(label=_("类别"), value=_(GROUPS[given["kind"]][0]) if given["kind"] else _("全部"), options=kinds),
        Filter(label=_("时间"), value=_span(chosen), options=spans),
    ]


def _span(days: int) -> str:
    return {1: _("今天"), 366: _("一年以来")}.get(days) or _("%(n)s 天以来") % {"n": days}


def _url(given: dict[str, str], **changed: str) -> str:
    """The list with these parameters; "?" alone shows all of it."""
    return "?" + urlencode({key: value for key, value in {**given, **changed}.items() if value})
