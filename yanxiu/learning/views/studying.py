"""课程学习 and 课例: the page of a step, its ticket, reading and answering."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Course, LessonCase, Step, StepKind
from yanxiu.kit import htmx, rich_text
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.learning import actions, permissions
from yanxiu.learning.models import CaseDraw, Item, Selection
from yanxiu.learning.queries import films
from yanxiu.learning.queries import studying as queries
from yanxiu.learning.views import parts
from yanxiu.learning.views.loading import elsewhere, own_enrolment
from yanxiu.learning.views.origin import origin_of
from yanxiu.programmes.models import Enrolment

OPENED_BY_LOOKING = (StepKind.TEXT, StepKind.QUESTION, StepKind.DOCUMENT, StepKind.IMAGES)


@require_GET
@signed_in
def course(request: SignedInRequest, enrolment_id: int, course_id: int) -> HttpResponse:
    """Go to the first step that is not done."""
    enrolment = own_enrolment(request, enrolment_id)
    one = get_object_or_404(Course, pk=course_id)
    selection_of(enrolment, one)
    following = queries.next_step(queries.legs(enrolment, one))
    if following is None:
        raise NotFound(f"《{one.title}》还没有环节，请告诉学校管理员。")
    return htmx.redirect(request, reverse("learning:step", args=[enrolment_id, following.step_id]))


@require_GET
@signed_in
def step(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Show a step; opening what is read starts its time, a film waits for its play button. htmx asks for the list of legs alone."""
    one = step_of(step_id)
    selection = _own_selection(request, enrolment_id, one.course)
    enrolment = selection.enrolment
    if htmx.is_htmx(request):
        frame, _leg = _frame(enrolment, one, selection)
        return htmx.swap(request, "learning/parts/legs.html#legs", {**frame, "is_part": True}, otherwise="/")
    if one.kind in OPENED_BY_LOOKING:
        closed = _opened_by_looking(request, one, selection)
    else:
        closed = permissions.reason_not_to_study(request.actor, enrolment, selection.block, at=now())
    return step_page(request, enrolment, one, selection, closed=closed)


