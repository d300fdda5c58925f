"""Libraries: the shelf of a unit with its facets, what units brought to it, what it asks of them, its list as a workbook."""

from dataclasses import asdict, replace
from datetime import timedelta
from urllib.parse import quote, urlencode

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.catalogue import actions, permissions
from yanxiu.catalogue.forms import QuotaForm
from yanxiu.catalogue.models import LibraryQuota, ResourceKind
from yanxiu.catalogue.queries import libraries as queries
from yanxiu.catalogue.queries import shelved
from yanxiu.catalogue.queries.shelved import LibraryFilters
from yanxiu.kit import clock, htmx, search, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Filter, Option, Tab
from yanxiu.kit.components.wording import day_short
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.text import plain, whole_number
from yanxiu.orgs.models import Org, Stage
from yanxiu.orgs.queries import subjects

MOST_EXPORTED = 100_000
YEAR = timedelta(days=365)
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@signed_in
def library(request: SignedInRequest) -> HttpResponse:
    """Show the library of a unit, the nearest one at first; found by words, narrowed by facets."""
    ids = permissions.library_ids(request.actor)
    asked = _number(request.GET.get("unit", ""))
    manages = request.actor.may(permissions.SHELVE)
    if asked and asked not in ids:
        ids |= set(permissions.visible_libraries(request.actor).filter(pk=asked).values_list("pk", flat=True)) if manages else set()
    counts = queries.libraries(Org.objects.all(), ids=ids)
    chosen = next((one for one in counts if one.org.pk == asked), counts[0] if counts and not asked else None)
    if chosen is None:
        raise NotFound(_("没有找到这个资源库。它可能不在您的单位，也不在您当前身份的范围里。"))
    filters = _filters(request.GET)
    found = shelved.shelf(chosen.org.pk, filters, number=number_from(request.GET.get("page")))
    context = {
        "chosen": chosen,
        "found": found,
        "filters": filters,
        "rows": [(row, search.marked(row.resource.title, filters.text)) for row in found.page.rows],
        "tabs": [
            Tab(label=one.org.name, url=_url(one.org, LibraryFilters()), current=one is chosen, count=one.count) for one in counts[:6]
        ],
        "buttons": _buttons(chosen.org, filters, found),
        "carried": [(name, value) for name, value in asdict(filters).items() if value and name != "text"],
        "is_narrowed": any(asdict(replace(filters, sort="")).values()),
        "clear_url": _url(chosen.org, LibraryFilters()),
        "more_url": _url(chosen.org, filters, page=found.page.following) if found.page.has_more else "",
        "manages": permissions.manages_library(request.actor, chosen.org),
    }
    return htmx.page(request, "catalogue/library.html", context)


@require_GET
@requires(permissions.SHELVE)
def library_counts(request: SignedInRequest) -> HttpResponse:
    """Show what each unit below brought to a library within a year, and how it is used."""
    org, at = _managed(request, request.GET.get("unit", "")), now()
    rows = queries.unit_counts(org, since=clock.day(at - YEAR))
    total = {name: sum(int(str(row[name])) for row in rows) for name in ("recommended", "shelved", "featured", "returned", "uses")}
    context = {"org": org, "rows": rows, "total": total, "since": clock.day(at - YEAR), "tabs": _office_tabs(org, "library_counts")}
    return htmx.page(request, "catalogue/library_counts.html", context)


@require_GET
@requires(permissions.SHELVE)
def export_library(request: SignedInRequest) -> HttpResponseBase:
    """Hand out the list of a library, as it is narrowed, as a workbook; that it happened is on record."""
    org, at = _managed(request, request.GET.get("unit", "")), now()
    filters = _filters(request.GET)
    rows = list(shelved.exported(shelved.on_shelf(org.pk), filters)[:MOST_EXPORTED])
    actions.export_library(org=org, count=len(rows), by=request.actor, at=at)
    headings = [(_("标题"), 40), (_("类别"), 12), (_("学段"), 8), (_("学科"), 10), (_("作者"), 10), (_("单位"), 28), (_("推荐单位"), 28),
                (_("入库"), 12), (_("精品"), 6), (_("使用人数"), 10), (_("版本"), 6)]  # fmt: skip
    cells = (
        (
            row.resource.title, row.kind, row.stage, row.subject, row.resource.owner_label, row.resource.unit.name,
            row.from_unit.name if row.from_unit else "", day_short(row.shelved_at), _("是") if row.featured_at else "", row.uses,
            row.version,
        )
        for row in rows
    )  # fmt: skip
    response = FileResponse(sheets.workbook(_("资源库"), headings, cells), content_type=_SHEET)
    name = _("%(org)s资源库%(day)s.xlsx") % {"org": org.name, "day": f"{clock.day(at):%Y%m%d}"}
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require_GET
@requires(permissions.SHELVE)
def quotas(request: SignedInRequest) -> HttpResponse:
    """Show what a library asks of the units below, and set it."""
    return _quotas(request, _managed(request, request.GET.get("unit", "")), QuotaForm())


@require_GET
@requires(permissions.SHELVE)
def quota(request: SignedInRequest, quota_id: int) -> HttpResponse:
    """Show how far each unit is with what is asked, and change it."""
    return _quota(request, _known_quota(request, quota_id))


