"""Pages of courses that come from files and leave as a file: upload, look at what was understood, say yes."""

from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.catalogue import actions, permissions, tasks, transport
from yanxiu.catalogue.actions.importing import is_over, waits_until
from yanxiu.catalogue.forms import CourseForm
from yanxiu.catalogue.forms.importing import CourseFileForm, FilesForm
from yanxiu.catalogue.models import CourseImport, ImportState
from yanxiu.catalogue.queries import importing as queries
from yanxiu.catalogue.transport.shape import SUFFIX
from yanxiu.catalogue.views.courses import chosen_unit, drafting_units, editor_url, visible
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
@requires(permissions.DRAFT)
def export_course(request: SignedInRequest, course_id: int) -> HttpResponseBase:
    """Hand out a course as one file, streamed."""
    course = visible(request, course_id)
    content = actions.export_course(course=course, by=request.actor, at=now())
    response = StreamingHttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(course.title[:80] + SUFFIX, safe='')}"
    return response


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def prepare_files(request: SignedInRequest) -> HttpResponse:
    """Take several files, to show what course they would make once they were read."""
    units = drafting_units(request)
    is_sent = request.method == "POST"
    form = FilesForm(request.POST, request.FILES) if is_sent else FilesForm()
    status = 422 if is_sent else 200
    if is_sent and form.is_valid():
        try:
            owner = chosen_unit(request, units)
            brought = actions.prepare_files(sent=form.sent(), owner=owner, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            tasks.ask_to_read(brought)
            return htmx.redirect(request, _url(brought))
    context = {"form": form, "units": units, "recent": queries.recent_imports(permissions.visible_imports(request.actor))}
    return htmx.page(request, "catalogue/import_files.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def prepare_course(request: SignedInRequest) -> HttpResponse:
    """Take a course file and show what course it would make."""
    units = drafting_units(request)
    is_sent = request.method == "POST"
    form = CourseFileForm(request.POST, request.FILES) if is_sent else CourseFileForm()
    status = 422 if is_sent else 200
    if is_sent and form.is_valid():
        try:
            owner = chosen_unit(request, units)
            brought = actions.prepare_course(sent=form.cleaned_data["bundle"], owner=owner, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            tasks.ask_to_read(brought)
            return htmx.redirect(request, _url(brought))
    context = {"form": form, "units": units, "recent": queries.recent_imports(permissions.visible_imports(request.actor))}
    return htmx.page(request, "catalogue/import_course_file.html", context, status=status)


@require_GET
@requires(permissions.DRAFT)
def outline_template(request: SignedInRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Hand out an outline to write over."""
    response = HttpResponse(transport.empty_outline(), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_('课程提纲'))}.xlsx"
    return response


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def import_course(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Show what would be made of an import, and make it."""
    brought = _import(request, import_id)
    plan = queries.plan_of(brought)
    if request.GET.get("part") == "job":
        return _job(request, brought, plan)
    form = CourseForm(request.POST or None, initial=_initial(plan))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            course = actions.import_course(brought=brought, facts=form.facts(), by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            note = _("已建成草稿，%(n)s 个环节") % {"n": len(plan.steps)}
            return htmx.redirect(request, editor_url(course.pk), note=note)
    return _page(request, brought, form, FilesForm(auto_id="more_%s"), status)


@require_POST
@requires(permissions.DRAFT)
def add_files(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Add files to an import that waits."""
    brought = _import(request, import_id)
    form = FilesForm(request.POST, request.FILES, auto_id="more_%s")
    status = 422
    if form.is_valid():
        try:
            brought = actions.add_files(brought=brought, sent=form.sent(), by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            tasks.ask_to_read(brought)
            return htmx.redirect(request, _url(brought), note=_("已收到，查完按新的文件重排"))
    return _page(request, brought, CourseForm(initial=_initial(queries.plan_of(brought))), form, status)


@require_POST
@requires(permissions.DRAFT)
def give_up_import(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Forget an import that waits."""
    actions.give_up_import(brought=_import(request, import_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("catalogue:prepare_files"), note=_("已放弃，传上来的文件已删除"))


def _job(request: SignedInRequest, brought: CourseImport, plan: transport.Plan) -> HttpResponse:
    """Answer the question how far the reading is; when it is over, with the page anew."""
    if not plan.is_being_read or brought.state != ImportState.WAITING:
        return htmx.redirect(request, _url(brought))
    return render(request, "catalogue/import_reading.html#job", {"brought": brought, "plan": plan})


def _import(request: SignedInRequest, import_id: int) -> CourseImport:
    return get_object_or_404(permissions.visible_imports(request.actor).select_related("owner", "course"), pk=import_id)


def _page(request: SignedInRequest, brought: CourseImport, form: CourseForm, more: FilesForm, status: int) -> HttpResponse:
    plan = queries.plan_of(brought)
    if plan.is_being_read and brought.state == ImportState.WAITING and not is_over(brought, at=now()):
        return htmx.page(request, "catalogue/import_reading.html", {"brought": brought, "plan": plan}, status=status)
    parts = queries.planned_parts(plan)
    context = {
        "brought": brought,
        "plan": plan,
        "parts": parts,
        "count": len(plan.steps),
        "form": form,
        "more": more,
        "is_over": is_over(brought, at=now()),
        "ends_at": waits_until(brought),
        "waits": brought.state == ImportState.WAITING,
        "may_add": plan.origin == "files",
    }
    return htmx.page(request, "catalogue/import.html", context, status=status)


def _initial(plan: transport.Plan) -> dict[str, object]:
    facts = {name: getattr(plan.facts, name) for name in CourseForm.base_fields}
    return facts | {"hours": plan.facts.hours or None}


def _url(brought: CourseImport) -> str:
    return reverse("catalogue:import_course", args=[brought.pk])
