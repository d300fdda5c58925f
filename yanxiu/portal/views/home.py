"""`/`: the home of the hat worn."""

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from yanxiu.access.queries import Bearer, Held
from yanxiu.kit import clock, htmx
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.people import sessions
from yanxiu.portal import agenda, frame, timetable, words
from yanxiu.portal.menus import LEARNER
from yanxiu.portal.queries import today
from yanxiu.portal.views import audit, desks, offices

Home = Callable[[SignedInRequest, Held | None], HttpResponse]


@require_GET
@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """Show what the hat worn has to do now, what is late, and where it stands.

    Who holds several hats and never chose one begins under the highest of those with something waiting today.
    """
    bearer: Bearer = request.bearer  # type: ignore[attr-defined]  # set by access.middleware
    hat = request.session.get(sessions.HAT)
    worn = bearer.worn(hat)
    if bearer.is_undecided(hat) and (first := frame.first_hat(bearer)) is not None and first is not worn:
        sessions.wear(request.session, hat=str(first.id))
        return htmx.redirect(request, "/")
    return HOMES.get(worn.role.code if worn else LEARNER, _learner)(request, worn)


def _learner(request: SignedInRequest, worn: Held | None) -> HttpResponse:  # noqa: ARG001 - every home takes the same
    at = clock.now()
    bearer: Bearer = request.bearer  # type: ignore[attr-defined]  # set by access.middleware
    facts = today.today(request.person_id, at=at)
    found = agenda.compose(facts, at=at)
    context = {
        "agenda": found,
        "headline": agenda.headline(found, words.address(bearer.person_name)),
        "hours": found.hours,
        "windows": timetable.windows(facts.spans, at=at),
        "window_words": timetable.sentence(facts.spans, at=at),
        "today": clock.day(at),
        "now": at,
        "news": facts.news,
        "primary": facts.enrolments[0] if facts.enrolments else None,
    }
    return htmx.page(request, "portal/today.html", context)


HOMES: dict[str, Home] = {
    LEARNER: _learner,
    "school_admin": offices.school,
    "county_admin": offices.office,
    "city_admin": offices.office,
    "province_admin": offices.office,
    "host": desks.host,
    "tutor": desks.tutor,
    "expert": desks.tutor,
    "designer": desks.designer,
    "operator": desks.operator,
    "auditor": audit.auditor,
}
