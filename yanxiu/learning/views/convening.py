"""考勤 in the school's office: fixing sessions, tables, leave, gate files, export."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.files import queries as files
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.learning import passages, permissions, sheets
from yanxiu.learning.actions import convening, exporting, gates, leaving
from yanxiu.learning.models import GateImport, GateState, LeaveRequest, LeaveState
from yanxiu.learning.queries import attending as queries
from yanxiu.learning.session_forms import SessionForm, TableForm
from yanxiu.orgs.models import Kind, Org
from yanxiu.orgs.permissions import units_with
from yanxiu.programmes.models import Programme

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NEEDS = (("date",), ("starts",), ("ends",), ("place",), ("title",))


@require_http_methods(["GET", "POST"])
@requires(permissions.FIX)
def fix_session(request: SignedInRequest) -> HttpResponse:
    """Fix one session."""
    units, programmes = _where(request)
    form = SessionForm(request.POST or None, programmes=programmes, units=units)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            one = convening.fix_session(
                programme=form.programmes[given["programme"]], unit=form.units[given["unit"]], facts=form.facts, by=request.actor, at=now()
            )
        except DomainError as error:
            if error.field in ("starts_at", "ends_at"):
                error.field = "on" if error.field == "starts_at" else "ends"
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("learning:session", args=[one.pk]), note="已安排，参训教师在集中学习里看得到")
    return htmx.page(request, "learning/fix_session.html", {"form": form, "programmes": programmes}, status=status)


@require_http_methods(["GET", "POST"])
@requires(permissions.FIX)
def fix_sessions(request: SignedInRequest) -> HttpResponse:
    """Fix many sessions from a table; one wrong row and none is fixed."""
    units, programmes = _where(request)
    form = TableForm(request.POST or None, request.FILES or None, programmes=programmes, units=units)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            fixed = _fix_table(request, form.programmes[given["programme"]], form.units[given["unit"]], given["file"])
        except DomainError as error:
            error.field = "file"
            status = explain(form, error)
        else:
            note = f"安排了 {fixed} 场集中学习" if fixed else "表里的场次都已经安排过"
            return htmx.redirect(request, reverse("learning:sessions"), note=note)
    return htmx.page(request, "learning/fix_sessions.html", {"form": form, "programmes": programmes}, status=status)


@require_GET
@requires(permissions.FIX)
def sessions_template(request: SignedInRequest) -> HttpResponse:  # noqa: ARG001 - views are called alike
    """Hand out the empty table of sessions."""
    return _download(sheets.empty(), "集中学习安排模板.xlsx")


@require_POST
@requires(permissions.FIX)
def call_off(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Call a session off."""
    one = get_object_or_404(permissions.fixed_sessions(request.actor).select_related("unit"), pk=session_id)
    convening.call_off(session=one, reason=request.POST.get("reason", ""), by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:sessions"), note=f"{one.title}已取消")


@require_GET
@requires(permissions.FIX)
def leaves(request: SignedInRequest) -> HttpResponse:
    """List applications for leave."""
    state = request.GET.get("state", LeaveState.APPLIED)
    state = state if state in LeaveState.values else LeaveState.APPLIED
    found = queries.leaves(permissions.fixed_sessions(request.actor), state=state)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    context = {
        "page": page,
        "state": state,
        "tabs": [Tab(label=str(label), url=f"?state={key}", current=key == state) for key, label in LeaveState.choices],
        "more": f"?state={state}&page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "learning/leaves.html", context)


@require_POST
@requires(permissions.FIX)
def grant_leave(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Grant leave."""
    one = _leave(request, request_id)
    leaving.grant_leave(request=one, opinion=request.POST.get("opinion", ""), by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:leaves"), note=f"准了{one.attendance.enrolment.person.name}的假")


@require_POST
@requires(permissions.FIX)
def refuse_leave(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Refuse leave, saying why."""
    one = _leave(request, request_id)
    leaving.refuse_leave(request=one, opinion=request.POST.get("opinion", ""), by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:leaves"), note=f"没有准{one.attendance.enrolment.person.name}的假")


@require_GET
@requires(permissions.FIX)
def leave_proof(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Go to the stored proof on the second origin."""
    one = _leave(request, request_id)
    if one.proof is None:
        raise Invalid("这份请假没有附证明。")
    return htmx.redirect(request, files.link(one.proof, person_id=request.person_id, at=now()))


@require_http_methods(["GET", "POST"])
@requires(permissions.FIX)
def preview_gate(request: SignedInRequest) -> HttpResponse:
    """Bring a file of a gate or attendance machine; the answer is a preview."""
    units, programmes = _where(request)
    form = TableForm(request.POST or None, request.FILES or None, programmes=programmes, units=units)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            gate = gates.preview_gate(
                content=given["file"].read(passages.MOST_BYTES + 1), file_name=given["file"].name,
                programme=form.programmes[given["programme"]], unit=form.units[given["unit"]], by=request.actor, at=now(),
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("learning:gate", args=[gate.pk]))
    context = {"form": form, "programmes": programmes, "recent": list(queries.gates(request.actor)[:10])}
    return htmx.page(request, "learning/preview_gate.html", context, status=status)


@require_GET
@requires(permissions.FIX)
def gate(request: SignedInRequest, gate_id: int) -> HttpResponse:
    """Show what becomes of a gate file."""
    one = _gate(request, gate_id)
    accepted, refused, people = queries.gate_counts(one)
    page = paging.page_of(queries.problems_of(one), number=paging.number_from(request.GET.get("page")), size=50)
    context = {
        "gate": one,
        "accepted": accepted,
        "refused": refused,
        "people": people,
        "problems": [(row, one.columns.get(row.field, "")) for row in page.rows],
        "is_open": one.state == GateState.PREVIEWED,
        "more": f"?page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "learning/gate.html", context)


@require_POST
@requires(permissions.FIX)
def apply_gate(request: SignedInRequest, gate_id: int) -> HttpResponse:
    """Import the accepted passages."""
    one = _gate(request, gate_id)
    new = gates.apply_gate(gate=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:gate", args=[one.pk]), note=f"导入了 {new} 条" if new else "没有新的记录要导入")


@require_POST
@requires(permissions.FIX)
def undo_gate(request: SignedInRequest, gate_id: int) -> HttpResponse:
    """Take an import back."""
    one = _gate(request, gate_id)
    struck = gates.undo_gate(gate=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:gate", args=[one.pk]), note=f"撤回了 {struck} 条")


@require_POST
@requires(permissions.FIX)
def export_attendance(request: SignedInRequest) -> HttpResponse:
    """Hand out the attendance of the scope as a sheet."""
    content = exporting.export_attendance(sessions=permissions.fixed_sessions(request.actor), by=request.actor, at=now())
    return _download(content, "集中学习考勤.xlsx")


def _where(request: SignedInRequest) -> tuple[list[Org], list[Programme]]:
    """Return the schools and points one fixes for (an office: at most 200), and the programmes with study days. Cost: 2 queries."""
    found = units_with(request.actor, permissions.FIX).filter(kind__in=[Kind.SCHOOL, Kind.INSTITUTION, Kind.POINT])
    units = list(found.order_by("path", "pk")[:200])
    return units, queries.programmes_with_days(units[0]) if units else []


def _fix_table(request: SignedInRequest, programme: Programme, unit: Org, file: object) -> int:
    content = file.read(passages.MOST_BYTES + 1)  # type: ignore[attr-defined]  # an uploaded file
    table = passages.read(content, file_name=str(getattr(file, "name", "")), words=passages.SESSIONS, needs=_NEEDS)
    many = [_facts(number, cells, table.columns) for number, cells in table.rows]
    if not many:
        raise Invalid("表头下面一场也没有，请核对文件。", field="file")
    try:
        return convening.fix_sessions(programme=programme, unit=unit, many=many, by=request.actor, at=now())
    except Invalid as error:
        place, _, field = (error.field or "0.").partition(".")
        column = {"starts_at": "date", "ends_at": "ends"}.get(field, field)
        cell = f"{table.columns.get(column, '')}{table.rows[int(place)][0]}"
        raise Invalid(f"{cell}：{error.message}一场也没有安排，改好再传。", field="file") from error


def _facts(number: int, cells: dict[str, str], columns: dict[str, str]) -> convening.SessionFacts:
    def at(field: str) -> datetime:
        found = passages.moment(cells.get("date", ""), cells.get(field, "?"))
        if found is None:
            shown = columns["date"] if passages.moment(cells.get("date", "")) is None else columns[field]
            raise Invalid(f"{shown}{number}：日期写成 2026-07-23，时间写成 08:30。一场也没有安排，改好再传。", field="file")
        return found

    try:
        hours = Decimal(cells.get("hours", "2"))
    except InvalidOperation as error:
        raise Invalid(f"{columns['hours']}{number}：学时要写成数字，如 2 或 1.5。一场也没有安排，改好再传。", field="file") from error
    return convening.SessionFacts(
        title=cells.get("title", ""), place=cells.get("place", ""), starts_at=at("starts"), ends_at=at("ends"), hours=hours,
        stage=cells.get("stage", ""), subject=cells.get("subject", ""),
    )  # fmt: skip


def _leave(request: SignedInRequest, request_id: int) -> LeaveRequest:
    found = LeaveRequest.objects.filter(attendance__session__in=permissions.fixed_sessions(request.actor))
    return get_object_or_404(found.select_related("attendance__session__unit", "attendance__enrolment__person", "proof"), pk=request_id)


def _gate(request: SignedInRequest, gate_id: int) -> GateImport:
    return get_object_or_404(queries.gates(request.actor), pk=gate_id)


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
