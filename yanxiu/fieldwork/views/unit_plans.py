"""Plans of schools and groups: the list, a new one, how everybody gets on, the table of it."""

from datetime import datetime
from urllib.parse import quote, urlencode

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.fieldwork import actions, permissions, queries
from yanxiu.fieldwork.models import PlanItem, PlanLevel, PlanState, StudyPlan
from yanxiu.fieldwork.plan_forms import UnitPlanForm
from yanxiu.fieldwork.views.loading import found_plan, school_tabs
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Programme, ProgrammeState

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = (("", "全部"), ("without", "还没订的"), ("late", "有逾期的"), ("done", "都做完的"))
_ORDERS = (("progress", "做得少的在前"), ("name", "按姓名"), ("met", "上级计划做得多的在前"))


@require_GET
@requires(Permission.FIELDWORK_VIEW)
def unit_plans(request: SignedInRequest) -> HttpResponse:
    """List the plans of schools and groups in the scope."""
    return _list(request, None)


@require_POST
@requires(Permission.FIELDWORK_PLAN, Permission.FIELDWORK_PLAN_GROUP)
def begin_unit_plan(request: SignedInRequest) -> HttpResponse:
    """Begin the plan of a school or group."""
    form = _form(request, request.POST)
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            plan = actions.draft_unit_plan(
                programme=form.programmes[given["programme"]], unit=form.units[given["unit"]], level=PlanLevel(given["level"]),
                group=given["group"], stage=given["stage"], subject=given["subject"], by=request.actor, at=now(),
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("fieldwork:plan", args=[plan.pk]))
    return _list(request, form, status=status)


@require_GET
@requires(Permission.FIELDWORK_VIEW)
def plan_people(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """Show how everybody below a plan gets on."""
    plan, at = found_plan(request, plan_id), now()
    permissions.check_can_follow_up(request.actor, plan)
    show, order = request.GET.get("show", ""), request.GET.get("order", "progress")
    found = queries.everybody(plan, at=at, wanted=show, order=order, number=paging.number_from(request.GET.get("page")))
    context = {
        "plan": plan,
        "found": found,
        "counted": PlanItem.objects.filter(plan=plan).exclude(kind="other").count(),
        "filters": [_filter("看", "show", _SHOWN, show, order=order), _filter("顺序", "order", _ORDERS, order, show=show)],
        "more": "?" + urlencode({"show": show, "order": order, "page": found.number + 1}) if found.has_more else "",
        "show": show,
    }
    return htmx.page(request, "fieldwork/plan_people.html", context)


@require_GET
@requires(Permission.FIELDWORK_VIEW)
def export_plan(request: SignedInRequest, plan_id: int) -> HttpResponseBase:
    """Hand out the list of everybody as a workbook."""
    plan, at = found_plan(request, plan_id), now()
    actions.export_plan(plan=plan, by=request.actor, at=at)
    headings = [
        ("姓名", 14),
        ("学段", 8),
        ("学科", 12),
        ("个人计划", 12),
        *((word, 12) for word in ("事项", "做完", "逾期", "承接上级", "上级做到")),
    ]
    rows = (_row(one) for one in queries.lines_of(plan, at=at))
    response = FileResponse(sheets.workbook("研修计划进度", headings, rows), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_file(plan, at))}"
    return response


def _list(request: SignedInRequest, form: UnitPlanForm | None, *, status: int = 200) -> HttpResponse:
    words = request.GET.get("q", "")[:60]
    found = queries.shared_plans(permissions.visible_plans(request.actor), words=words.strip())
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    writes = request.actor.may(permissions.PLAN) or request.actor.may(permissions.PLAN_GROUP)
    context = {
        "page": page,
        "tabs": school_tabs("unit_plans"),
        "words": words,
        "form": form or (_form(request) if writes else None),
        "has_school_plan": any(one.level == PlanLevel.SCHOOL and one.state == PlanState.PUBLISHED for one in page.rows),
        "drafts": sum(one.state == PlanState.DRAFT for one in page.rows),
        "more": "?" + urlencode({"q": words, "page": page.following}) if page.has_more else "",
    }
    return htmx.page(request, "fieldwork/unit_plans.html", context, status=status)


def _form(request: SignedInRequest, data: object = None) -> UnitPlanForm:
    paths = [*request.actor.paths(permissions.PLAN), *request.actor.paths(permissions.PLAN_GROUP)]
    ids = {int(path.strip("/").rpartition("/")[2]) for path in paths if path.strip("/")}
    units = list(Org.objects.filter(pk__in=ids).order_by("pk"))
    above = {int(part) for path in paths for part in path.strip("/").split("/") if part}
    running = Programme.objects.filter(state=ProgrammeState.RUNNING, owner_id__in=above).order_by("-created_at", "-pk")[:20]
    return UnitPlanForm(data, programmes=running, units=units, is_group_only=not request.actor.may(permissions.PLAN))


def _filter(label: str, name: str, options: tuple[tuple[str, str], ...], current: str, **others: str) -> Filter:
    shown = next((words for value, words in options if value == current), options[0][1])
    return Filter(
        label=label,
        value=shown,
        options=[Option(label=words, url="?" + urlencode({name: value, **others}), current=value == current) for value, words in options],
    )


def _row(one: queries.Line) -> list[sheets.Cell]:
    return [one.name, one.stage, one.subject, _state(one), one.items, one.done, one.late, one.covered, one.met]


def _state(line: queries.Line) -> str:
    return f"第 {line.version} 版" if line.state not in ("", PlanState.DRAFT) else "在写" if line.state else "未订"


def _file(plan: StudyPlan, at: datetime) -> str:
    return f"{plan.title}-{at:%Y%m%d}.xlsx"
