"""Who is asking: the person of the session under the hat worn, looked up anew on every request (security P-09)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from yanxiu.access.queries import Bearer, bearer
from yanxiu.kit import clock, policy
from yanxiu.kit.actor import ANONYMOUS, Actor
from yanxiu.people import sessions
from yanxiu.people.models import AccountState

Handler = Callable[[HttpRequest], HttpResponse]


class actor:  # noqa: N801 - Django calls middleware by its dotted name
    """Set `request.actor`, and `request.bearer` (None for the anonymous) for the frame. Cost: one query when signed in.

    A suspended account, a changed security stamp, a device signed out from elsewhere or a session that is over ends the session
    before the view is asked. Whoever must change the password first reaches nothing else (AU-02).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = _found(request)
        request.bearer = found  # type: ignore[attr-defined]  # read by the frame and by people's and access's pages
        request.actor = _actor(request, found)  # type: ignore[attr-defined]  # ActorRequest
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object) -> HttpResponse | None:  # noqa: ARG002
        """Send whoever must change the password to where that is done."""
        found: Bearer | None = request.bearer  # type: ignore[attr-defined]
        rule = policy.of(view)
        if found is None or not found.must_change_password or rule is None or rule.kind == "public" or rule.exempt_from_change:
            return None
        return HttpResponseRedirect(reverse("people:change_password"))


def _found(request: HttpRequest) -> Bearer | None:
    account_id = sessions.account_id(request.session)
    if account_id is None:
        return None
    at = clock.now()
    found = bearer(account_id, on=clock.day(at), opened=sessions.opened_id(request.session))
    if (
        found is None
        or found.is_ended
        or found.state != AccountState.ACTIVE
        or found.security_stamp != request.session.get(sessions.STAMP)
        or sessions.is_over(request.session, in_office=found.worn(request.session.get(sessions.HAT)) is not None, at=at)
    ):
        sessions.end(request.session)
        return None
    sessions.touch(request.session, at=at)
    return found


def _actor(request: HttpRequest, found: Bearer | None) -> Actor:
    if found is None:
        return ANONYMOUS
    return found.actor(request.session.get(sessions.HAT), session_hash=sessions.hashed_key(request.session))
