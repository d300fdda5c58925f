"""集中学习 on a teacher's phone: when and where, signing in, leave."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import ActorRequest, SignedInRequest, public, signed_in
from yanxiu.learning import permissions, rotating
from yanxiu.learning.actions import leaving, signing
from yanxiu.learning.models import Attendance, Finding, LeaveRequest
from yanxiu.learning.queries import attending as queries
from yanxiu.learning.session_forms import LeaveForm

_STALE = "这个码已经换过了。屏幕上的码 {} 秒一换，请走近屏幕再扫一次。"


@require_GET
@signed_in
@never_cache
def my_sessions(request: SignedInRequest) -> HttpResponse:
    """Show the own study days: what runs now, what comes, what was."""
    return _page(request)


@require_GET
@public
@never_cache
def scan(request: ActorRequest, session_id: int, code: str) -> HttpResponse:
    """Take a scanned code: the scan counts from this moment, who scanned is asked next (signing in if needed)."""
    at = now()
    step = rotating.accepted(session_id, code, at=at)
    if step is None:
        words = _STALE.format(rotating.STEP_SECONDS)
        return htmx.page(request, "learning/scan.html", {"problem": words}, status=409)
    device = request.COOKIES.get(rotating.DEVICE_COOKIE, "")[:40] or rotating.new_device()
    token = rotating.arrived(rotating.Arrival(session_id=session_id, step=step, at=at, device=device))
    response = htmx.redirect(request, reverse("learning:arrive", args=[session_id, token]))
    response.set_cookie(
        rotating.DEVICE_COOKIE, device, max_age=rotating.DEVICE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


@require_GET
@signed_in
@never_cache
def arrive(request: SignedInRequest, session_id: int, token: str) -> HttpResponse:
    """Ask whether it is really this person who signs in, by name."""
    place = _own(request, session_id)
    arrival = rotating.arrival_of(token, device=request.COOKIES.get(rotating.DEVICE_COOKIE, ""), at=now())
    problem = "" if arrival and arrival.session_id == session_id else _STALE.format(rotating.STEP_SECONDS)
    context = {"place": place, "token": token, "problem": problem, "is_signed": place.state in (Finding.PRESENT, Finding.LATE)}
    return htmx.page(request, "learning/arrive.html", context, status=409 if problem else 200)


@require_POST
@signed_in
def sign_in(request: SignedInRequest, session_id: int, token: str) -> HttpResponse:
    """Sign in by a scan that was in time."""
    at = now()
    place = _own(request, session_id)
    arrival = rotating.arrival_of(token, device=request.COOKIES.get(rotating.DEVICE_COOKIE, ""), at=at)
    if arrival is None:
        raise signing.CodeRefused(_STALE.format(rotating.STEP_SECONDS))
    return _signed(request, signing.sign_in(attendance=place, arrival=arrival, by=request.actor, at=at))


@require_POST
@signed_in
def sign_in_by_digits(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Sign in by the six digits on the screen."""
    place = _own(request, session_id)
    device = request.COOKIES.get(rotating.DEVICE_COOKIE, "")[:40]
    digits = request.POST.get("digits", "")[:20]
    try:
        signed = signing.sign_in_by_digits(attendance=place, digits=digits, device=device, by=request.actor, at=now())
    except DomainError as error:
        return _page(request, problem=error.message, status=error.status)
    return _signed(request, signed)


@require_http_methods(["GET", "POST"])
@signed_in
def ask_leave(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Ask to stay away from a session."""
    place = _own(request, session_id)
    form = LeaveForm(request.POST or None, request.FILES or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        proof = form.cleaned_data["proof"]
        try:
            leaving.ask_leave(
                attendance=place, reason=form.cleaned_data["reason"], proof=proof.file if proof else None,
                proof_name=proof.name if proof else "", by=request.actor, at=now(),
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("learning:my_sessions"), note="请假已交，等学校答复")
    return htmx.page(request, "learning/ask_leave.html", {"place": place, "form": form}, status=status)


@require_POST
@signed_in
def withdraw_leave(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Take the own application back while it waits."""
    own = LeaveRequest.objects.filter(attendance__in=permissions.own_attendances(request.actor))
    one = get_object_or_404(own.select_related("attendance__session__unit", "attendance__enrolment__person"), pk=request_id)
    leaving.withdraw_leave(request=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:my_sessions"), note="请假已撤回，要请还可以再请")


def _page(request: SignedInRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    at = now()
    places = queries.own_sessions(permissions.own_attendances(request.actor))
    coming = [one for one in places if one.session.ends_at > at]
    past = [one for one in places if one.session.ends_at <= at]
    context = {
        "here": queries.running(coming, at=at),
        "coming": coming[::-1],
        "past": past,
        "attended": sum(one.state in (Finding.PRESENT, Finding.LATE) for one in past),
        "problem": problem,
        "hosted": queries.hosted(permissions.hosted_rooms(request.actor), after=at),
    }
    return htmx.page(request, "learning/my_sessions.html", context, status=status)


def _own(request: SignedInRequest, session_id: int) -> Attendance:
    found = permissions.own_attendances(request.actor).select_related("session__unit", "enrolment__person")
    return get_object_or_404(found, session=session_id)


def _signed(request: SignedInRequest, signed: signing.Signed) -> HttpResponse:
    late = signed.mark.finding == Finding.LATE
    note = ("签到已记下，记为迟到" if late else "签到已记下") if signed.is_new else "您已经签过到了"
    return htmx.redirect(request, reverse("learning:my_sessions"), note=note)
