"""Pages of courses: the shelf, one course, and the facts of a draft."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.catalogue import actions, permissions, queries
from yanxiu.catalogue.forms import CourseForm
from yanxiu.catalogue.models import Course, CourseState
from yanxiu.catalogue.views import course_page, filters
from yanxiu.kit import htmx, paging, search
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.text import whole_number
from yanxiu.orgs import queries as orgs
from yanxiu.orgs.models import Org
from yanxiu.orgs.permissions import units_with


@require_GET
@signed_in
def courses(request: SignedInRequest) -> HttpResponse:
    """List the courses that the actor may see, found by words and narrowed by facets."""
    chosen = filters.read(request.GET)
    visible = permissions.visible_courses(request.actor)
    page = paging.page_of(queries.shelf(visible, chosen), number=paging.number_from(request.GET.get("page")))
    counted = queries.facets(visible, chosen)
    context = {
        "page": page,
        "rows": [_Row.of(course, chosen.text) for course in page.rows],
        "chosen": chosen,
        "carried": filters.carried(chosen),
        "buttons": filters.of_courses(chosen, counted),
        "total": counted.total,
        "drafts": counted.of["state"].get(CourseState.DRAFT, 0),
        "waiting": counted.of["state"].get(CourseState.REVIEW, 0),
        "more_url": "?" + filters.query(chosen, page=page.following) if page.has_more else "",
        "narrowed": filters.query(chosen) != "",
        "may_draft": request.actor.may(permissions.DRAFT),
        "may_review": request.actor.may(permissions.REVIEW),
    }
    return htmx.page(request, "catalogue/courses.html", context)


@require_GET
@signed_in
def course(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Show a course: what it is, its steps, and to those who write it what is missing and what may be done."""
    return course_page.render(request, visible(request, course_id))


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
            return htmx.redirect(request, editor_url(begun.pk), note=_("草稿已存，接着添加环节"))
    return htmx.page(request, "catalogue/course_form.html", {"form": form, "units": units, "course": None}, status=status)


@require_http_methods(["GET", "POST"])
@requires(permissions.DRAFT)
def correct_course(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Change the facts of a draft."""
    draft = visible(request, course_id)
    form = CourseForm(request.POST or None, initial=CourseForm.of(draft))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_course(course=draft, facts=form.facts(), by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, editor_url(course_id), note=_("课程说明已存"))
    return htmx.page(request, "catalogue/course_form.html", {"form": form, "units": [], "course": draft}, status=status)


@require_POST
@requires(permissions.DRAFT)
def copy_course(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Copy a course of the own unit into a new draft."""
    original = visible(request, course_id)
    copy = actions.copy_course(course=original, owner=original.owner, by=request.actor, at=now())
    return htmx.redirect(request, editor_url(copy.pk), note=_("已复制成新草稿，原来那门照常可学"))


def drafting_units(request: SignedInRequest) -> list[Org]:
    """Return the units that are the actor's scope of writing itself: usually one. Cost: one query."""
    within = units_with(request.actor, permissions.DRAFT)
    return list(orgs.tops(within, request.actor.paths(permissions.DRAFT)))


def chosen_unit(request: SignedInRequest, units: list[Org]) -> Org:
    """Return the unit that was chosen; the only one needs no choice. Raises NotPermitted through the action for any other."""
    if len(units) == 1:
        return units[0]
    raw = request.POST.get("owner", "")
    return get_object_or_404(units_with(request.actor, permissions.DRAFT), pk=whole_number(raw) or 0)


def course_url(course_id: int) -> str:
    """Return the address of a course."""
    return reverse("catalogue:course", args=[course_id])


def editor_url(course_id: int) -> str:
    """Return the address where a draft is written."""
    return reverse("catalogue:edit_course", args=[course_id])


def visible(request: SignedInRequest, course_id: int) -> Course:
    """Return the course, 404 when the actor does not see it."""
    return get_object_or_404(permissions.visible_courses(request.actor).select_related("owner"), pk=course_id)


class _Row:
    """A course of the list with what was found in it."""

    def __init__(self, course: Course, title: list[search.Piece], excerpt: list[search.Piece]) -> None:
        self.course, self.title, self.excerpt = course, title, excerpt

    @classmethod
    def of(cls, course: Course, asked: str) -> "_Row":
        """Set the words that were asked for apart; the excerpt only when they stand elsewhere than in the title."""
        title = search.marked(course.title, asked)
        text = getattr(course, "found_text", None) or ""
        body = text.partition("\n")[2]
        shows = asked and body and not all(word in course.title.lower() for word in search.asked(asked))
        return cls(course, title, search.marked(body, asked, around=40) if shows else [])
