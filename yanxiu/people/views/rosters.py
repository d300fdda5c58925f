"""Rosters on pages: bring a file, see what would happen, mend and decide, import, take back."""

from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.tasks import defer
from yanxiu.kit.text import whole_number
from yanxiu.orgs import queries as orgs
from yanxiu.orgs.permissions import units_with
from yanxiu.people import actions, permissions, queries, tasks
from yanxiu.people.forms import RosterForm
from yanxiu.people.models import RosterImport, RosterRow, RosterState, RowOutcome
from yanxiu.people.roster.headings import FIELDS
from yanxiu.people.roster.sheets import cell, template

MOST_AT_ONCE = 2_000  # rows imported in a request; more in the background
MOST_ROWS = 20_000  # in a request; more through `yanxiu roster import`
PAGE = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A row that was not taken: its cell, the reason, the text to mend (`field` "" = nothing to type), the choices."""

    row: RosterRow
    cell: str
    field: str
    label: str
    value: str
    choices: list[tuple[str, str]]
    persons: list[dict[str, object]]
    units: list[dict[str, object]]


@require_http_methods(["GET", "POST"])
@requires(permissions.IMPORT_ROSTER)
def preview_roster(request: SignedInRequest) -> HttpResponse:
    """Choose a unit and a file; the answer is the preview, nobody is registered."""
    within = units_with(request.actor, permissions.IMPORT_ROSTER)
    unit = orgs.chosen(within, request.POST.get("unit") or request.GET.get("unit"))
    form = RosterForm(request.POST, request.FILES) if request.method == "POST" else RosterForm()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and unit is not None and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            roster = actions.preview_roster(
                content=file.read(), file_name=file.name, unit=unit, by=request.actor, at=now(), most_rows=MOST_ROWS
            )
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, roster_url(roster))
    context = {
        "form": form,
        "unit": unit,
        "recent": list(permissions.visible_rosters(request.actor).select_related("unit").order_by("-created_at", "-pk")[:10]),
        "picker": orgs.picker(
            within=within, paths=request.actor.paths(permissions.IMPORT_ROSTER), stands_at=unit, text=request.GET.get("q", "")
        ),
        "search_url": request.path,
    }
    return htmx.page(request, "people/roster_upload.html", context, status=status)


@require_GET
@requires(permissions.IMPORT_ROSTER)
def roster(request: SignedInRequest, roster_id: int) -> HttpResponse:
    """Show what becomes of a roster: counts first, then only the rows that need somebody; while it is imported, how far that is."""
    one = _visible(request, roster_id)
    if one.state == RosterState.RUNNING:
        context = {"roster": one, "unit": one.unit, **_progress(one)}
        if request.GET.get("part") == "job":
            return htmx.swap(request, "people/roster_running.html#job", context, otherwise=roster_url(one))
        return htmx.page(request, "people/roster_running.html", context)
    if htmx.is_htmx(request) and request.GET.get("part") == "job":
        return htmx.redirect(request, roster_url(one), note=_("名册导入完了"))
    return _page(request, one)


@require_POST
@requires(permissions.IMPORT_ROSTER)
def import_roster(request: SignedInRequest, roster_id: int) -> HttpResponse:
    """Register the people of the accepted rows."""
    one = _visible(request, roster_id)
    if one.state == RosterState.RUNNING or queries.outcome_counts(one)["open"] > MOST_AT_ONCE:
        actions.begin_import(roster=one, by=request.actor, at=now())
        defer(tasks.import_roster, roster_id=one.pk)
        return htmx.redirect(request, roster_url(one), note=_("正在导入，可以离开这一页"))
    taken = actions.import_roster(roster=one, by=request.actor, at=now())
    note = _("导入了 %(n)d 行") % {"n": taken} if taken else _("没有新的行要导入")
    return htmx.redirect(request, roster_url(one), note=note)


@require_POST
@requires(permissions.IMPORT_ROSTER)
def undo_roster(request: SignedInRequest, roster_id: int) -> HttpResponse:
    """Take the registered people back, as far as nothing has happened with them."""
    one = _visible(request, roster_id)
    staying = actions.undo_roster(roster=one, by=request.actor, at=now())
    names = "、".join(person.name for person in staying[:5])
    note = _("已撤回；%(n)d 人已经用过账号或有了记录，没有撤：%(names)s") % {"n": len(staying), "names": names} if staying else _("已撤回")
    return htmx.redirect(request, roster_url(one), note=note)


@require_POST
@requires(permissions.IMPORT_ROSTER)
def export_refused(request: SignedInRequest, roster_id: int) -> HttpResponse:
    """Hand out the rows that were not taken, with their reasons."""
    one = _visible(request, roster_id)
    return _download(actions.export_refused(roster=one, by=request.actor, at=now()), "退回的行.xlsx")


@require_GET
@requires(permissions.IMPORT_ROSTER)
def roster_template(request: SignedInRequest) -> HttpResponse:  # noqa: ARG001 - views are called alike
    """Hand out the empty roster."""
    return _download(template(), "教师名册模板.xlsx")


@require_POST
@requires(permissions.IMPORT_ROSTER)
def mend_row(request: SignedInRequest, row_id: int) -> HttpResponse:
    """Replace the text of one cell and judge the row again."""
    row = _row(request, row_id)
    changes = {name: request.POST[name] for name in FIELDS if name in request.POST}
    try:
        row = actions.mend_row(row=row, changes=changes, by=request.actor, at=now())
    except Invalid as error:
        return _page(request, row.roster, status=error.status, wrong=error.message)
    note = _("第 %(n)d 行改好了") % {"n": row.number}
    if row.outcome in {RowOutcome.REFUSED, RowOutcome.HELD}:
        note = _("第 %(n)d 行：%(words)s") % {"n": row.number, "words": row.words}
    return htmx.redirect(request, _back(request, row), note=note)


@require_POST
@requires(permissions.IMPORT_ROSTER)
def resolve_row(request: SignedInRequest, row_id: int) -> HttpResponse:
    """Decide one held row."""
    row = _row(request, row_id)
    choice, _colon, argument = request.POST.get("choice", "").partition(":")
    number = whole_number(argument)
    unit = get_object_or_404(units_with(request.actor, permissions.IMPORT_ROSTER), pk=number or 0) if choice == "unit" else None
    try:
        row = actions.resolve_row(row=row, choice=choice, person_id=number, unit=unit, by=request.actor, at=now())
    except Invalid as error:
        return _page(request, row.roster, status=error.status, wrong=error.message)
    return htmx.redirect(request, _back(request, row), note=_("第 %(n)d 行已决定") % {"n": row.number})


def roster_url(one: RosterImport) -> str:
    """Return the address of a roster's page."""
    return reverse("people:roster", args=[one.pk])