@require_POST
@signed_in
def open_step(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Give the player its ticket and what the server has seen, as JSON."""
    enrolment, one = own_enrolment(request, enrolment_id), step_of(step_id)
    opened = actions.open_step(enrolment=enrolment, step=one, by=request.actor, at=now(), origin=origin_of(request))
    return _opened(opened, queries.seen(enrolment, Item.STEP, one.pk))


@require_POST
@signed_in
def follow_link(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Go to the page elsewhere; its least time begins now."""
    enrolment, one = own_enrolment(request, enrolment_id), step_of(step_id)
    if one.kind != StepKind.LINK:
        raise NotFound(f"“{one.title}”不是外部链接。请从课程页打开它。")
    actions.open_step(enrolment=enrolment, step=one, by=request.actor, at=now(), origin=origin_of(request))
    answer = HttpResponse(status=303)
    answer["Location"] = content.read(one.content, content.Link).url
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_POST
@signed_in
def mark_read(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Mark what was read or looked at, and go on."""
    enrolment = own_enrolment(request, enrolment_id)
    one = step_of(step_id)
    actions.mark_read(enrolment=enrolment, step=one, by=request.actor, at=now())
    verb = "读完" if one.kind == StepKind.TEXT else "看完"
    return htmx.redirect(request, reverse("learning:course", args=[enrolment_id, one.course_id]), note=f"“{one.title}”已{verb}")


@require_POST
@signed_in
def answer_questions(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Check the answers; all right goes on, else the page says which are not."""
    enrolment = own_enrolment(request, enrolment_id)
    one = step_of(step_id)
    chosen = {number: options(request.POST.getlist(f"q{number}")) for number in range(1, 201) if f"q{number}" in request.POST}
    feedback = actions.answer_questions(enrolment=enrolment, step=one, chosen=chosen, by=request.actor, at=now())
    if feedback.is_done:
        return htmx.redirect(request, reverse("learning:course", args=[enrolment_id, one.course_id]), note=f"“{one.title}”全部答对")
    given = {"questions": parts.asked(one, chosen, feedback.right), "is_checked": True}
    return step_page(request, enrolment, one, selection_of(enrolment, one.course), closed="", given=given, status=422)


@require_POST
@signed_in
def study_again(request: SignedInRequest, enrolment_id: int, course_id: int) -> HttpResponse:
    """Begin a course anew after a decision took its hours."""
    enrolment, one = own_enrolment(request, enrolment_id), get_object_or_404(Course, pk=course_id)
    number = actions.study_again(enrolment=enrolment, course=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:course", args=[enrolment_id, course_id]), note=f"从头学起，{number} 个环节要重新学")


@require_GET
@signed_in
def case(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Show a lesson case: its film, the experts' commentary beside it, and the sheet to observe by."""
    enrolment = own_enrolment(request, enrolment_id)
    drawn = CaseDraw.objects.select_related("case__media", "case__captions", "case__poster")
    draw = get_object_or_404(drawn, enrolment=enrolment, case_id=case_id, voided_at__isnull=True)
    context = {
        "enrolment": enrolment,
        "draw": draw,
        "case": draw.case,
        "commentary": rich_text.shown(rich_text.from_source(draw.case.commentary)) if draw.case.commentary else "",
        "closed": permissions.reason_not_to_study(request.actor, enrolment, draw.block, at=now()),
        "withheld_by": queries.case_withheld_by(draw),
        "observe_url": elsewhere("assessment:observe", enrolment_id, case_id) if draw.needs_report else "",
        **parts.film(request, enrolment, films.reel_of_case(draw.case), Item.CASE, draw.case, block=draw.block),
    }
    return htmx.page(request, "learning/case.html", context)


@require_POST
@signed_in
def study_case_again(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Begin a lesson case anew after a decision took its hours."""
    enrolment, one = own_enrolment(request, enrolment_id), get_object_or_404(LessonCase, pk=case_id)
    actions.study_case_again(enrolment=enrolment, case=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:case", args=[enrolment_id, case_id]), note="从头看起，看完、交了报告重新计学时")


@require_POST
@signed_in
def open_case(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Give the player its ticket for a lesson case, as JSON."""
    enrolment = own_enrolment(request, enrolment_id)
    one = get_object_or_404(LessonCase, pk=case_id)
    opened = actions.open_case(enrolment=enrolment, case=one, by=request.actor, at=now(), origin=origin_of(request))
    return _opened(opened, queries.seen(enrolment, Item.CASE, one.pk))


def step_page(
    request: SignedInRequest,
    enrolment: Enrolment,
    one: Step,
    selection: Selection,
    *,
    closed: str,
    given: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of a step; `given` replaces parts of it after a refused form."""
    frame, leg = _frame(enrolment, one, selection)
    part = parts.of_step(request, enrolment, one, block=selection.block, is_done=leg.is_done, given=given or {})
    return htmx.page(request, "learning/step.html", {**frame, "closed": closed, **part}, status=status)


def step_of(step_id: int) -> Step:
    """Load a step with its course and files, or 404. Cost: one query."""
    found = queries.STEP.first(step=step_id)
    if found is None:
        raise Http404
    return found


def selection_of(enrolment: Enrolment, one: Course) -> Selection:
    """Return the course's entry in the list, or 404. Cost: one query."""
    found = queries.selection_of(enrolment, one)
    if found is None:
        raise NotFound(f"《{one.title}》不在您的课程里。可以在选课开放时选它。")
    return found


def _own_selection(request: SignedInRequest, enrolment_id: int, one: Course) -> Selection:
    found = queries.selection_with_enrolment(request.person_id, enrolment_id, one)
    return found or selection_of(own_enrolment(request, enrolment_id), one)


def _opened_by_looking(request: SignedInRequest, one: Step, selection: Selection) -> str:
    """Open the step; return in words why it does not count, "" when it does."""
    try:
        actions.open_step(
            enrolment=selection.enrolment, step=one, by=request.actor, at=now(), origin=origin_of(request), selection=selection
        )
    except (NotPermitted, Conflict) as reason:
        return reason.message
    return ""


def options(raw: list[str]) -> tuple[int, ...]:
    """Read the chosen options of a form; anything odd is none."""
    return tuple(int(value) for value in raw if value.isascii() and value.isdecimal() and len(value) < 3)


def _frame(enrolment: Enrolment, one: Step, selection: Selection) -> tuple[dict[str, object], queries.Leg]:
    found = queries.legs(enrolment, one.course)
    leg = next(leg for leg in found if leg.step_id == one.pk)
    frame = {
        "enrolment": enrolment,
        "course": one.course,
        "selection": selection,
        "step": one,
        "leg": leg,
        "legs": found,
        "done": sum(leg.is_done for leg in found),
        "withheld_by": queries.withheld_by(found),
        "following": queries.following(found, one.pk),
    }
    return frame, leg


def _opened(opened: actions.opening.Opened, seen: queries.Seen) -> JsonResponse:
    return JsonResponse(
        {"ticket": opened.ticket, "seconds": opened.seconds, "position": opened.position, "until": opened.until, "seen": seen.text}
    )
