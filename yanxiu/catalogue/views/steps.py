"""Pages of steps: write one, move it, remove it, and see it as a learner will."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.catalogue import actions, drafting, permissions, queries, rubrics
from yanxiu.catalogue import content as contents
from yanxiu.catalogue.forms import STEP_FORMS, CaseStudyForm, HomeworkForm, StepForm
from yanxiu.catalogue.models import Course, LessonCase, Module, Step, StepKind
from yanxiu.catalogue.views import editing, uploads
from yanxiu.catalogue.views.courses import editor_url, visible
from yanxiu.drafts.queries import Desk, desk
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import holds
from yanxiu.kit.text import whole_number

MOST_CASES = 300


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def add_step(request: SignedInRequest, course_id: int, kind: str) -> HttpResponse:
    """Append a step of one kind to a draft, in the module named in the address."""
    course = visible(request, course_id)
    permissions.check_can_correct(request.actor, course)
    if kind not in STEP_FORMS:
        raise NotFound(_("没有这种环节，请从课程页上选一种添加。"))
    module = Module.objects.filter(course_id=course.pk, pk=_number(request.GET.get("module"))).first()
    address = reverse("catalogue:add_step", args=[course.pk, kind]) + (f"?module={module.pk}" if module else "")
    kept = _desk(request, course, kind, None, address=address)
    form = _form(request, course, kind, initial=kept.initial())
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            content = uploads.step_content(request, form, present=None)
            title = form.cleaned_data["title"]
            step = actions.add_step(course=course, title=title, content=content, module=module, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, editor_url(course_id), note=_("第 %(number)s 个环节已存") % {"number": step.number})
    return _form_page(request, course, form, kind, None, kept, status)


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def replace_step(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Write a step of a draft anew."""
    step = _own_step(request, step_id)
    kind = str(step.kind)
    if kind == StepKind.PACKAGE:
        held = contents.read(step.content, contents.Package).package_id
        return htmx.redirect(request, f"{reverse('catalogue:package', args=[step.course_id, held])}?step={step.pk}")
    kept = _desk(request, step.course, kind, step, address=reverse("catalogue:replace_step", args=[step.pk]))
    form = _form(request, step.course, kind, initial=kept.initial(STEP_FORMS[kind].of(step)))
    form.keep_files()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            content = uploads.step_content(request, form, present=step)
            actions.replace_step(step=step, title=form.cleaned_data["title"], content=content, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, editor_url(step.course_id), note=_("第 %(number)s 个环节已存") % {"number": step.number})
    return _form_page(request, step.course, form, kind, step, kept, status)