def _page(request: SignedInRequest, one: RosterImport, *, status: int = 200, wrong: str = "") -> HttpResponse:
    counts = queries.outcome_counts(one)
    page = paging.page_of(queries.open_problems(one), number=paging.number_from(request.GET.get("page")), size=PAGE)
    context = {
        "roster": one,
        "unit": one.unit,
        "accepted": counts.get(RowOutcome.ACCEPTED, 0) + counts.get(RowOutcome.MATCHED, 0),
        "matched": counts.get(RowOutcome.MATCHED, 0),
        "refused": counts.get(RowOutcome.REFUSED, 0),
        "held": counts.get(RowOutcome.HELD, 0),
        "open": counts["open"],
        "may_change": one.state != RosterState.UNDONE,
        "problems": [_problem(one, row) for row in page.rows],
        "more_url": f"?page={page.following}" if page.has_more else "",
        "wrong": wrong,
    }
    return htmx.page(request, "people/roster.html", context, status=status)


def _progress(one: RosterImport) -> dict[str, object]:
    """Return rows done and per second, and whether the last part is so long ago that the work has stopped."""
    at, began, last = now(), one.asked_at or now(), one.part_at or now()
    done = RosterRow.objects.filter(roster=one, done_at__gte=began).count()
    seconds = (last - began).total_seconds()
    speed = _("每秒约 %(n)s 行") % {"n": f"{done / seconds:,.0f}"} if done and seconds > 0 else ""
    return {"done": done, "speed": speed, "is_stopped": at - last > tasks.STOPPED_AFTER}


def _problem(one: RosterImport, row: RosterRow) -> Problem:
    is_open = one.state != RosterState.UNDONE and row.done_at is None
    field = row.field if is_open and row.reason != "by_hand" and row.field in FIELDS else ""
    allowed = actions.CHOICES.get(row.reason, ()) if is_open and row.outcome == RowOutcome.HELD else ()
    words = {"new": _("登记为新的一位"), "transfer": _("是调来的"), "refuse": _("不导入")}
    if row.reason in {"twice", "cut"}:
        words["new"] = _("用这一行") if row.reason == "twice" else _("核对无误")
    return Problem(
        row=row,
        cell=cell(one, row),
        field=field,
        label=FIELDS.get(field, ""),
        value="" if field in {"identity", "mobile"} else str(row.values.get(field, row.name if field == "name" else "")),
        choices=[(choice, words[choice]) for choice in allowed if choice in words],
        persons=[offer for offer in row.candidates if "person" in offer] if "same" in allowed else [],
        units=[offer for offer in row.candidates if "unit" in offer] if is_open else [],
    )


def _visible(request: SignedInRequest, roster_id: int) -> RosterImport:
    return get_object_or_404(permissions.visible_rosters(request.actor).select_related("unit"), pk=roster_id)


def _row(request: SignedInRequest, row_id: int) -> RosterRow:
    rows = RosterRow.objects.filter(roster__in=permissions.visible_rosters(request.actor)).select_related("roster__unit")
    return get_object_or_404(rows, pk=row_id)


def _back(request: SignedInRequest, row: RosterRow) -> str:
    page = paging.number_from(request.POST.get("page"))
    return roster_url(row.roster) + (f"?page={page}" if page > 1 else "")


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
