"""What offices see of workshops and communities: the list of all in their scope, and figures unit by unit."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlencode

from django.db.models import Count, Q
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.access.permissions import Permission
from yanxiu.kit import clock, htmx, paging, sheets
from yanxiu.kit.components import Filter, Option, Tab
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import plain, whole_number
from yanxiu.orgs.models import Org, Stage
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Level, Space, SpaceState
from yanxiu.workshops.queries import figures as counted
from yanxiu.workshops.queries import scope
from yanxiu.workshops.queries.figures import SPANS, UnitFigures
from yanxiu.workshops.queries.scope import KINDS, Narrowings, SpaceFilters

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ORDERS = (("", "按单位"), ("members", "人多的在前"), ("waiting", "待答多的在前"), ("quiet", "久没人说话的在前"), ("name", "按名称"))
_ONLY = (("", "全部"), ("communities", "社区"), ("workshops", "工作坊"))
_COLUMNS = (
    ("spaces", "坊和社区"), ("members", "成员"), ("active", "有参与的"), ("posts", "发言"), ("activities", "活动"), ("resources", "资源"),
    ("waiting", "待答"),
)  # fmt: skip


def list_of(request: SignedInRequest) -> HttpResponse:
    """List the workshops and communities of the scope, with filters, search, orders and the own ones beside."""
    actor = request.actor
    by = _filters(request)
    within = scope.listed(permissions.enterable_spaces(actor))
    found = scope.narrowed(within, by)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    given = _given(by)
    oversees = actor.may(permissions.OVERSEE)
    context = {
        "by": by,
        "given": given,
        **found.order_by().aggregate(count=Count("pk"), asking=Count("pk", filter=Q(waiting__gt=0))),
        "page": page,
        "is_narrowed": any(value for key, value in given.items() if key != "sort"),
        "filters": _choices(by, given, scope.narrowings(within)),
        "orders": [Tab(label=_(label), url=_url(given, sort=key), current=key == by.sort) for key, label in _ORDERS],
        "without_unit": _url(given, unit=""),
        "more": _url(given, page=str(page.following)) if page.has_more else "",
        "export_url": reverse("workshops:export_spaces") + _url(given) if oversees and page.rows else "",
        "oversees": oversees,
        "mine": queries.mine(request.person_id),
        "may_open": actor.may(permissions.OPEN),
        "may_open_community": actor.may(permissions.OPEN_COMMUNITY),
        "may_found": any(grant.role == "expert" for grant in actor.grants),
    }
    return htmx.page(request, "workshops/office_spaces.html", context)


@require_GET
@requires(Permission.INSIGHT_VIEW)
def export_spaces(request: SignedInRequest) -> HttpResponseBase:
    """Hand the list out as it is narrowed, as a workbook; that it left is on record."""
    by = _filters(request)
    unit = by.unit or _highest(request)
    rows = list(scope.narrowed(scope.listed(permissions.enterable_spaces(request.actor)), by)[:20_000])
    actions.note_spaces(unit=unit, what="spaces", count=len(rows), by=request.actor, at=clock.now())
    headings = [
        (_("名称"), 34), (_("种类"), 12), (_("单位"), 26), (_("方案"), 26), (_("级别"), 6), (_("学段"), 8), (_("学科"), 10), (_("状态"), 8),
        (_("成员"), 8), (_("名额"), 8), (_("待答提问"), 10), (_("最近发言"), 18),
    ]  # fmt: skip
    return _file(_("工作坊和社区"), headings, (_line(one) for one in rows))


@require_GET
@requires(Permission.INSIGHT_VIEW)
def figures(request: SignedInRequest) -> HttpResponse:
    """Show how alive workshops and communities are, unit by unit; each leads further down, a school to its list."""
    unit = _unit(request) or _highest(request)
    days, only, sort = _asked(request)
    found = queries.unit_figures(permissions.counted_spaces(request.actor), unit, days=days, at=clock.now(), only=only, sort=sort)
    given = {"unit": str(unit.pk), "days": str(days), "only": only, "sort": sort}
    context = {
        "unit": unit,
        "above": list(permissions.overseen_units(request.actor).filter(pk__in=_ids(unit.path)).exclude(pk=unit.pk)),
        "found": found,
        "quiet": sum(not row.figures.active for row in found.rows),
        "given": given,
        "days": days,
        "rows": [(row, _below(row, given)) for row in found.rows],
        "spans": [Tab(label=_("近 %(n)s 天") % {"n": span}, url=_url(given, days=str(span)), current=span == days) for span in SPANS],
        "onlies": [Tab(label=_(label), url=_url(given, only=key), current=key == only) for key, label in _ONLY],
        "columns": [(key, _(label), _url(given, sort=key), key == sort) for key, label in _COLUMNS],
        "by_unit": _url(given, sort="unit"),
        "sort": sort,
        "list_url": reverse("workshops:spaces") + f"?unit={unit.pk}",
        "export_url": reverse("workshops:export_figures") + _url(given),
    }
    return htmx.page(request, "workshops/figures.html", context)


@require_GET
@requires(Permission.INSIGHT_VIEW)
def export_figures(request: SignedInRequest) -> HttpResponseBase:
    """Hand the figures of a unit out as a workbook; that they left is on record."""
    unit = _unit(request) or _highest(request)
    days, only, sort = _asked(request)
    at = clock.now()
    found = queries.unit_figures(permissions.counted_spaces(request.actor), unit, days=days, at=at, only=only, sort=sort)
    actions.note_spaces(unit=unit, what="figures", count=len(found.rows), by=request.actor, at=at)
    headings = [(_("单位"), 30), *((_(label), 10) for _key, label in _COLUMNS)]
    title = _("%(unit)s工作坊和社区近 %(n)s 天") % {"unit": unit.name, "n": days}
    return _file(title, headings, _sums(found))


def _sums(found: UnitFigures) -> Iterable[list[str | int]]:
    for row in found.rows:
        yield [_("本级") if row.is_self else row.unit.name, *(getattr(row.figures, key) for key, _label in _COLUMNS)]
    yield [_("合计"), *(getattr(found.all, key) for key, _label in _COLUMNS)]


def _line(one: Space) -> list[str | int | None]:
    last = getattr(one, "last_at", None)
    return [
        one.title, one.get_kind_display(), one.org.name, one.programme.title if one.programme else None, one.level or None,
        one.stage or None, one.subject or None, one.get_state_display(), one.member_count, one.cap, getattr(one, "waiting", 0),
        f"{clock.local(last):%Y-%m-%d %H:%M}" if last else None,
    ]  # fmt: skip


def _below(row: counted.UnitRow, given: dict[str, str]) -> str:
    """Where a row leads: one level down, or to the list of what stands at the unit."""
    if row.is_self or row.unit.kind in ("school", "institution", "point"):
        return reverse("workshops:spaces") + f"?unit={row.unit.pk}"
    return _url(given, unit=str(row.unit.pk))


def _choices(by: SpaceFilters, given: dict[str, str], there: Narrowings) -> list[Filter]:
    """The filters; those that could not narrow anything are left out."""
    asked: list[tuple[str, str, str, list[tuple[str, str]]]] = [
        ("kind", _("种类"), by.kind, [(kind.value, str(kind.label)) for kind in KINDS]),
        ("stage", _("学段"), by.stage, [(stage.value, str(stage.label)) for stage in Stage]),
        ("subject", _("学科"), by.subject, [(word, word) for word in there.subjects]),
        ("level", _("级别"), by.level, [(level.value, str(level.label)) for level in Level]),
        ("state", _("状态"), by.state, [(state.value, str(state.label)) for state in SpaceState]),
        ("programme", _("方案"), str(by.programme or ""), [(str(number), title) for number, title in there.programmes.items()]),
    ]
    made = []
    for key, label, value, pairs in asked:
        options = [Option(label=words, url=_url(given, **{key: one}), current=one == value) for one, words in [("", _("全部")), *pairs]]
        if len(options) > 1:
            made.append(Filter(label=label, value=next((option.label for option in options if option.current), value), options=options))
    return made


def _filters(request: SignedInRequest) -> SpaceFilters:
    """Read the address; a word that is none of the list's is left out."""
    asked = {name: plain(request.GET.get(name, "")).strip()[:60] for name in ("kind", "stage", "subject", "level", "state", "sort")}
    known: dict[str, list[str]] = {
        "kind": [kind.value for kind in KINDS], "stage": Stage.values, "level": Level.values, "state": SpaceState.values,
        "sort": list(scope.SORTS),
    }  # fmt: skip
    kept = {name: value if name not in known or value in known[name] else "" for name, value in asked.items()}
    programme = _number(request.GET.get("programme", ""))
    text = plain(request.GET.get("q", "")).strip()[:40]
    return SpaceFilters(**kept, programme=programme, unit=_listed_unit(request), text=text)


