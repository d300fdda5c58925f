"""Pages of courses: the shelf, one course, and its way to the shelf and off it."""

from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.catalogue import actions, lint, permissions, queries
from yanxiu.catalogue.forms import CourseForm, ReasonForm
from yanxiu.catalogue.models import Course, CourseState, StepKind
from yanxiu.catalogue.views import filters
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Fact
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rules import holds, reason_against
from yanxiu.orgs import queries as orgs
from yanxiu.orgs.models import Org
from yanxiu.orgs.permissions import units_with


@require_GET
@signed_in
def courses(request: SignedInRequest) -> HttpResponse:
    """List the courses that the actor may see, narrowed by title, topic, stage, subject and state."""
    chosen = filters.read(request.GET)
    visible = permissions.visible_courses(request.actor)
    page = paging.page_of(queries.shelf(visible, chosen), number=paging.number_from(request.GET.get("page")))
    states = queries.state_counts(queries.narrowed_courses(visible, replace(chosen, state="")))
    context = {
        "page": page,
        "chosen": chosen,
        "buttons": filters.of_courses(chosen, topics=queries.topics(visible), states=states),
        "total": states.get(chosen.state, 0) if chosen.state else sum(states.values()),
        "drafts": states.get(CourseState.DRAFT, 0),
        "waiting": states.get(CourseState.REVIEW, 0),
        "more_url": "?" + filters.query(chosen, page=page.following) if page.has_more else "",
        "may_draft": request.actor.may(permissions.DRAFT),
    }
    return htmx.page(request, "catalogue/courses.html", context)


