"""跟进指导: the workshops below, who follows them and how far; the log of one; one-click reminder."""

from datetime import datetime
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import day, local, now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rules import holds
from yanxiu.workshops import actions, permissions
from yanxiu.workshops.actions.guiding_down import even_split
from yanxiu.workshops.case_forms import VisitForm
from yanxiu.workshops.models import Level, Space
from yanxiu.workshops.queries import lower as reads
from yanxiu.workshops.views import loading
from yanxiu.workshops.views.case_rounds import SHEET

SHOWS = ("", "missing", "alone")


@require_GET
@signed_in
def lower(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the workshops below with who follows them and when they were reached last; a hundred percent or the missing ones."""
    one, at = _overseen(request, space_id), now()
    if one.level == Level.COUNTY:
        return htmx.redirect(request, reverse("workshops:guide_log", args=[one.pk]))
    show, text, sort = (request.GET.get(name, "").strip()[:40] for name in ("show", "q", "sort"))
    show = show if show in SHOWS else ""
    page = paging.page_of(
        reads.narrowed(reads.lower(one), show=show, text=text, sort=sort), number=paging.number_from(request.GET.get("page"))
    )
    count, divides = reads.coverage(one), holds(permissions.check_can_divide, request.actor, one)
    kept = {key: value for key, value in (("q", text), ("show", show), ("sort", sort)) if value}
    base = reverse("workshops:lower", args=[one.pk])
    tabs = (("", _("全部"), count.total), ("missing", _("还没跟进"), count.missing), ("alone", _("没人负责"), count.without_guide))
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "lower"),
        "parts": parts(one, "lower"),
        "page": page,
        "coverage": count,
        "shows": [Tab(label=label, url=f"{base}?show={key}", current=show == key, count=number) for key, label, number in tabs],
        "show": show,
        "q": text,
        "sort": sort,
        "sorts": {name: "?" + urlencode({**kept, "sort": name}) for name in reads.SORTS},
        "more": "?" + urlencode({**kept, "page": str(page.following)}) if page.has_more else "",
        "export_url": reverse("workshops:export_lower", args=[one.pk]) + "?" + urlencode(kept),
        "hosts": reads.hosts(one, on=day(at)) if divides else [],
        "divides": divides,
        "guides": holds(permissions.check_can_host, request.actor, one),
        "not_applicable": not count.total and one.level == Level.CITY,
        "now": at,
    }
    return htmx.page(request, "workshops/lower.html", context)


@require_GET
@signed_in
def export_lower(request: SignedInRequest, space_id: int) -> HttpResponseBase:
    """Hand out the list as it is narrowed, as a workbook; it is on record."""
    one = _overseen(request, space_id)
    show, text, sort = (request.GET.get(name, "").strip()[:40] for name in ("show", "q", "sort"))
    rows = list(reads.narrowed(reads.lower(one), show=show, text=text, sort=sort))
    actions.note_list(space=one, what="lower", count=len(rows), by=request.actor, at=now())
    headings = [(_("单位"), 20), (_("工作坊"), 34), (_("负责的主持人"), 14), (_("跟进次数"), 10), (_("最近一次"), 18)]
    lines = (
        [row.org.name, row.title, row.guide, row.visits, f"{local(row.last_at):%Y-%m-%d %H:%M}" if row.last_at else ""] for row in rows
    )
    response = FileResponse(sheets.workbook(one.title, headings, lines), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_('跟进指导'))}.xlsx"
    return response


@require_GET
@signed_in
def divide_lower(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show how the workshops below would be divided evenly among the hosts, each to be changed before it is done."""
    one = _overseen(request, space_id)
    permissions.check_can_divide(request.actor, one)
    return _division(request, one)


@require_POST
@signed_in
def assign_lower(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Say who follows which workshop: as the form has it."""
    one = _overseen(request, space_id)
    given = {key.removeprefix("guide-"): value for key, value in request.POST.items() if key.startswith("guide-") and value}
    if not all(_is_id(key) and _is_id(str(value)) for key, value in given.items()):
        return _division(request, one, refused=_("有一行没看懂，请从列表里选主持人。"), status=422)
    try:
        count = actions.divide(upper=one, guides={int(key): int(str(value)) for key, value in given.items()}, by=request.actor, at=now())
    except DomainError as error:
        return _division(request, one, refused=error.message, status=error.status)
    note = ngettext("分工已定，%(n)s 个坊有变动", "分工已定，%(n)s 个坊有变动", count) % {"n": count}
    return htmx.redirect(request, reverse("workshops:lower", args=[one.pk]), note=note)


@require_POST
@signed_in
def remind_guides(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Remind the hosts whose workshops were not reached yet."""
    one = _overseen(request, space_id)
    told = actions.remind_guides(upper=one, by=request.actor, at=now())
    note = ngettext("已提醒 %(n)s 位主持人", "已提醒 %(n)s 位主持人", len(told)) % {"n": len(told)}
    return htmx.redirect(request, reverse("workshops:lower", args=[one.pk]), note=note)


@require_GET
@signed_in
def guide_log(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show what the hosts above saw, said and advised in a workshop, and to them the form to note it."""
    return _log(request, _below(request, space_id), VisitForm())


@require_POST
@signed_in
def note_visit(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Note a visit or an advice."""
    one, form, status = _below(request, space_id), VisitForm(request.POST), 422
    if form.is_valid():
        try:
            actions.note_visit(lower=one, by=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:guide_log", args=[one.pk]), note=_("已记，这个坊算跟进到了"))
    return _log(request, one, form, status=status)


def parts(one: Space, current: str) -> list[Tab]:
    """Return the pages of guidance that a workshop has: those below, what came from above, followed lessons."""
    named = [
        ("lower", _("下级坊"), one.level != Level.COUNTY), ("guide_log", _("上级指导"), one.parent_id is not None),
        ("follows", _("优课跟进"), True),
    ]  # fmt: skip
    return [Tab(label=label, url=reverse(f"workshops:{name}", args=[one.pk]), current=name == current) for name, label, on in named if on]


def _division(request: SignedInRequest, one: Space, *, refused: str = "", status: int = 200) -> HttpResponse:
    permissions.check_can_divide(request.actor, one)
    spaces = list(reads.lower(one).order_by("org__path", "title", "pk"))
    hosts, held = reads.hosts(one, on=day(now())), reads.held(one)
    split = even_split([space.pk for space in spaces], [number for number, _name in hosts], held)
    names = dict(hosts)
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "lower"),
        "rows": [(space, split.get(space.pk), names.get(held.get(space.pk, 0), "")) for space in spaces],
        "hosts": hosts,
        "shares": [(name, sum(host == number for host in split.values())) for number, name in hosts],
        "changed": sum(held.get(space) != host for space, host in split.items()),
        "refused": refused,
    }
    return htmx.page(request, "workshops/lower_divide.html", context, status=status)


def _log(request: SignedInRequest, one: Space, form: VisitForm, *, status: int = 200) -> HttpResponse:
    page = paging.page_of(reads.visits(one), number=paging.number_from(request.GET.get("page")))
    held = reads.held(one.parent).get(one.pk) if one.parent is not None else None
    hosts = dict(reads.hosts(one.parent, on=day(now()))) if one.parent is not None else {}
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "lower"),
        "parts": parts(one, "guide_log"),
        "page": page,
        "more": f"?page={page.following}" if page.has_more else "",
        "form": form,
        "guides": holds(permissions.check_can_guide_space, request.actor, one),
        "guide": hosts.get(held, "") if held else "",
        "now": now(),
    }
    return htmx.page(request, "workshops/guide_log.html", context, status=status)


def _overseen(request: SignedInRequest, space_id: int) -> Space:
    one = loading.inside(request, space_id)
    permissions.check_can_see_lower(request.actor, one)
    return one


def _below(request: SignedInRequest, space_id: int) -> Space:
    """A workshop as those who run it and those above see it: members do not read what their hosts are advised."""
    one = loading.inside(request, space_id)
    permissions.check_can_see_lower(request.actor, one)
    return one


def _moment(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at is not None else ""


def _is_id(raw: str) -> bool:
    return raw.isascii() and raw.isdecimal() and len(raw) < 19