@require_POST
@requires(permissions.SHELVE)
def set_quota(request: SignedInRequest) -> HttpResponse:
    """Set a quota, or change the one that is named."""
    org = _managed(request, request.POST.get("unit", ""))
    raw = request.POST.get("quota", "")
    present = _known_quota(request, _number(raw)) if raw else None
    form = QuotaForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            done = actions.set_quota(org=org, facts=form.facts(), quota=present, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("catalogue:quota", args=[done.pk]), note=_("推优要求已存，下面的单位现在就看得到"))
    return _quotas(request, org, form, status=status) if present is None else _quota(request, present, form, status=status)


@require_POST
@requires(permissions.SHELVE)
def end_quota(request: SignedInRequest, quota_id: int) -> HttpResponse:
    """End what is asked."""
    ended = actions.end_quota(quota=_known_quota(request, quota_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("catalogue:quotas") + f"?unit={ended.org_id}", note=_("这一条要求已停用，已推荐的照旧"))


def _quotas(request: SignedInRequest, org: Org, form: QuotaForm, *, status: int = 200) -> HttpResponse:
    at = now()
    asked = queries.places_left(org, at=at)
    context = {
        "org": org, "quotas": queries.quotas(org), "asked": asked, "form": form, "quota": None, "today": clock.day(at),
        "tabs": _office_tabs(org, "quotas"),
    }  # fmt: skip
    return htmx.page(request, "catalogue/quotas.html", context, status=status)


def _quota(request: SignedInRequest, shown: LibraryQuota, form: QuotaForm | None = None, *, status: int = 200) -> HttpResponse:
    page = queries.quota_rows(shown, number=number_from(request.GET.get("page")))
    context = {
        "org": shown.org, "quota": shown, "page": page, "form": form or QuotaForm(initial=QuotaForm.of(shown)),
        "more_url": f"?page={page.following}" if page.has_more else "",
    }  # fmt: skip
    return htmx.page(request, "catalogue/quota.html", context, status=status)


def _known_quota(request: SignedInRequest, quota_id: int) -> LibraryQuota:
    managed = permissions.managed_libraries(request.actor)
    return get_object_or_404(LibraryQuota.objects.select_related("org").filter(org__in=managed, ended_at__isnull=True), pk=quota_id)


def _managed(request: SignedInRequest, raw: str) -> Org:
    """The library for which the hat shelves; the first one when none is named."""
    managed: QuerySet[Org] = permissions.managed_libraries(request.actor).order_by("path", "pk")
    found = managed.filter(pk=_number(raw)).first() if raw else managed.first()
    if found is None:
        raise NotFound(_("没有找到这个资源库。请在左上角换成管理它的身份。"))
    return found


def _number(raw: str) -> int:
    return whole_number(raw) or 0


def _office_tabs(org: Org, current: str) -> list[Tab]:
    named = [("quotas", _("推优要求")), ("library_counts", _("各单位情况"))]
    own = [Tab(label=label, url=reverse(f"catalogue:{name}") + f"?unit={org.pk}", current=name == current) for name, label in named]
    return [Tab(label=_("资源库"), url=reverse("catalogue:library") + f"?unit={org.pk}"), *own]


def _filters(given: QueryDict) -> LibraryFilters:
    """Return the filters of the URL; what is unknown is left out."""
    known = {"kind": ResourceKind.values, "stage": Stage.values, "subject": subjects(), "sort": shelved.SORTS, "featured": ("1",)}
    chosen = {name: given.get(name, "") if given.get(name) in values else "" for name, values in known.items()}
    return LibraryFilters(text=plain(given.get("q", ""))[:60], **chosen)


def _url(org: Org, filters: LibraryFilters, **more: object) -> str:
    given = {"unit": org.pk, **asdict(filters), "q": filters.text, **more}
    shown = {name: value for name, value in given.items() if value and name != "text"}
    return f"{reverse('catalogue:library')}?{urlencode(shown)}"


def _buttons(org: Org, filters: LibraryFilters, found: shelved.Shelf) -> list[Filter]:
    words = {
        "best": _("最相关") if filters.text else _("最新入库"),
        "used": _("用得最多"),
        "featured": _("精品在前"),
        "newest": _("最新入库"),
    }
    if not filters.text:
        del words["newest"]
    if found.is_more:  # so many are not ranked
        words["best"] = words.pop("used")
    current = filters.sort if filters.sort in words else "best"
    sorts = [
        Option(label=text, url=_url(org, replace(filters, sort="" if name == "best" else name)), current=name == current)
        for name, text in words.items()
    ]
    labels = {"kind": _("类别"), "stage": _("学段"), "subject": _("学科")}
    facets = [_facet(org, filters, name, label, found) for name, label in labels.items() if found.facets[name] or getattr(filters, name)]
    return [*facets, Filter(label=_("排序"), value=words[current], options=sorts, icon="sort")]


def _facet(org: Org, filters: LibraryFilters, name: str, label: str, found: shelved.Shelf) -> Filter:
    value = getattr(filters, name)
    everything = Option(label=_("全部"), url=_url(org, replace(filters, **{name: ""})), current=not value)
    options = [
        Option(label=one, url=_url(org, replace(filters, **{name: one})), current=one == value, count=None if found.is_uncounted else count)
        for one, count in found.facets[name].most_common(40)
        if one
    ]
    return Filter(label=label, value=value or _("全部"), options=[everything, *options])