@require_POST
@requires(permissions.DRAFT)
def move_step(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Move a step of a draft: `to` is a place of the course, `place` is `module:place`."""
    step = _own_step(request, step_id)
    module_id, _colon, place = request.POST.get("place", "").rpartition(":")
    module = Module.objects.filter(course_id=step.course_id, pk=_number(module_id)).first() if module_id else None
    raw = request.POST.get("to") or place
    moved = actions.move_step(step=step, to=_number(raw), module=module, by=request.actor, at=now())
    return htmx.redirect(request, editor_url(step.course_id), note=_("环节已移到第 %(to)s 位") % {"to": moved.number})


@require_POST
@requires(permissions.DRAFT)
def duplicate_step(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Write a step of a draft once more."""
    step = _own_step(request, step_id)
    copy = actions.duplicate_step(step=step, by=request.actor, at=now())
    return htmx.redirect(request, editor_url(step.course_id), note=_("已复制成第 %(n)s 个环节") % {"n": copy.number})


@require_POST
@requires(permissions.DRAFT)
def convert_again(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Have everything made anew of a step's file, and go back to the page of the course."""
    step = _own_step(request, step_id)
    actions.convert_again(step=step, by=request.actor, at=now())
    note = _("“%(title)s”已排队重新转换，转好前仍用原来的") % {"title": step.title}
    return htmx.redirect(request, reverse("catalogue:course", args=[step.course_id]), note=note)


@require_POST
@requires(permissions.DRAFT)
def remove_step(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Remove a step of a draft."""
    step = _own_step(request, step_id)
    actions.remove_step(step=step, by=request.actor, at=now())
    return htmx.redirect(request, editor_url(step.course_id), note=_("“%(title)s”已移除，可在大纲下面放回") % {"title": step.title})


@require_GET
@requires(permissions.VIEW, permissions.DRAFT)
def preview_step(request: SignedInRequest, step_id: int) -> HttpResponse:
    """Show a step as a learner will see it, without answers; beside it, to a reviewer, what is said about it."""
    step = _step(request, step_id)
    outline = queries.outline(step.course)
    neighbours = outline.steps
    reviews = step.course.state == "review" and holds(permissions.check_can_review, request.actor, step.course)
    last = next(iter(queries.rounds(step.course)), None) if reviews else None
    context = {
        "course": step.course,
        "step": queries.preview(step, person_id=request.person_id, at=now()),
        "step_id": step.pk,
        "steps": neighbours,
        "comments": last.by_step.get(step.pk, []) if last else [],
        "reviews": reviews and last is not None and last.review.decided_at is None,
        "following": next((other for other in neighbours if other.number == step.number + 1), None),
    }
    return htmx.page(request, "catalogue/preview.html", context)


def _form(request: SignedInRequest, course: Course, kind: str, *, initial: dict[str, object]) -> StepForm:
    form = STEP_FORMS[kind](request.POST or None, request.FILES or None, initial=initial)
    if isinstance(form, CaseStudyForm):
        form.fields["case_id"].choices = _case_choices(request, course)  # type: ignore[attr-defined]  # a choice field
    if isinstance(form, HomeworkForm):
        form.offer(rubrics.offered(course.owner, keep=_number(str(initial.get("rubric_id", "")))))
    return form


def _case_choices(request: SignedInRequest, course: Course) -> list[tuple[int, str]]:
    """Published cases; those of the course's stages and subjects first."""
    shelf = permissions.visible_cases(request.actor).filter(published_at__isnull=False, withdrawn_at__isnull=True)
    found = list(shelf.order_by("stage", "subject", "title", "pk")[:MOST_CASES])

    def fits(case: LessonCase) -> bool:
        return case.stage in course.stages and (not course.subjects or case.subject in course.subjects)

    return [
        (case.pk, f"{case.stage}{case.subject} {case.title}（{case.level}，{case.author_name}）")
        for case in sorted(found, key=lambda case: not fits(case))
    ]


def _desk(request: SignedInRequest, course: Course, kind: str, step: Step | None, *, address: str) -> Desk:
    words = {"course": course.title, "kind": StepKind(kind).label, "title": step.title if step else ""}
    place = (_("%(course)s，改“%(title)s”") if step else _("%(course)s，写%(kind)s")) % words
    key = drafting.step_key(course.pk, kind, step.pk if step else None)
    return desk(person_id=request.person_id, key=key, place=place, address=address)


def _step(request: SignedInRequest, step_id: int) -> Step:
    seen = permissions.visible_courses(request.actor)
    found = Step.objects.select_related("course__owner", "media", "captions", "poster").filter(course__in=seen)
    return get_object_or_404(found, pk=step_id)


def _own_step(request: SignedInRequest, step_id: int) -> Step:
    """Answers are read only for those who write the course."""
    step = _step(request, step_id)
    permissions.check_can_correct(request.actor, step.course)
    return step


def _form_page(
    request: SignedInRequest, course: Course, form: StepForm, kind: str, step: Step | None, kept: Desk, status: int
) -> HttpResponse:
    context = {
        **editing.frame(course, step_id=step.pk if step else 0),
        "form": form,
        "step": step,
        "kind": kind,
        "desk": kept,
        "kept": None if form.is_bound else kept.kept,
        "kind_label": StepKind(kind).label,
    }
    return htmx.page(request, "catalogue/step_form.html", context, status=status)


def _number(raw: str | None) -> int:
    return whole_number(raw, digits=11) or 0
