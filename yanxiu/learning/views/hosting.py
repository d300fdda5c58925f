"""考勤 in the hall: sessions, the code on the screen, the list, spot checks."""

import io

import segno
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yanxiu.kit import htmx, markup, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rules import reason_against
from yanxiu.kit.text import whole_number, whole_numbers
from yanxiu.learning import attendance as rules
from yanxiu.learning import permissions, rotating
from yanxiu.learning.actions import checking, signing
from yanxiu.learning.models import Attendance, Finding, SessionRoom, SpotCheckEntry, StudySession
from yanxiu.learning.queries import attending as queries
from yanxiu.learning.session_forms import CorrectionForm

_WORDS = {**dict(Finding.choices), Finding.PENDING: "还没到"}


@require_GET
@requires(permissions.KEEP, permissions.FIX)
def sessions(request: SignedInRequest) -> HttpResponse:
    """List the study days of the scope: those to come and running, or those that are over."""
    at = now()
    show = "past" if request.GET.get("show") == "past" else "coming"
    found = permissions.kept_sessions(request.actor).select_related("unit", "programme")
    found = (
        found.filter(ends_at__lte=at).order_by("-starts_at", "-pk")
        if show == "past"
        else found.filter(ends_at__gt=at).order_by("starts_at", "pk")
    )
    page = paging.page_of(queries.with_counts(found), number=paging.number_from(request.GET.get("page")))
    context = {
        "page": page,
        "show": show,
        "tabs": [
            Tab(label="要开的", url="?show=coming", current=show == "coming"),
            Tab(label="开过的", url="?show=past", current=show == "past"),
        ],
        "running": [one for one in page.rows if rules.takes_signs(one, at)],
        "leaves": queries.waiting_leaves(permissions.fixed_sessions(request.actor)),
        "may_fix": request.actor.may(permissions.FIX),
        "more": f"?show={show}&page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "learning/sessions.html", context)


@require_GET
@requires(permissions.KEEP, permissions.FIX)
@never_cache
def session(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Show who is here: the list with search, states, remarks; spot checks beside it."""
    return _page(request, _session(request, session_id))


@require_GET
@requires(permissions.KEEP)
@never_cache
def code(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Show the rotating code for the hall's screen, renewed by itself."""
    one = _session(request, session_id)
    at = now()
    step = rotating.step_of(at)
    url = request.build_absolute_uri(reverse("learning:scan", args=[one.pk, rotating.code(one.pk, step)]))
    digits = rotating.digits(one.pk, step)
    context = {
        "session": one,
        "picture": _picture(url),
        "digits": f"{digits[:3]} {digits[3:]}",
        "url": url,
        "left": rotating.seconds_left(at),
        "turnout": queries.turnout(one),
        "is_open": rules.takes_signs(one, at),
        "opens_at": one.starts_at - rules.OPENS_BEFORE,
        "seconds": rotating.STEP_SECONDS,
    }
    return htmx.page(request, "learning/code.html", context)


@require_POST
@requires(permissions.KEEP)
def call_roll(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Note by hand who is here, for the chosen."""
    one = _session(request, session_id)
    finding = request.POST.get("finding", "")
    if finding not in Finding.values:
        raise Invalid("请选记到还是记不在。")
    ids, reason = _chosen(request), request.POST.get("reason", "")
    try:
        changed = signing.call_roll(session=one, ids=ids, finding=Finding(finding), reason=reason, by=request.actor, at=now())
    except Invalid as error:
        return _page(request, one, problem=error.message, status=error.status)
    return _back(request, one, f"点名记下了 {len(ids)} 人，{changed} 人的状态变了")


@require_POST
@requires(permissions.KEEP)
def strike_sign_ins(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Strike out the sign-ins of the chosen."""
    one = _session(request, session_id)
    try:
        struck = signing.strike_sign_ins(
            session=one, ids=_chosen(request), reason=request.POST.get("reason", ""), by=request.actor, at=now()
        )
    except Invalid as error:
        return _page(request, one, problem=error.message, status=error.status)
    return _back(request, one, f"划去了 {struck} 个签到" if struck else "选中的人没有扫码签到")


@require_GET
@requires(permissions.KEEP, permissions.FIX)
def attendance(request: SignedInRequest, attendance_id: int) -> HttpResponse:
    """Show everything that speaks about one person in a session."""
    return _one(request, _place(request, attendance_id), CorrectionForm())


@require_POST
@requires(permissions.FIX)
def correct_attendance(request: SignedInRequest, attendance_id: int) -> HttpResponse:
    """Correct one person's state for the school."""
    place = _place(request, attendance_id)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _one(request, place, form, status=422)
    given = form.cleaned_data
    try:
        signing.correct_attendance(attendance=place, finding=Finding(given["finding"]), reason=given["reason"], by=request.actor, at=now())
    except Invalid as error:
        form.add_error(error.field, error.message)
        return _one(request, place, form, status=error.status)
    return htmx.redirect(request, reverse("learning:attendance", args=[place.pk]), note="考勤已更正")


@require_POST
@requires(permissions.KEEP)
def draw_spot_check(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Draw a list for an unannounced check."""
    one = _session(request, session_id)
    room = get_object_or_404(SessionRoom, pk=number_of(request.POST.get("room")), session=one) if request.POST.get("room") else None
    try:
        check = checking.draw_spot_check(session=one, room=room, size=number_of(request.POST.get("size")), by=request.actor, at=now())
    except Invalid as error:
        return _page(request, one, problem=error.message, status=error.status)
    return htmx.redirect(request, reverse("learning:spot_check", args=[check.pk]), note=f"抽了 {check.size} 人")


@require_GET
@signed_in
def spot_check(request: SignedInRequest, check_id: int) -> HttpResponse:
    """Show a drawn list to the checker: who keeps the session, or hosts the room it was drawn in."""
    found = permissions.kept_checks(request.actor).select_related("session__unit", "room")
    check = get_object_or_404(found, pk=check_id)
    entries = queries.entries_of(check)
    context = {
        "check": check,
        "session": check.session,
        "entries": entries,
        "open": sum(entry.mark is None for entry in entries),
        "missing": sum(entry.mark is not None and entry.mark.finding == Finding.ABSENT for entry in entries),
        "runs": now() < check.session.ends_at,
        "keeps_all": not reason_against(permissions.check_can_keep, request.actor, check.session),
    }
    return htmx.page(request, "learning/spot_check.html", context)


@require_POST
@signed_in
def mark_spot_check(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Note whether a drawn person is here."""
    found = SpotCheckEntry.objects.filter(check_list__in=permissions.kept_checks(request.actor)).select_related(
        "check_list__session__unit", "check_list__room", "attendance__enrolment__person"
    )
    entry = get_object_or_404(found, pk=entry_id)
    is_here = request.POST.get("here") == "yes"
    checking.mark_spot_check(entry=entry, is_here=is_here, by=request.actor, at=now())
    note = f"{entry.attendance.enrolment.person.name}：{'在' if is_here else '不在'}"
    return htmx.redirect(request, f"{reverse('learning:spot_check', args=[entry.check_list_id])}#e{entry.number}", note=note)


def _page(request: SignedInRequest, one: StudySession, *, problem: str = "", status: int = 200) -> HttpResponse:
    at = now()
    text, state, room = request.GET.get("q", "").strip()[:40], request.GET.get("state", ""), number_of(request.GET.get("room"))
    page = queries.hall(one, text=text, state=state, room=room, number=paging.number_from(request.GET.get("page")))
    rooms = queries.rooms_of(one)
    turnout = queries.turnout(one)
    shown = [("", "全部", turnout.called)] + [(key, _WORDS[key], turnout.counts.get(key, 0)) for key in Finding.values]
    context = {
        "session": one,
        "page": page,
        "q": text,
        "state": state,
        "tabs": [
            Tab(label=label, url=f"?state={key}&room={room or ''}", current=key == state, count=n)
            for key, label, n in shown
            if n or key in ("", state)
        ],
        "rooms": rooms,
        "room": next((it for it in rooms if it.pk == room), None),
        "turnout": turnout,
        "begins": rules.is_ahead(one, at) and not turnout.came,
        "checks": queries.checks_of(one),
        "takes_signs": rules.takes_signs(one, at),
        "runs": one.called_off_at is None and one.starts_at <= at < one.ends_at,
        "may_keep": not reason_against(permissions.check_can_keep, request.actor, one),
        "may_fix": not reason_against(permissions.check_can_fix, request.actor, one.unit),
        "problem": problem,
        "more": f"?state={state}&q={text}&room={room}&page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "learning/session.html", context, status=status)


def _one(request: SignedInRequest, place: Attendance, form: CorrectionForm, *, status: int = 200) -> HttpResponse:
    context = {
        "place": place,
        "session": place.session,
        "marks": queries.history_of(place),
        "form": form,
        "may_fix": not reason_against(permissions.check_can_fix, request.actor, place.session.unit),
    }
    return htmx.page(request, "learning/attendance.html", context, status=status)


def _session(request: SignedInRequest, session_id: int) -> StudySession:
    return get_object_or_404(permissions.kept_sessions(request.actor).select_related("unit", "programme"), pk=session_id)


def _place(request: SignedInRequest, attendance_id: int) -> Attendance:
    found = Attendance.objects.filter(session__in=permissions.kept_sessions(request.actor))
    return get_object_or_404(found.select_related("session__unit", "enrolment__person__unit"), pk=attendance_id)


def _chosen(request: SignedInRequest) -> list[int]:
    ids = whole_numbers(request.POST.getlist("place"))
    if not ids:
        raise Invalid("还没有选人。先在名单里勾选。")
    return ids


def number_of(raw: str | None) -> int:
    """Read a whole number of a form; anything odd is none (0)."""
    return whole_number(raw) or 0


def _back(request: SignedInRequest, one: StudySession, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("learning:session", args=[one.pk]), note=note)


def _picture(url: str) -> SafeString:
    drawn = io.BytesIO()
    segno.make(url, error="m").save(drawn, kind="svg", border=2, dark="#111", light="#fff", xmldecl=False, svgns=False, omitsize=True)
    return markup.made(drawn.getvalue().decode())
