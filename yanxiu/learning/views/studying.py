"""课程学习 and 课例: the page of a step, its ticket, reading and answering."""

from dataclasses import dataclass

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Course, LessonCase, Step, StepKind
from yanxiu.files.models import StoredFile
from yanxiu.files.queries import link
from yanxiu.kit import htmx, rich_text
from yanxiu.kit.clock import now
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.learning import actions, origins, permissions, rules
from yanxiu.learning.models import CaseDraw, Item, Selection
from yanxiu.learning.queries import studying as queries
from yanxiu.learning.views.loading import elsewhere, own_enrolment
from yanxiu.programmes.models import Enrolment


@dataclass(frozen=True, kw_only=True)
class Film:
    """What the player needs."""

    url: str
    captions_url: str
    poster_url: str
    ticket_url: str
    length: int
    seconds: int
    position: int
    ranges: str
    lacking: int


@require_GET
@signed_in
def course(request: SignedInRequest, enrolment_id: int, course_id: int) -> HttpResponse:
    """Go to the first step that is not done."""
    enrolment = own_enrolment(request, enrolment_id)
    one = get_object_or_404(Course, pk=course_id)
    _selection(enrolment, one)
    following = queries.next_step(queries.legs(enrolment, one))
    if following is None:
        raise NotFound(f"《{one.title}》还没有环节，请告诉学校管理员。")
    return htmx.redirect(request, reverse("learning:step", args=[enrolment_id, following.step_id]))


