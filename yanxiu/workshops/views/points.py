"""Points: the own ones line by line, the table of a workshop, and what taking part is worth there."""

from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote, urlencode

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rules import reason_against
from yanxiu.kit.text import plain
from yanxiu.programmes.models import Programme
from yanxiu.programmes.permissions import visible_programmes
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.desk_forms import PointsForm
from yanxiu.workshops.models import PointRule, Space
from yanxiu.workshops.queries.points import SORTS, exceptions, programme_rules, rule_history
from yanxiu.workshops.views import loading

RUNS = (Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SORTS = {"most": "分多的在前", "unit": "按单位", "name": "按姓名"}


@require_GET
@signed_in
def points(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show the own points in a workshop with the reason for each, and what counts there."""
    one = loading.inside(request, space_id)
    lines = queries.own_points(one, request.person_id)
    total = sum((line.points for line in lines), Decimal(0))
    exchange = queries.exchange_of(one.programme)
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "praises"),
        "lines": lines,
        "total": total,
        "rules": queries.rules_of(one),
        "exchange": exchange,
        "hours": exchange.hours(total) if exchange is not None and exchange.rate else None,
        "me": request.person_id,
        "runs": loading.is_host(request, one),
        "hosts": permissions.holds_at(request.actor, permissions.HOST, one),
    }
    return htmx.page(request, "workshops/points.html", context)


@require_GET
@requires(*RUNS)
def point_table(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the members of a workshop by points."""
    one = loading.hosted(request, space_id)
    words, sort = _asked(request)
    page = queries.point_table(one, words=words, sort=sort, number=paging.number_from(request.GET.get("page")))
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "praises"),
        "page": page,
        "q": words,
        "sorts": [Tab(label=_(label), url=_url(words, key), current=key == sort) for key, label in _SORTS.items()],
        "sort": sort,
        "more": f"{_url(words, sort)}&page={page.following}" if page.has_more else "",
        "has_rules": bool(queries.rules_of(one)),
        "export_url": reverse("workshops:export_points", args=[one.pk]) + _url(words, sort),
    }
    return htmx.page(request, "workshops/point_table.html", context)


@require_GET
@requires(*RUNS)
def export_points(request: SignedInRequest, space_id: int) -> HttpResponseBase:
    """Hand out the table of points as a workbook; that it left is on record."""
    one = loading.hosted(request, space_id)
    words, sort = _asked(request)
    rows = queries.point_table(one, words=words, sort=sort, size=20_000).rows
    actions.note_list(space=one, what="points", count=len(rows), by=request.actor, at=now())
    headings = [("名次", 8), ("姓名", 12), ("单位", 30), ("积分", 10), ("计分次数", 10)]
    title = f"{one.title}积分"
    book = sheets.workbook(title, headings, ([row.place, row.name, row.unit, row.points, row.count] for row in rows))
    response = FileResponse(book, content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response


@require_http_methods(["GET", "POST"])
@requires(*RUNS)
def point_rules(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Set what taking part is worth in a workshop; an empty line is worth nothing."""
    one = loading.hosted(request, space_id)
    rules = {rule.metric: rule for rule in queries.rules_of(one)}
    form, status = _set(request, one, rules)
    if not status:
        note = _("积分规则已存，全坊的积分按新规则重算")
        return htmx.redirect(request, reverse("workshops:points", args=[one.counted_id]), note=note)
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "praises"),
        "form": form,
        "lines": form.lines(),
        "is_proposal": not rules,
        "is_own": any(rule.space_id is not None for rule in rules.values()),
    }
    return htmx.page(request, "workshops/point_rules.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(Permission.WORKSHOPS_OPEN)
def programme_points(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Set what taking part is worth in a whole programme; show what was set before, and which workshops differ."""
    programme = get_object_or_404(visible_programmes(request.actor), pk=programme_id)
    rules = {rule.metric: rule for rule in programme_rules(programme)}
    form, status = _set(request, programme, rules)
    if not status:
        note = _("项目的积分规则已存，没有另定规则的坊按它重算")
        return htmx.redirect(request, reverse("workshops:programme_points", args=[programme.pk]), note=note)
    page = exceptions(programme, number=paging.number_from(request.GET.get("page")))
    context = {
        "programme": programme,
        "form": form,
        "lines": form.lines(),
        "rules": list(rules.values()),
        "reason": reason_against(permissions.check_can_set_points, request.actor, programme),
        "history": rule_history(programme),
        "page": page,
        "more": f"?page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "workshops/programme_points.html", context, status=status)


def _set(request: SignedInRequest, of: Space | Programme, rules: Mapping[str, PointRule]) -> tuple[PointsForm, int]:
    """Return the form of the rules with the status of the page that shows it; 0 when they were sent and are set."""
    form = PointsForm(request.POST if request.method == "POST" else None, rules=rules, propose=not rules)
    if request.method != "POST":
        return form, 200
    if not form.is_valid():
        return form, 422
    try:
        actions.set_points(of=of, worths=form.worths(), by=request.actor, at=now())
    except DomainError as error:
        return form, explain(form, error)
    return form, 0


def _asked(request: SignedInRequest) -> tuple[str, str]:
    sort = request.GET.get("sort", "most")
    return plain(request.GET.get("q", "")).strip()[:30], sort if sort in SORTS else "most"


def _url(words: str, sort: str) -> str:
    return "?" + urlencode({"q": words, "sort": sort})
