"""Pages of the question bank: the list, one question, what is done with them, and their review."""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import rendering
from yanxiu.assessment.actions import bank as actions
from yanxiu.assessment.actions.bank_review import review_question as review
from yanxiu.assessment.actions.course_questions import put_into_course as into_course
from yanxiu.assessment.answer_rubrics import rubric_of
from yanxiu.assessment.models import BankQuestion, KnowledgePoint, QuestionVersion
from yanxiu.assessment.queries import bank, question_page
from yanxiu.assessment.views import bank_filters as filters
from yanxiu.catalogue import content
from yanxiu.catalogue.content import QUESTION_TYPES
from yanxiu.catalogue.models import CourseState, Step, StepKind
from yanxiu.catalogue.permissions import visible_courses
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Conflict, DomainError, Invalid
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import holds, reason_against
from yanxiu.kit.text import whole_number, whole_numbers

MOST_STEPS = 300
_TAKING = (StepKind.TEST, StepKind.QUESTION, StepKind.VIDEO, StepKind.AUDIO)
_MOMENT = re.compile(r"(?:(\d{1,2})[:：])?(\d{1,3})[:：]([0-5]\d)")
Bulk = Callable[[list[BankQuestion], SignedInRequest, datetime], int]


@require_GET
@requires(permissions.WRITE_QUESTIONS, permissions.REVIEW_QUESTIONS)
def questions(request: SignedInRequest) -> HttpResponse:
    """List the questions of the bank, found by words and narrowed by facets."""
    tree = bank.point_tree(permissions.visible_points(request.actor))
    chosen = filters.read(request.GET, tree)
    visible = permissions.visible_questions(request.actor)
    page = bank.bank_page(visible, chosen, tree, number=paging.number_from(request.GET.get("page")))
    counted = bank.bank_facets(visible, chosen, tree)
    context = {
        "page": page,
        "tree": tree,
        "points": [(point.pk, tree.path(point.pk)) for _depth, point in tree.walk()],
        "chosen": chosen,
        "carried": filters.carried(chosen),
        "buttons": filters.of_bank(chosen, counted, tree),
        "total": counted.total,
        "waiting": counted.of["state"]["review"],
        "drafts": counted.of["state"]["draft"],
        "narrowed": filters.query(chosen) != "",
        "export_query": filters.query(chosen),
        "more_url": "?" + filters.query(chosen, page=page.following) if page.has_more else "",
        "types": list(QUESTION_TYPES.items()),
        "may_write": request.actor.may(permissions.WRITE_QUESTIONS),
        "may_review": request.actor.may(permissions.REVIEW_QUESTIONS),
    }
    return htmx.page(request, "assessment/questions.html", context)


