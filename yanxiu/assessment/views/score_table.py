"""成绩总表: participants by assessments of a programme, sorted, searched, narrowed, as a page and as a workbook."""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote, urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.actions import score_tables as actions
from yanxiu.assessment.queries import score_table as queries
from yanxiu.assessment.queries.score_table import Column, Row, Wanted
from yanxiu.assessment.views.exam_results import LOOK, SHEET, desk_tabs
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import plain
from yanxiu.programmes.models import Programme

MOST_PROGRAMMES = 20
_KEPT = ("programme", "what", "sort", "show", "q", "size")


@require_GET
@requires(*LOOK)
def score_table(request: SignedInRequest) -> HttpResponse:
    """Show who has which score."""
    programmes, programme = _programmes(request)
    context: dict[str, object] = {"programme": programme, "tabs": desk_tabs(request, "score_table"), "columns": [], "summary": None}
    if programme is None:
        return htmx.page(request, "assessment/score_table.html", context)
    what, wanted = _what(request), _wanted(request)
    paths = permissions.score_paths(request.actor, programme)
    found, summary, page = queries.columns_of(programme, what=what, at=now()), None, None
    if found:
        found, summary = queries.summed(programme, found, paths=paths)
        page = queries.table(programme, found, paths=paths, wanted=wanted)
    context |= {
        "what": what,
        "wanted": wanted,
        "summary": summary,
        "running": sum(column.is_running for column in found),
        "columns": [(column, _link(request, sort=f"c{place}")) for place, column in enumerate(found, start=1)],
        "page": page,
        "filters": _filters(request, programmes, programme, what, wanted),
        "sorts": {name: _link(request, sort=name) for name in queries.SORTS},
        "more": _link(request, page=str(page.following)) if page and page.has_more else "",
        "export_url": reverse("assessment:export_score_table") + _link(request, programme=str(programme.pk)),
    }
    return htmx.page(request, "assessment/score_table.html", context)


@require_GET
@requires(*LOOK)
def export_score_table(request: SignedInRequest) -> HttpResponseBase:
    """Hand out the whole table, as it is filtered and sorted, as a workbook; that it happened is on record."""
    _others, programme = _programmes(request)
    if programme is None:
        return htmx.redirect(request, reverse("assessment:score_table"), note=_("还没有项目，没有成绩可导出"))
    what = _what(request)
    paths, columns = permissions.score_paths(request.actor, programme), queries.columns_of(programme, what=what, at=now())
    if not columns:
        return htmx.redirect(request, reverse("assessment:score_table"), note=_("还没有公布的成绩，没有可导出的"))
    actions.export_score_table(programme=programme, what=what, by=request.actor, at=now())
    rows = queries.whole_table(programme, columns, paths=paths, wanted=_wanted(request))
    headings = [(_("姓名"), 12), (_("单位"), 28), *((_heading(column), 14) for column in columns)]
    title = _("成绩总表")
    response = FileResponse(sheets.workbook(title, headings, (_line(row) for row in rows)), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{programme.title}{title}')}.xlsx"
    return response


def _programmes(request: SignedInRequest) -> tuple[list[Programme], Programme | None]:
    """The programmes to choose from, those with scores first, and the one that is asked for: else the latest. Cost: one query."""
    found = list(queries.with_scores_first(permissions.scored_programmes(request.actor))[:MOST_PROGRAMMES])
    asked = request.GET.get("programme", "")
    return found, next((one for one in found if str(one.pk) == asked), found[0] if found else None)


def _heading(column: Column) -> str:
    return f"{column.label} {_('进行中') if column.is_running else column.note}".strip()


def _line(row: Row) -> list[str | Decimal | None]:
    return [row.name, row.unit, *(_cell(text) for text, _passes in row.cells)]


def _cell(text: str) -> str | Decimal | None:
    return Decimal(text) if text[:1].isascii() and text else text or None


def _what(request: HttpRequest) -> str:
    what = request.GET.get("what", "")
    return what if what in queries.WHATS else queries.WHATS[0]


def _wanted(request: HttpRequest) -> Wanted:
    sort, show, size = request.GET.get("sort", ""), request.GET.get("show", ""), request.GET.get("size", "")
    is_column = sort[:1] == "c" and sort[1:].isascii() and sort[1:].isdecimal() and len(sort) < 4
    return Wanted(
        sort=sort if sort in queries.SORTS else "unit",
        column=int(sort[1:]) if is_column else 0,
        show=show if show in queries.SHOWS and (show, _what(request)) != ("failed", "homework") else "all",
        words=plain(request.GET.get("q", ""))[:60],
        number=paging.number_from(request.GET.get("page")),
        size=int(size) if size in {str(one) for one in queries.SIZES} else queries.SIZES[0],
    )


def _link(request: HttpRequest, **changes: str) -> str:
    facts = {name: value for name, value in request.GET.items() if name in _KEPT} | changes
    return "?" + urlencode({name: value for name, value in facts.items() if value})


def _filters(request: HttpRequest, programmes: Sequence[Programme], programme: Programme, what: str, wanted: Wanted) -> list[Filter]:
    whats = {"assessments": _("考试与考核"), "homework": _("作业"), "tests": _("课程测试")}
    fails = {} if what == "homework" else {"failed": _("有不及格")}  # only what is accepted stands in the table of homework
    shows = {"all": _("全部")} | fails | {"lacking": _("缺成绩")}
    sizes = {str(size): str(size) for size in queries.SIZES}
    found = [
        _filter(request, _("看"), "what", whats, what, sort=""),
        _filter(request, _("谁"), "show", shows, wanted.show),
        _filter(request, _("每页"), "size", sizes, str(wanted.size)),
    ]
    if len(programmes) > 1:
        names = {str(one.pk): one.title for one in programmes}
        found.insert(0, _filter(request, _("项目"), "programme", names, str(programme.pk), sort=""))
    return found


def _filter(request: HttpRequest, label: str, name: str, names: dict[str, str], value: str, **also: str) -> Filter:
    options = [Option(label=text, url=_link(request, **{name: key}, **also), current=key == value) for key, text in names.items()]
    return Filter(label=label, value=names[value], options=options)
