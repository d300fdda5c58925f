"""分会场: setting the rooms of a session, seating people, and the page of who keeps a room."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.learning import attendance as rules
from yanxiu.learning import permissions
from yanxiu.learning.actions import checking, rooming
from yanxiu.learning.models import SessionRoom, StudySession
from yanxiu.learning.queries import attending as queries
from yanxiu.learning.session_forms import RoomsForm
from yanxiu.learning.views.hosting import number_of


@require_http_methods(["GET", "POST"])
@requires(permissions.FIX)
def set_rooms(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Set the rooms of a session, one a line."""
    one = get_object_or_404(permissions.fixed_sessions(request.actor).select_related("unit"), pk=session_id)
    rooms = queries.rooms_of(one)
    written = "\n".join(f"{room.name}，{room.host.name}" if room.host else room.name for room in rooms)
    form = RoomsForm(request.POST if request.method == "POST" else None, initial={"rooms": written})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            found = rooming.set_rooms(session=one, rooms=form.facts, by=request.actor, at=now())
        except DomainError as error:
            error.field = "rooms" if error.field else None
            status = explain(form, error)
        else:
            note = f"分成 {len(found)} 个教室，人已按学科分好" if found else "不再分教室"
            return htmx.redirect(request, reverse("learning:session", args=[one.pk]), note=note)
    return htmx.page(request, "learning/set_rooms.html", {"session": one, "form": form, "rooms": rooms}, status=status)


@require_POST
@requires(permissions.KEEP)
def change_room(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Seat the chosen people in another room."""
    one = get_object_or_404(permissions.kept_sessions(request.actor).select_related("unit"), pk=session_id)
    room = get_object_or_404(SessionRoom, pk=number_of(request.POST.get("room")), session=one)
    ids = [number_of(raw) for raw in request.POST.getlist("place")]
    if not ids:
        raise Invalid("还没有选人。先在名单里勾选，再换教室。")
    moved = rooming.change_room(session=one, ids=ids, room=room, by=request.actor, at=now())
    return htmx.redirect(request, reverse("learning:session", args=[one.pk]), note=f"{moved} 人换到{room.name}")


@require_GET
@signed_in
@never_cache
def room(request: SignedInRequest, room_id: int) -> HttpResponse:
    """Show a room to who keeps it: who sits here, who came, spot checks."""
    return _page(request, _room(request, room_id))


@require_POST
@signed_in
def draw_in_room(request: SignedInRequest, room_id: int) -> HttpResponse:
    """Draw a list for an unannounced check of one room."""
    one = _room(request, room_id)
    size = number_of(request.POST.get("size"))
    try:
        check = checking.draw_spot_check(session=one.session, room=one, size=size, by=request.actor, at=now())
    except DomainError as error:
        return _page(request, one, problem=error.message, status=error.status)
    return htmx.redirect(request, reverse("learning:spot_check", args=[check.pk]), note=f"抽了 {check.size} 人")


def _page(request: SignedInRequest, one: SessionRoom, *, problem: str = "", status: int = 200) -> HttpResponse:
    session: StudySession = one.session
    people, turnout = queries.people_in(one)
    at = now()
    context = {
        "room": one,
        "session": session,
        "people": people,
        "turnout": turnout,
        "begins": rules.is_ahead(session, at) and not turnout.came,
        "checks": queries.checks_of(session, room=one),
        "runs": session.called_off_at is None and session.starts_at <= at < session.ends_at,
        "problem": problem,
    }
    return htmx.page(request, "learning/room.html", context, status=status)


def _room(request: SignedInRequest, room_id: int) -> SessionRoom:
    found = permissions.kept_rooms(request.actor).select_related("session__unit", "host")
    return get_object_or_404(found, pk=room_id)