def _given(by: SpaceFilters) -> dict[str, str]:
    facts = {name: getattr(by, name) for name in ("kind", "stage", "subject", "level", "state", "sort")}
    return {**facts, "programme": str(by.programme or ""), "unit": str(by.unit.pk) if by.unit else "", "q": by.text}


def _asked(request: SignedInRequest) -> tuple[int, str, str]:
    days, only, sort = _number(request.GET.get("days", "")), request.GET.get("only", ""), request.GET.get("sort", "")
    return days if days in SPANS else SPANS[0], only if only in dict(_ONLY) else "", sort if sort in counted.SORTS else "unit"


def _unit(request: SignedInRequest) -> Org | None:
    number = _number(request.GET.get("unit", ""))
    if number is None:
        return None
    unit = get_object_or_404(Org, pk=number)
    permissions.check_can_see_figures(request.actor, unit)
    return unit


def _listed_unit(request: SignedInRequest) -> Org | None:
    """The unit a list is narrowed to: any may be named, what is listed stays inside the scope."""
    number = _number(request.GET.get("unit", ""))
    return get_object_or_404(Org, pk=number) if number is not None and request.actor.may(permissions.OVERSEE) else None


def _highest(request: SignedInRequest) -> Org:
    unit = permissions.overseen_units(request.actor).first()
    if unit is None:
        raise NotFound(_("没有找到这个单位。可能已撤销，或不在您当前身份的范围里。"))
    return unit


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part]


def _number(raw: str) -> int | None:
    return whole_number(raw)


def _url(given: dict[str, str], **changed: str) -> str:
    return "?" + urlencode({key: value for key, value in {**given, **changed}.items() if value})


def _file(title: str, headings: list[tuple[str, int]], lines: Iterable[Sequence[str | int | None]]) -> HttpResponseBase:
    response = FileResponse(sheets.workbook(title, headings, lines), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response
