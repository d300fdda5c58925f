"""Pages of steps: write one, move it, remove it, and see it as a learner will."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.catalogue import actions, permissions, queries
from yanxiu.catalogue.forms import STEP_FORMS, FilmForm, StepForm
from yanxiu.catalogue.models import Course, Step, StepKind
from yanxiu.catalogue.views import uploads
from yanxiu.catalogue.views.courses import course_url
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def add_step(request: SignedInRequest, course_id: int, kind: str) -> HttpResponse:
    """Append a step of one kind to a draft."""
    course = get_object_or_404(permissions.visible_courses(request.actor).select_related("owner"), pk=course_id)
    permissions.check_can_correct(request.actor, course)
    if kind not in STEP_FORMS:
        raise NotFound(_("没有这种环节，请从课程页上选一种添加。"))
    form = STEP_FORMS[kind](request.POST or None, request.FILES or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            content = _content(request, form, present=None)
            step = actions.add_step(course=course, title=form.cleaned_data["title"], content=content, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            note = _("第 %(number)s 个环节已存") % {"number": step.number}
            return htmx.redirect(request, course_url(course_id), note=note)
    return _form_page(request, course, form, kind, None, status)


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def replace_step(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Write a step of a draft anew."""
    step = _own_step(request, step_id)
    kind = str(step.kind)
    form = STEP_FORMS[kind](request.POST or None, request.FILES or None, initial=STEP_FORMS[kind].of(step))
    if isinstance(form, FilmForm):
        form.fields["film"].required = False
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            content = _content(request, form, present=step)
            actions.replace_step(step=step, title=form.cleaned_data["title"], content=content, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, course_url(step.course_id), note=_("第 %(number)s 个环节已存") % {"number": step.number})
    return _form_page(request, step.course, form, kind, step, status)


@require_POST
@requires(permissions.DRAFT)
def move_step(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Move a step of a draft one place up or down, or to a place."""
    step = _own_step(request, step_id)
    raw = request.POST.get("to", "")
    to = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 5 else 0
    actions.move_step(step=step, to=to, by=request.actor, at=now())
    return htmx.redirect(request, course_url(step.course_id), note=_("环节已移到第 %(to)s 位") % {"to": to})


@require_POST
@requires(permissions.DRAFT)
def remove_step(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Remove a step of a draft."""
    step = _own_step(request, step_id)
    actions.remove_step(step=step, by=request.actor, at=now())
    return htmx.redirect(request, course_url(step.course_id), note=_("“%(title)s”已移除") % {"title": step.title})


@require_GET
@requires(permissions.VIEW, permissions.DRAFT)
def preview_step(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Show a step as a learner will see it, without answers."""
    step = _step(request, step_id)
    neighbours = queries.steps_of(step.course)
    context = {
        "course": step.course,
        "step": queries.preview(step, person_id=request.person_id, at=now()),
        "steps": neighbours,
        "following": next((other for other in neighbours if other.number == step.number + 1), None),
    }
    return htmx.page(request, "catalogue/preview.html", context)


def _content(request: SignedInRequest, form: StepForm, *, present: Step | None) -> actions.StepContent:
    return form.content() or uploads.film(request, present=present)


def _step(request: SignedInRequest, step_id: int) -> Step:
    visible = permissions.visible_courses(request.actor)
    found = Step.objects.select_related("course__owner", "media", "captions", "poster").filter(course__in=visible)
    return get_object_or_404(found, pk=step_id)


def _own_step(request: SignedInRequest, step_id: int) -> Step:
    """Answers are read only for those who write the course."""
    step = _step(request, step_id)
    permissions.check_can_correct(request.actor, step.course)
    return step


def _form_page(request: SignedInRequest, course: Course, form: StepForm, kind: str, step: Step | None, status: int) -> HttpResponse:
    context = {"form": form, "course": course, "step": step, "kind": kind, "kind_label": StepKind(kind).label}
    return htmx.page(request, "catalogue/step_form.html", context, status=status)
