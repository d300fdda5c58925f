"""Pages of questions that come from a file: upload, look at what was understood, say yes, take it back."""

from datetime import datetime
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import bringing, tasks
from yanxiu.assessment.actions import bringing as actions
from yanxiu.assessment.bringing_forms import BringForm
from yanxiu.assessment.exchange import sheet_writing
from yanxiu.assessment.exchange.shape import FORMATS
from yanxiu.assessment.exchange_permissions import visible_question_imports
from yanxiu.assessment.models import QuestionImport, QuestionImportState
from yanxiu.assessment.queries import bank
from yanxiu.assessment.queries import bringing as queries
from yanxiu.assessment.views.owners import owner_in, units_of
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import whole_numbers

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@requires(permissions.WRITE_QUESTIONS)
def import_questions(request: SignedInRequest) -> HttpResponse:
    """Take a question file and show what was understood."""
    units = units_of(request)
    is_sent = request.method == "POST"
    points = _points(request)
    form = BringForm(request.POST, request.FILES, points=points) if is_sent else BringForm(points=points)
    status = 422 if is_sent else 200
    if is_sent and form.is_valid():
        try:
            brought = _prepared(request, form, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            if bringing.read_plan(brought.plan).bundle:
                tasks.ask_to_read(brought.pk)
            return htmx.redirect(request, _url(brought))
    context = {"form": form, "units": units, "recent": queries.recent_imports(visible_question_imports(request.actor))}
    return htmx.page(request, "assessment/exchange_import.html", context, status=status)


@require_GET
@requires(permissions.WRITE_QUESTIONS)
def question_template(request: SignedInRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Hand out the Excel template."""
    return _sheet(sheet_writing.template(), _("题目导入模板.xlsx"))


@require_http_methods(["GET", "POST"])
@requires(permissions.WRITE_QUESTIONS)
def question_import(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Show what was understood of a file; with POST keep the choice of this page, and take all that is chosen when asked to."""
    brought, at = _import(request, import_id), now()
    if request.GET.get("part") == "job":
        return _job(request, brought)
    number = paging.number_from(request.GET.get("page"))
    if request.method == "POST":
        shown = _numbers(request, "shown")
        actions.choose_questions(brought=brought, shown=shown, wanted=_numbers(request, "wanted"), by=request.actor, at=at)
        if request.POST.get("do") == "take":
            done = actions.take_questions(brought=brought, by=request.actor, at=at)
            return htmx.redirect(request, _url(brought), note=_("%(n)s 道题进了题库，都是草稿") % {"n": len(done.made)})
        to = paging.number_from(request.POST.get("to"))
        return htmx.redirect(request, f"{_url(brought)}?page={to}", note=_("这一页的勾选已记下"))
    return _page(request, brought, number, at=at)


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def undo_question_import(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Take the questions of an import out of the bank again."""
    brought = _import(request, import_id)
    count = actions.undo_import(brought=brought, by=request.actor, at=now())
    return htmx.redirect(request, _url(brought), note=_("已撤回 %(n)s 道题") % {"n": count})


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def give_up_question_import(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Forget an import that waits."""
    actions.give_up_questions(brought=_import(request, import_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("assessment:import_questions"), note=_("已放弃，题库没有变"))


@require_GET
@requires(permissions.WRITE_QUESTIONS)
def refused_questions(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Hand out what was refused as a filled template, to be mended and brought again."""
    brought = _import(request, import_id)
    refused = bringing.read_plan(brought.plan).reading.refused
    return _sheet(sheet_writing.refused(refused), _("没有收的题.xlsx"))


def _prepared(request: SignedInRequest, form: BringForm, *, at: datetime) -> QuestionImport:
    given = form.cleaned_data
    point = get_object_or_404(permissions.visible_points(request.actor), pk=int(given["point"])) if given["point"] else None
    facts = actions.ImportFacts(point=point, stage=given["stage"], subject=given["subject"])
    return actions.prepare_questions(sent=given["file"], owner=owner_in(request), facts=facts, by=request.actor, at=at)


def _points(request: SignedInRequest) -> list[tuple[int, str]]:
    tree = bank.point_tree(permissions.visible_points(request.actor))
    return [(point.pk, tree.path(point.pk)) for _depth, point in tree.walk()]


def _page(request: SignedInRequest, brought: QuestionImport, number: int, *, at: datetime) -> HttpResponse:
    plan = bringing.read_plan(brought.plan)
    context = {
        "brought": brought,
        "plan": plan,
        "format": FORMATS.get(plan.reading.format, ""),
        "ends_at": brought.created_at + actions.WAITS,
    }
    if plan.bundle and brought.state == QuestionImportState.WAITING:
        return htmx.page(request, "assessment/exchange_reading.html", context)
    context["preview"] = queries.preview(brought, plan, number=number, person_id=request.person_id, at=at)
    context["waits"] = brought.state == QuestionImportState.WAITING
    return htmx.page(request, "assessment/exchange_preview.html", context)


def _job(request: SignedInRequest, brought: QuestionImport) -> HttpResponse:
    """Answer the question whether the reading is over; when it is, with the page anew."""
    if not bringing.read_plan(brought.plan).bundle or brought.state != QuestionImportState.WAITING:
        return htmx.redirect(request, _url(brought))
    return render(request, "assessment/exchange_reading.html#job", {"brought": brought})


def _import(request: SignedInRequest, import_id: int) -> QuestionImport:
    return get_object_or_404(visible_question_imports(request.actor).select_related("owner", "point"), pk=import_id)


def _numbers(request: SignedInRequest, name: str) -> list[int]:
    return whole_numbers(request.POST.getlist(name)[:100], digits=5)


def _url(brought: QuestionImport) -> str:
    return reverse("assessment:question_import", args=[brought.pk])


def _sheet(data: bytes, name: str) -> HttpResponse:
    return download(data, name, SHEET)


def download(data: bytes, name: str, media_type: str) -> HttpResponse:
    """Return bytes as a file to be saved under a name."""
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response
