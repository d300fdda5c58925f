"""A test: its rules and attempts, the paper, and the result."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.assessment import actions, permissions
from yanxiu.assessment.forms import answers_in
from yanxiu.assessment.models import Attempt
from yanxiu.assessment.queries import study, tests
from yanxiu.assessment.views.arriving import arrived
from yanxiu.assessment.views.leading import course_url
from yanxiu.catalogue.models import StepKind
from yanxiu.kit import htmx
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rules import reason_against

CLOCK_SHOWN = timedelta(hours=2)


@require_GET
@signed_in
def test(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Show the rules of a test and the attempts made."""
    place = _place(request, enrolment_id, step_id)
    page = tests.test_page(place.enrolment, place.step)
    closed = reason_against(permissions.check_can_take, request.actor, place.enrolment, place.step, at=now())
    return htmx.page(request, "assessment/test.html", {"page": page, "closed": closed, "back_url": course_url(place.enrolment, place.step)})


@require_POST
@signed_in
def start(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Begin an attempt, or go on with the open one."""
    place = _place(request, enrolment_id, step_id)
    attempt = actions.start(enrolment=place.enrolment, step=place.step, by=request.actor, at=arrived(request))
    return htmx.redirect(request, reverse("assessment:attempt", args=[attempt.pk]))


@require_GET
@signed_in
def attempt(request: SignedInRequest, attempt_id: int) -> HttpResponse:
    """Show the paper of one's open attempt, or the result of one that is over."""
    found = permissions.visible_attempts(request.actor).filter(pk=attempt_id).select_related("enrolment__person", "step__course").first()
    if found is None:
        raise NotFound(_("没有找到这次测试。请从“我的课程”里打开。"))
    if found.is_open:
        return _paper(request, found, at=now())
    is_own = found.enrolment.person_id == request.person_id
    back_url = course_url(found.enrolment, found.step) if is_own else ""
    return htmx.page(request, "assessment/result.html", {"result": tests.result_of(found), "is_own": is_own, "back_url": back_url})


@require_POST
@signed_in
def save_answers(request: SignedInRequest, attempt_id: int) -> HttpResponse:
    """Keep the answers that were sent: one question by htmx, the whole paper without JavaScript."""
    at = arrived(request)
    found = actions.save_answers(attempt=_own(request, attempt_id), chosen=answers_in(request.POST), by=request.actor, at=at)
    note = _("已存 %(time)s") % {"time": f"{local(at):%H:%M}"}
    if not htmx.is_htmx(request):
        return _to(request, found, note=note)
    return htmx.swap(request, "assessment/paper.html#answered", {"paper": tests.paper_of(found)}, otherwise="/")


@require_POST
@signed_in
def hand_in(request: SignedInRequest, attempt_id: int) -> HttpResponse:
    """Hand the paper in; with blank questions ask once more."""
    at = arrived(request)
    found = _own(request, attempt_id)
    if not found.is_open:
        return _to(request, found)
    found = actions.hand_in(
        attempt=found, chosen=answers_in(request.POST), allow_blank="allow_blank" in request.POST, by=request.actor, at=at
    )
    return _paper(request, found, at=at, asks_again=True) if found.is_open else _to(request, found)


def _to(request: SignedInRequest, found: Attempt, *, note: str = "") -> HttpResponse:
    return htmx.redirect(request, reverse("assessment:attempt", args=[found.pk]), note=note)


def _paper(request: SignedInRequest, found: Attempt, *, at: datetime, asks_again: bool = False) -> HttpResponse:
    near = found.ends_at is not None and timedelta(0) < found.ends_at - at < CLOCK_SHOWN
    context = {
        "paper": tests.paper_of(found),
        "now": at,
        "is_near": near,
        "is_over": found.is_over(at),
        "asks_again": asks_again,
        "back_url": course_url(found.enrolment, found.step),
    }
    return htmx.page(request, "assessment/paper.html", context, status=409 if asks_again else 200)


def _place(request: SignedInRequest, enrolment_id: int, step_id: int) -> study.Place:
    mine = permissions.own_enrolments(request.actor)
    return study.place_in(mine, enrolment_id=enrolment_id, step_id=step_id, kind=StepKind.TEST)


def _own(request: SignedInRequest, attempt_id: int) -> Attempt:
    found = permissions.own_attempts(request.actor).filter(pk=attempt_id).first()
    if found is None:
        raise NotFound(_("没有找到这次测试。请从“我的课程”里打开。"))
    return found