@require_GET
@signed_in
def step(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Show a step; opening a text or questions starts their time, a film waits for its play button."""
    enrolment = own_enrolment(request, enrolment_id)
    one = _step(step_id)
    selection = _selection(enrolment, one.course)
    closed = permissions.reason_not_to_study(request.actor, enrolment, selection.block, at=now())
    if not closed and one.kind in (StepKind.TEXT, StepKind.QUESTION):
        actions.open_step(enrolment=enrolment, step=one, origin=origins.of(request), by=request.actor, at=now())
    return _step_page(request, enrolment, one, closed=closed)


@require_POST
@signed_in
def open_step(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Give the player its ticket, as JSON."""
    enrolment = own_enrolment(request, enrolment_id)
    opened = actions.open_step(enrolment=enrolment, step=_step(step_id), origin=origins.of(request), by=request.actor, at=now())
    return JsonResponse({"ticket": opened.ticket, "seconds": opened.seconds, "position": opened.position})


@require_POST
@signed_in
def mark_read(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Mark a text as read and go on."""
    enrolment = own_enrolment(request, enrolment_id)
    one = _step(step_id)
    actions.mark_read(enrolment=enrolment, step=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:course", args=[enrolment_id, one.course_id]), note=f"“{one.title}”已读完")


@require_POST
@signed_in
def answer_questions(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Check the answers; all right goes on, else the page says which are not."""
    enrolment = own_enrolment(request, enrolment_id)
    one = _step(step_id)
    chosen = {number: _options(request.POST.getlist(f"q{number}")) for number in range(1, 201) if f"q{number}" in request.POST}
    feedback = actions.answer_questions(enrolment=enrolment, step=one, chosen=chosen, by=request.actor, at=now())
    if feedback.is_done:
        return htmx.redirect(request, reverse("learning:course", args=[enrolment_id, one.course_id]), note=f"“{one.title}”全部答对")
    return _step_page(request, enrolment, one, closed="", chosen=chosen, feedback=feedback, status=422)


@require_GET
@signed_in
def case(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Show a lesson case: its film, the experts' commentary, and the way to the observation report."""
    enrolment = own_enrolment(request, enrolment_id)
    drawn = CaseDraw.objects.select_related("case__media", "case__captions", "case__poster")
    draw = get_object_or_404(drawn, enrolment=enrolment, case_id=case_id, voided_at__isnull=True)
    context = {
        "enrolment": enrolment,
        "draw": draw,
        "case": draw.case,
        "commentary": rich_text.shown(rich_text.from_source(draw.case.commentary)),
        "film": _film(request, enrolment, draw.case, Item.CASE, "learning:open_case"),
        "closed": permissions.reason_not_to_study(request.actor, enrolment, draw.block, at=now()),
        "observe_url": elsewhere("assessment:observe", enrolment_id, case_id),
        "rate": rules.RATE / 100,
        "beat_seconds": rules.BEAT_SECONDS,
    }
    return htmx.page(request, "learning/case.html", context)


@require_POST
@signed_in
def open_case(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Give the player its ticket for a lesson case, as JSON."""
    enrolment = own_enrolment(request, enrolment_id)
    one = get_object_or_404(LessonCase, pk=case_id)
    opened = actions.open_case(enrolment=enrolment, case=one, origin=origins.of(request), by=request.actor, at=now())
    return JsonResponse({"ticket": opened.ticket, "seconds": opened.seconds, "position": opened.position})


def _step_page(
    request: SignedInRequest,
    enrolment: Enrolment,
    one: Step,
    *,
    closed: str,
    chosen: dict[int, tuple[int, ...]] | None = None,
    feedback: actions.studying.Feedback | None = None,
    status: int = 200,
) -> HttpResponse:
    found = queries.legs(enrolment, one.course)
    context = {
        "enrolment": enrolment,
        "course": one.course,
        "selection": _selection(enrolment, one.course),
        "step": one,
        "body": rich_text.shown(one.body) if one.kind == StepKind.TEXT else "",
        "leg": next(leg for leg in found if leg.step_id == one.pk),
        "legs": found,
        "done": sum(leg.is_done for leg in found),
        "film": _film(request, enrolment, one, Item.STEP, "learning:open_step") if one.kind == StepKind.VIDEO else None,
        "questions": _asked(one, chosen or {}, feedback) if one.kind == StepKind.QUESTION else [],
        "is_checked": feedback is not None,
        "closed": closed,
        "work_url": _work_url(enrolment, one),
        "rate": rules.RATE / 100,
        "beat_seconds": rules.BEAT_SECONDS,
    }
    return htmx.page(request, "learning/step.html", context, status=status)


def _asked(one: Step, chosen: dict[int, tuple[int, ...]], feedback: actions.studying.Feedback | None) -> list[dict[str, object]]:
    questions = content.read(one.content, content.QuestionSet).questions
    return [
        {
            "number": asked.number,
            "stem": asked.stem,
            "type": "checkbox" if asked.kind == "multiple" else "radio",
            "options": [(index, option, index in chosen.get(asked.number, ())) for index, option in enumerate(asked.options)],
            "is_right": feedback is not None and asked.number in feedback.right,
            "why": question.explanation if feedback is not None and asked.number in feedback.right else "",
        }
        for asked, question in zip(content.asked(questions), questions, strict=True)
    ]


def _film(request: SignedInRequest, enrolment: Enrolment, one: Step | LessonCase, kind: Item, ticket_view: str) -> Film | None:
    if one.media is None:
        return None
    seen = queries.seen(enrolment, kind, one.pk)
    return Film(
        url=_link(request, one.media),
        captions_url=_link(request, one.captions),
        poster_url=_link(request, one.poster),
        ticket_url=reverse(ticket_view, args=[enrolment.pk, one.pk]),
        length=one.seconds,
        seconds=seen.seconds,
        position=seen.position,
        ranges=",".join(f"{start}-{end}" for start, end in seen.ranges),
        lacking=queries.seconds_lacking(one.seconds, seen.seconds),
    )


def _link(request: SignedInRequest, file: StoredFile | None) -> str:
    return link(file, person_id=request.person_id, at=now(), seconds=6 * 3600) if file is not None else ""


def _work_url(enrolment: Enrolment, one: Step) -> str:
    if one.kind == StepKind.TEST:
        return elsewhere("assessment:test", enrolment.pk, one.pk)
    return elsewhere("assessment:homework", enrolment.pk, one.pk) if one.kind == StepKind.HOMEWORK else ""


def _options(raw: list[str]) -> tuple[int, ...]:
    return tuple(int(value) for value in raw if value.isascii() and value.isdigit() and len(value) < 3)


def _step(step_id: int) -> Step:
    return get_object_or_404(Step.objects.select_related("course", "media", "captions", "poster"), pk=step_id)


def _selection(enrolment: Enrolment, one: Course) -> Selection:
    found = queries.selection_of(enrolment, one)
    if found is None:
        raise NotFound(f"《{one.title}》不在您的课程里。可以在选课开放时选它。")
    return found