@require_GET
@requires(permissions.WRITE_QUESTIONS, permissions.REVIEW_QUESTIONS)
def question(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Show a question with its answer, its versions, how it did, and what may be done with it."""
    return _question(request, visible(request, question_id))


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def change_questions(request: SignedInRequest) -> HttpResponse:
    """Submit, retire, reinstate or move the chosen questions."""
    if request.POST.get("do") == "course":
        chosen = urlencode([("question", raw) for raw in request.POST.getlist("question")[:100]])
        return htmx.redirect(request, f"{reverse('assessment:put_into_course')}?{chosen}")
    done = _BULK.get(request.POST.get("do", ""))
    numbers = whole_numbers(request.POST.getlist("question")[:1000])
    if done is None or not numbers:
        raise Invalid(_("还没有选题，或没有说要做什么。请在列表里勾选后再按按钮。"))
    found = list(permissions.visible_questions(request.actor).filter(pk__in=numbers).select_related("owner").order_by("pk"))
    verb, words = done
    count = verb(found, request, now())
    back = request.POST.get("back", "")
    to = back if back.startswith(reverse("assessment:questions")) else reverse("assessment:questions")
    return htmx.redirect(request, to, note=words() % {"n": count})


@require_http_methods(["GET", "POST"])
@requires(permissions.WRITE_QUESTIONS)
def put_into_course(request: SignedInRequest) -> HttpResponse:
    """Put copies of the chosen questions into a test or question step of a draft course."""
    given = request.POST if request.method == "POST" else request.GET
    numbers = whole_numbers(given.getlist("question")[:100])
    chosen = list(permissions.visible_questions(request.actor).filter(pk__in=numbers).select_related("owner").order_by("pk"))
    drafts = visible_courses(request.actor).filter(state=CourseState.DRAFT)
    steps = Step.objects.filter(course__in=drafts, kind__in=_TAKING).select_related("course__owner", "media", "captions", "poster")
    problem: DomainError | None = None
    if request.method == "POST":
        raw = given.get("step", "")
        step = get_object_or_404(steps, pk=whole_number(raw) or 0)
        try:
            count = into_course(questions=chosen, step=step, seconds=_seconds(request, chosen), by=request.actor, at=now())
        except (Invalid, Conflict) as error:
            problem = error
        else:
            words = {"n": count, "title": step.title}
            return htmx.redirect(request, reverse("catalogue:replace_step", args=[step.pk]), note=_("已放进“%(title)s” %(n)s 道题") % words)
    context = {
        "chosen": [(question, stem, given.get(f"at-{question.pk}", "")) for question, stem in bank.stems_of(chosen)],
        "picked": given.get("step", ""),
        "steps": list(steps.order_by("course__title", "course_id", "number", "pk")[:MOST_STEPS]),
        "problem": problem,
    }
    return htmx.page(request, "assessment/question_into_course.html", context, status=problem.status if problem else 200)


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def copy_question(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Write a question once more, as a draft."""
    copy = actions.copy_question(question=visible(request, question_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("assessment:edit_question", args=[copy.pk]), note=_("已复制成新草稿，原来那道不变"))


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def restore_version(request: SignedInRequest, question_id: int, number: int) -> HttpResponse:
    """Write an earlier version as the newest."""
    actions.restore_version(question=visible(request, question_id), number=number, by=request.actor, at=now())
    note = _("第 %(number)s 版的内容已写成新的一版") % {"number": number}
    return htmx.redirect(request, reverse("assessment:question", args=[question_id]), note=note)


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def remove_question(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Delete a question that was never used."""
    actions.remove_question(question=visible(request, question_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("assessment:questions"), note=_("草稿已删除"))


@require_GET
@requires(permissions.REVIEW_QUESTIONS)
def question_reviews(request: SignedInRequest) -> HttpResponse:
    """List the questions that wait for the actor's reading, the first one open."""
    return _review(request, None)


@require_http_methods(["GET", "POST"])
@requires(permissions.REVIEW_QUESTIONS)
def review_question(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Read a question; approve it or send it back, and go on to the next."""
    found = visible(request, question_id)
    if request.method != "POST":
        return _review(request, found)
    raw = request.POST.get("version", "")
    version = get_object_or_404(QuestionVersion, question=found, pk=whole_number(raw) or 0)
    is_approved, reason = request.POST.get("decision") == "approve", request.POST.get("reason", "")
    try:
        review(question=found, version=version, is_approved=is_approved, reason=reason, by=request.actor, at=now())
    except Invalid as error:
        return _review(request, found, problem=error)
    note = _("审过了，可以用了") if is_approved else _("已退回，作者会看到原因")
    return htmx.redirect(request, reverse("assessment:question_reviews"), note=note)


def visible(request: SignedInRequest, question_id: int) -> BankQuestion:
    """Return the question, 404 when the actor does not see it."""
    return get_object_or_404(permissions.visible_questions(request.actor).select_related("owner", "point"), pk=question_id)


def _question(request: SignedInRequest, found: BankQuestion) -> HttpResponse:
    page = _page(request, found)
    tree = bank.point_tree(permissions.visible_points(request.actor))
    context = {
        "page": page,
        "point": tree.path(found.point_id),
        "may_write": holds(permissions.check_can_write_question, request.actor, found),
        "review_reason": reason_against(permissions.check_can_review_question, request.actor, found, page.newest),
        "may_review": request.actor.may(permissions.REVIEW_QUESTIONS, path=found.owner.path),
        "may_remove": found.approved_id is None and not page.papers,
        "rubric": rubric_of(content.read_question(page.newest.content)),
    }
    return htmx.page(request, "assessment/question_page.html", context)


def _page(request: SignedInRequest, found: BankQuestion, *, is_review: bool = False) -> question_page.QuestionPage:
    versions = list(QuestionVersion.objects.filter(question=found).order_by("-number")[:50])
    written = content.read_question(versions[0].content)
    links = rendering.links_of([written], person_id=request.person_id, at=now())
    shown = question_page.shown_with_answer(written, links)
    twins = permissions.visible_questions(request.actor)
    return question_page.question_page(found, shown=shown, versions=versions, twins=twins, is_review=is_review)


def _review(request: SignedInRequest, found: BankQuestion | None, *, problem: DomainError | None = None) -> HttpResponse:
    mine = question_page.waiting_for_review(permissions.visible_questions(request.actor), person_id=request.person_id)
    waiting = paging.page_of(mine, number=paging.number_from(request.GET.get("page")))
    opened = found or next(iter(waiting.rows), None)
    context = {
        "rows": bank.stems_of(waiting.rows),
        "count": getattr(waiting.rows[0], "waiting", 0) if waiting.rows else 0,
        "page": _page(request, opened, is_review=True) if opened else None,
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "more_url": f"?page={waiting.following}" if waiting.has_more else "",
    }
    return htmx.page(request, "assessment/question_reviews.html", context, status=problem.status if problem else 200)


def _seconds(request: SignedInRequest, chosen: list[BankQuestion]) -> dict[int, int]:
    """Read at which moment of a film each question is asked. Raises Invalid with the question."""
    found = {}
    for question in chosen:
        raw = request.POST.get(f"at-{question.pk}", "").strip()
        if not raw:
            continue
        moment = _MOMENT.fullmatch(raw)
        if moment is None:
            words = {"n": question.pk, "raw": raw[:20]}
            raise Invalid(_("题号 %(n)s 的时刻“%(raw)s”读不懂，请写分和秒，像 02:15。") % words, field="step")
        found[question.pk] = int(moment[1] or 0) * 3600 + int(moment[2]) * 60 + int(moment[3])
    return found


def _submit(found: list[BankQuestion], request: SignedInRequest, at: datetime) -> int:
    return actions.submit_questions(questions=found, by=request.actor, at=at)


def _retire(found: list[BankQuestion], request: SignedInRequest, at: datetime) -> int:
    return actions.retire_questions(questions=found, by=request.actor, at=at)


def _reinstate(found: list[BankQuestion], request: SignedInRequest, at: datetime) -> int:
    return actions.reinstate_questions(questions=found, by=request.actor, at=at)


def _move(found: list[BankQuestion], request: SignedInRequest, at: datetime) -> int:
    raw = request.POST.get("point", "")
    points = permissions.visible_points(request.actor)
    point: KnowledgePoint | None = None
    if raw:
        point = get_object_or_404(points, pk=whole_number(raw) or 0)
    return actions.move_questions(questions=found, point=point, by=request.actor, at=at)


_BULK: dict[str, tuple[Bulk, Callable[[], str]]] = {
    "submit": (_submit, lambda: _("%(n)s 道题已送审，由别人来审")),
    "retire": (_retire, lambda: _("%(n)s 道题已停用，随时可以恢复")),
    "reinstate": (_reinstate, lambda: _("%(n)s 道题已恢复")),
    "move": (_move, lambda: _("%(n)s 道题已移好")),
}
