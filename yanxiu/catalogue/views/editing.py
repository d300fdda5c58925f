"""Writing a draft: the outline at the left, one form at a time; modules."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.catalogue import actions, lint, permissions, queries
from yanxiu.catalogue.forms import ModuleForm
from yanxiu.catalogue.models import Course, CourseState, Module, RemovedStep, StepKind
from yanxiu.catalogue.views.courses import course_url, editor_url, visible
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import whole_number


@dataclass(frozen=True, kw_only=True)
class KindTile:
    """A kind of step to add: where its form is, and what it is for."""

    label: str
    icon: str
    url: str
    hint: str


@require_GET
@requires(permissions.DRAFT)
def edit_course(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Show a draft with its outline, what is missing and what can be added; a course that is no draft shows its page."""
    course = visible(request, course_id)
    permissions.check_can_correct(request.actor, course)
    if course.state != CourseState.DRAFT:
        return htmx.redirect(request, course_url(course_id))
    outline = queries.outline(course, with_content=True, with_removed=True)
    excepted = queries.exceptions(course)
    findings = lint.problems(course, outline.steps, modules=outline.modules, excepted=excepted)
    last = next(iter(queries.rounds(course)), None)
    context = {
        **frame(course, outline),
        "findings": findings,
        "blocking": sum(finding.blocks for finding in findings),
        "excepted": list(excepted.values()),
        "tiles": tiles(course, module_id=_number(request.GET.get("module"))),
        "returned": last if last and last.review.decision == "returned" else None,
        "may_except": request.actor.may(permissions.PUBLISH, path=course.owner.path),
    }
    return htmx.page(request, "catalogue/editor.html", context)


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def add_module(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Append a module to a draft."""
    course = visible(request, course_id)
    permissions.check_can_correct(request.actor, course)
    form = ModuleForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_module(course=course, facts=form.facts(), by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, editor_url(course_id), note=_("模块已添加"))
    return _module_page(request, course, form, None, status)


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def correct_module(request: SignedInRequest, module_id: int) -> HttpResponse:
    """Change what a module of a draft says."""
    module = _module(request, module_id)
    form = ModuleForm(request.POST or None, initial=ModuleForm.of(module))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_module(module=module, facts=form.facts(), by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, editor_url(module.course_id), note=_("模块已存"))
    return _module_page(request, module.course, form, module, status)


@require_POST
@requires(permissions.DRAFT)
def move_module(request: SignedInRequest, module_id: int) -> HttpResponse:
    """Move a module with its steps to a place."""
    module = _module(request, module_id)
    actions.move_module(module=module, to=_number(request.POST.get("to")), by=request.actor, at=now())
    return htmx.redirect(request, editor_url(module.course_id), note=_("模块已移动，环节跟着走"))


@require_POST
@requires(permissions.DRAFT)
def remove_module(request: SignedInRequest, module_id: int) -> HttpResponse:
    """Dissolve a module; its steps stay."""
    module = _module(request, module_id)
    actions.remove_module(module=module, by=request.actor, at=now())
    note = _("模块“%(title)s”已撤，环节都还在") % {"title": module.title}
    return htmx.redirect(request, editor_url(module.course_id), note=note)


@require_POST
@requires(permissions.DRAFT)
def put_back(request: SignedInRequest, removed_id: int) -> HttpResponse:
    """Put a removed step back."""
    removed = get_object_or_404(
        RemovedStep.objects.select_related("course__owner").filter(course__in=permissions.visible_courses(request.actor)), pk=removed_id
    )
    actions.put_back(removed=removed, by=request.actor, at=now())
    return htmx.redirect(request, editor_url(removed.course_id), note=_("“%(title)s”已放回原处") % {"title": removed.title})


def frame(course: Course, outline: queries.Outline | None = None, *, step_id: int = 0, module_id: int = 0) -> dict[str, object]:
    """Return what every page of the editor needs: the outline and what is open in it. Cost: 3 queries without an outline."""
    shown = outline or queries.outline(course, with_removed=True)
    return {
        "course": course,
        "outline": shown,
        "open_step": step_id,
        "open_module": module_id,
        "count": len(shown.steps),
        "seconds": sum(step.seconds for step in shown.steps),
    }


def tiles(course: Course, *, module_id: int = 0) -> list[KindTile]:
    """Return the kinds of steps that can be added here."""
    hints = {
        StepKind.VIDEO: _("可在片中提问"), StepKind.AUDIO: _("路上也能听"), StepKind.TEXT: _("写或粘贴一篇"),
        StepKind.DOCUMENT: _("PDF、Word、PPT"), StepKind.IMAGES: _("每张配一句说明"), StepKind.QUESTION: _("答对为止"),
        StepKind.TEST: _("一门课一次"), StepKind.HOMEWORK: _("可批阅、可互评"), StepKind.DISCUSSION: _("说满次数字数"),
        StepKind.CASE: _("观一节课例"), StepKind.PACKAGE: _("SCORM、H5P"), StepKind.LINK: _("外面的一页"),
        StepKind.OFFLINE: _("做了再报告"),
    }  # fmt: skip
    query = f"?module={module_id}" if module_id else ""
    made = [(kind, _form_of(course, kind)) for kind in StepKind]
    return [KindTile(label=kind.label, icon=kind.icon, url=url + query, hint=hints[kind]) for kind, url in made if url]


def _form_of(course: Course, kind: StepKind) -> str:
    """Packages have a form of their own; every other kind is added by the common one."""
    if kind != StepKind.PACKAGE:
        return reverse("catalogue:add_step", args=[course.pk, kind.value])
    try:
        return reverse("catalogue:add_package", args=[course.pk])
    except NoReverseMatch:
        return ""


def _module(request: SignedInRequest, module_id: int) -> Module:
    found = Module.objects.select_related("course__owner").filter(course__in=permissions.visible_courses(request.actor))
    module = get_object_or_404(found, pk=module_id)
    permissions.check_can_correct(request.actor, module.course)
    return module


def _module_page(request: SignedInRequest, course: Course, form: ModuleForm, module: Module | None, status: int) -> HttpResponse:
    context = {**frame(course, module_id=module.pk if module else 0), "form": form, "module": module}
    return htmx.page(request, "catalogue/module_form.html", context, status=status)


def _number(raw: str | None) -> int:
    return whole_number(raw, digits=11) or 0