@require_GET
@signed_in
def course(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Show a course: what it is, its steps, and to those who write it what is missing and what may be done."""
    return course_page(request, _visible(request, course_id))


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def draft_course(request: SignedInRequest) -> HttpResponse:
    """Begin a course for one of the units for which the actor writes."""
    units = drafting_units(request)
    form = CourseForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            owner = chosen_unit(request, units)
            begun = actions.draft_course(facts=form.facts(), owner=owner, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, course_url(begun.pk), note=_("草稿已存，接着添加环节"))
    return htmx.page(request, "catalogue/course_form.html", {"form": form, "units": units, "course": None}, status=status)


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def correct_course(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Change the facts of a draft."""
    draft = _visible(request, course_id)
    form = CourseForm(request.POST or None, initial=CourseForm.of(draft))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_course(course=draft, facts=form.facts(), by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, course_url(course_id), note=_("课程说明已存"))
    return htmx.page(request, "catalogue/course_form.html", {"form": form, "units": [], "course": draft}, status=status)


@require_POST
@requires(permissions.DRAFT)
def copy_course(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Copy a course of the own unit into a new draft."""
    original = _visible(request, course_id)
    copy = actions.copy_course(course=original, owner=original.owner, by=request.actor, at=now())
    return htmx.redirect(request, course_url(copy.pk), note=_("已复制成新草稿，原来那门照常可学"))


@require_POST
@requires(permissions.DRAFT)
def submit(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Hand a draft to those who publish."""
    submitted = actions.submit(course=_visible(request, course_id), by=request.actor, at=now())
    return _moved(request, submitted, _("已送审，审核期间不能再改"))


@require_POST
@requires(permissions.PUBLISH)
def publish(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Publish a course."""
    published = actions.publish(course=_visible(request, course_id), by=request.actor, at=now())
    return _moved(request, published, _("已发布，可以排进方案供教师选择"))


@require_POST
@requires(permissions.PUBLISH)
def send_back(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Give a submitted course back to its author, with the reason."""
    submitted = _visible(request, course_id)
    try:
        returned = actions.send_back(course=submitted, reason=request.POST.get("reason", ""), by=request.actor, at=now())
    except DomainError as error:
        return _refused(request, submitted, error)
    return _moved(request, returned, _("已退回，作者会看到原因"))


@require_POST
@requires(permissions.ARCHIVE)
def archive(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Take a course off the shelf."""
    archived = actions.archive(course=_visible(request, course_id), reason=request.POST.get("reason", "")[:300], by=request.actor, at=now())
    return _moved(request, archived, _("已下架，正在学的老师可以学完"))


@require_POST
@requires(permissions.ARCHIVE)
def restore(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Put an archived course on the shelf again."""
    return _moved(request, actions.restore(course=_visible(request, course_id), by=request.actor, at=now()), _("已重新上架"))


@dataclass(frozen=True, kw_only=True)
class Possible:
    """What the actor may do with a course now; a reason says why the button cannot be pressed, "" = it can."""

    correct: bool
    copy: bool
    submit: bool
    publish: bool
    publish_reason: str
    send_back: bool
    archive: bool
    restore: bool
    preview: bool


def course_page(request: SignedInRequest, shown: Course, *, reason_form: ReasonForm | None = None, status: int = 200) -> HttpResponse:
    """Render the page of a visible course. Cost: 2 queries."""
    writes = holds(permissions.check_can_correct, request.actor, shown)
    steps = queries.steps_of(shown, with_content=writes)
    findings = lint.problems(shown, steps) if writes else []
    context = {
        "course": shown,
        "facts": _facts(shown),
        "steps": steps,
        "last": len(steps),
        "seconds": sum(step.seconds for step in steps),
        "findings": findings,
        "blocking": sum(finding.blocks for finding in findings),
        "may": _possible(request, shown, findings, writes=writes),
        "kinds": [(kind.value, kind.label) for kind in StepKind],
        "reason_form": reason_form or ReasonForm(auto_id="reason_%s"),
    }
    return htmx.page(request, "catalogue/course.html", context, status=status)


def drafting_units(request: SignedInRequest) -> list[Org]:
    """Return the units that are the actor's scope of writing itself: usually one. Cost: one query."""
    within = units_with(request.actor, permissions.DRAFT)
    return list(orgs.tops(within, request.actor.paths(permissions.DRAFT)))


def chosen_unit(request: SignedInRequest, units: list[Org]) -> Org:
    """Return the unit that was chosen; the only one needs no choice. Raises NotPermitted through the action for any other."""
    if len(units) == 1:
        return units[0]
    raw = request.POST.get("owner", "")
    return get_object_or_404(units_with(request.actor, permissions.DRAFT), pk=int(raw) if raw.isascii() and raw.isdigit() else 0)


def course_url(course_id: int) -> str:
    """Return the address of a course."""
    return reverse("catalogue:course", args=[course_id])


def _visible(request: SignedInRequest, course_id: int) -> Course:
    return get_object_or_404(permissions.visible_courses(request.actor).select_related("owner"), pk=course_id)


def _moved(request: SignedInRequest, shown: Course, note: str) -> HttpResponse:
    return htmx.redirect(request, course_url(shown.pk), note=note)


def _refused(request: SignedInRequest, shown: Course, error: DomainError) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="reason_%s")
    form.is_valid()
    form.errors.clear()
    return course_page(request, shown, reason_form=form, status=explain(form, error))


def _possible(request: SignedInRequest, shown: Course, findings: list[lint.Problem], *, writes: bool) -> Possible:
    actor = request.actor
    state = CourseState(shown.state)
    publishes = holds(permissions.check_can_publish, actor, shown)
    archives = holds(permissions.check_can_archive, actor, shown)
    blocking = next((finding.sentence for finding in findings if finding.blocks), "")
    return Possible(
        correct=writes and shown.is_open_to_change,
        copy=writes,
        submit=writes and not publishes and state == CourseState.DRAFT,
        publish=publishes and state in {CourseState.DRAFT, CourseState.REVIEW},
        publish_reason=blocking or reason_against(permissions.check_can_publish, actor, shown),
        send_back=publishes and state == CourseState.REVIEW,
        archive=archives and state == CourseState.PUBLISHED,
        restore=archives and state == CourseState.ARCHIVED,
        preview=actor.may(permissions.VIEW) or writes,
    )


def _facts(shown: Course) -> list[Fact]:
    return [
        Fact(label=_("学时"), value=f"{shown.hours.normalize():f}"),
        Fact(label=_("专题"), value=shown.topic or _("没有归入专题")),
        Fact(label=_("学段"), value="、".join(shown.stages) or _("还没有选")),
        Fact(label=_("学科"), value="、".join(shown.subjects) or _("各学科通用")),
        Fact(label=_("主讲"), value=shown.lecturer or _("没有写")),
        Fact(label=_("提供单位"), value=shown.provider or shown.owner.name),
        Fact(label=_("所属"), value=shown.owner.name),
    ]
