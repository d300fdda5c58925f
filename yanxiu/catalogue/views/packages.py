"""Pages of course packages: upload one, see what was understood, try it, put it into the course."""

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.catalogue import actions, content, permissions
from yanxiu.catalogue.forms.packages import PackageForm, PlaceForm
from yanxiu.catalogue.models import Course, Module, Package, Step, StepKind
from yanxiu.catalogue.queries import packages as queries
from yanxiu.catalogue.views import editing
from yanxiu.catalogue.views.courses import editor_url, visible
from yanxiu.files import packages as folders
from yanxiu.files import queries as files
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Fact
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires

MIB = 1024 * 1024
SHOWN = 20


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def add_package(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Take a package in for a draft; `?step=` names the step whose package it replaces, `?module=` the module it goes to."""
    course = visible(request, course_id)
    permissions.check_can_correct(request.actor, course)
    step = _step(request, course)
    form = PackageForm(request.POST or None, request.FILES or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.import_package(course=course, sent=form.cleaned_data["package"], by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, _package_url(request, course, made), note=_("课件已读懂，看一看再放进课程"))
    context = {**editing.frame(course, step_id=step.pk if step else 0), "form": form, "step": step}
    return htmx.page(request, "catalogue/package_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def package(request: SignedInRequest, course_id: int, package_id: int) -> HttpResponse:
    """Show what was understood of a package, let it be tried, and put it into the course."""
    course = visible(request, course_id)
    permissions.check_can_correct(request.actor, course)
    shown = get_object_or_404(permissions.visible_packages(request.actor).select_related("file"), pk=package_id)
    step = _step(request, course)
    form = PlaceForm(request.POST or None, initial=_initial(shown, step))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            placed = actions.place_package(
                course=course, package=shown, title=form.cleaned_data["title"], rule=form.rule(shown.pk), step=step,
                module=_module(request, course), by=request.actor, at=now(),
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, editor_url(course.pk), note=_("第 %(number)s 个环节已存") % {"number": placed.number})
    return _page(request, course, shown, form, step, status)


@require_POST
@requires(permissions.DRAFT)
def try_package(request: SignedInRequest, course_id: int, package_id: int) -> HttpResponse:
    """Give the player what it needs to try a package; nothing is kept. JSON."""
    course = visible(request, course_id)
    permissions.check_can_correct(request.actor, course)
    tried = get_object_or_404(permissions.visible_packages(request.actor), pk=package_id)
    manifest = queries.manifest_of(tried)
    facts = {
        "base": folders.link(tried.storage_name, person_id=request.person_id, at=now()),
        "edition": manifest.edition,
        "units": queries.units(manifest),
        "tree": queries.tree(manifest) if manifest.is_sequenced else None,
        "token": "", "launch": 0, "sequencing": "", "position": "",
    }  # fmt: skip
    return JsonResponse(facts, json_dumps_params={"ensure_ascii": False})


@require_GET
@requires(permissions.DRAFT)
def download_package(request: SignedInRequest, package_id: int) -> HttpResponse:
    """Give the original file of a package."""
    found = get_object_or_404(permissions.visible_packages(request.actor).select_related("file"), pk=package_id)
    return HttpResponseRedirect(files.link(found.file, person_id=request.person_id, at=now(), download=True))


def _page(request: SignedInRequest, course: Course, shown: Package, form: PlaceForm, step: Step | None, status: int) -> HttpResponse:
    manifest = queries.manifest_of(shown)
    number = paging.number_from(request.GET.get("page"))
    found = queries.files_of(shown)
    context = {
        **editing.frame(course, step_id=step.pk if step else 0),
        "package": shown,
        "facts": _facts(shown, len(manifest.scos)),
        "lines": queries.contents(manifest),
        "units": len(manifest.scos),
        "is_one": len(manifest.scos) == 1,
        "is_web": shown.edition == "web",
        "files": found[: number * SHOWN],
        "more_url": _more_url(request, number + 1) if len(found) > number * SHOWN else "",
        "add_query": _query(request),
        "form": form,
        "step": step,
    }
    return htmx.page(request, "catalogue/package.html", context, status=status)


def _facts(shown: Package, units: int) -> list[Fact]:
    return [
        Fact(label=_("标准"), value=shown.get_edition_display()),
        Fact(label=_("单元"), value=_("%(n)s 个") % {"n": units}),
        Fact(label=_("文件"), value=_("%(n)s 个，%(size)s MB") % {"n": shown.file_count, "size": f"{shown.size_bytes / MIB:.1f}"}),
        Fact(label=_("文件名编码"), value=queries.encoding_words(shown)),
        Fact(label=_("原文件"), value=shown.file.name),
    ]


def _initial(shown: Package, step: Step | None) -> dict[str, object]:
    if step is not None:
        return PlaceForm.of(step.title, content.read(step.content, content.Package))
    return {"title": shown.title[:120], "counts": "opened" if shown.edition == "web" else "completed"}


def _step(request: SignedInRequest, course: Course) -> Step | None:
    raw = request.GET.get("step", "")
    steps = Step.objects.select_related("course__owner").filter(course_id=course.pk, kind=StepKind.PACKAGE)
    return get_object_or_404(steps, pk=int(raw)) if raw.isascii() and raw.isdecimal() and len(raw) < 19 else None


def _module(request: SignedInRequest, course: Course) -> Module | None:
    raw = request.GET.get("module", "")
    return Module.objects.filter(course_id=course.pk, pk=int(raw)).first() if raw.isascii() and raw.isdecimal() and len(raw) < 19 else None


def _package_url(request: SignedInRequest, course: Course, made: Package) -> str:
    return reverse("catalogue:package", args=[course.pk, made.pk]) + _query(request)


def _query(request: SignedInRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return f"?{kept.urlencode()}" if kept else ""


def _more_url(request: SignedInRequest, number: int) -> str:
    kept = request.GET.copy()
    kept["page"] = str(number)
    return f"?{kept.urlencode()}"
