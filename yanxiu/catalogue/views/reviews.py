"""Pages of reviewers: what waits, one course with its remarks, and the word said about it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.catalogue import actions, lint, permissions, queries
from yanxiu.catalogue.forms import ReasonForm
from yanxiu.catalogue.models import Course, Step
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.policy import SignedInRequest, requires


@require_GET
@requires(permissions.REVIEW)
def reviews(request: SignedInRequest) -> HttpResponse:
    """List the courses that wait for an expert's word, longest wait first, and those one has judged."""
    at = now()
    done = request.GET.get("done") == "1"
    waiting = queries.waiting(permissions.reviewable_courses(request.actor))
    found = queries.decided_by(request.person_id) if done else waiting
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    more = f"?page={page.following}" + ("&done=1" if done else "")
    context = {
        "page": page,
        "done": done,
        "count": waiting.order_by().count(),
        "oldest_days": (at - page.rows[0].submitted_at).days if page.rows and not done else 0,
        "more_url": more if page.has_more else "",
    }
    return htmx.page(request, "catalogue/reviews.html", context)


@require_GET
@requires(permissions.REVIEW)
def review_course(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Show a submitted course to a reviewer: outline, findings, remarks, and the decision."""
    course = _reviewable(request, course_id)
    outline = queries.outline(course, with_content=True)
    excepted = queries.exceptions(course)
    rounds = queries.rounds(course)
    context = {
        "course": course,
        "outline": outline,
        "seconds": sum(step.seconds for step in outline.steps),
        "findings": lint.problems(course, outline.steps, modules=outline.modules, excepted=excepted),
        "excepted": list(excepted.values()),
        "rounds": rounds,
        "present": rounds[0] if rounds and rounds[0].review.decided_at is None else None,
        "reason_form": ReasonForm(auto_id="reason_%s"),
    }
    return htmx.page(request, "catalogue/review.html", context)


@require_POST
@requires(permissions.REVIEW)
def comment(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Write a remark on a step or on the course."""
    course = _reviewable(request, course_id)
    raw = request.POST.get("step", "")
    step = get_object_or_404(Step, pk=int(raw), course_id=course.pk) if raw.isascii() and raw.isdecimal() and len(raw) < 18 else None
    actions.comment(course=course, step=step, text=request.POST.get("text", ""), by=request.actor, at=now())
    back = reverse("catalogue:preview_step", args=[step.pk]) if step and request.POST.get("back") == "step" else _url(course_id)
    return htmx.redirect(request, back, note=_("意见已记下，作者会看到"))


@require_POST
@requires(permissions.REVIEW)
def approve(request: SignedInRequest, course_id: int) -> HttpResponse:
    """Say that the course may be published."""
    course = _reviewable(request, course_id)
    actions.approve(course=course, word=request.POST.get("word", "")[:300], by=request.actor, at=now())
    return _next(request, _("《%(title)s》审过了，可以发布") % {"title": course.title})


def _next(request: SignedInRequest, note: str) -> HttpResponse:
    """After a decision the next course opens, or the list says that all is done."""
    following = queries.waiting(permissions.reviewable_courses(request.actor)).first()
    return htmx.redirect(request, _url(following.course_id) if following else reverse("catalogue:reviews"), note=note)


def _reviewable(request: SignedInRequest, course_id: int) -> Course:
    course = get_object_or_404(permissions.reviewable_courses(request.actor).select_related("owner"), pk=course_id)
    permissions.check_can_review(request.actor, course)
    return course


def _url(course_id: int) -> str:
    return reverse("catalogue:review_course", args=[course_id])
