"""帮助 of the role worn, and what is kept about people."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.access.queries import Bearer, holders
from yanxiu.kit import clock, htmx
from yanxiu.kit.policy import ActorRequest, public
from yanxiu.people import sessions
from yanxiu.portal import guide
from yanxiu.portal.menus import LEARNER


@require_GET
@public
def help_pages(request: ActorRequest) -> HttpResponse:
    """Answer what people of the role ask, and say whom to call."""
    bearer: Bearer | None = getattr(request, "bearer", None)
    worn = bearer.worn(request.session.get(sessions.HAT)) if bearer else None
    role = worn.role.code if worn else LEARNER
    asked = holders("school_admin", paths=[bearer.unit_path], on=clock.day(clock.now()))[:5] if bearer and bearer.unit_path else ()
    context = {
        "base": _base(request),
        "answers": guide.GUIDES.get(role, guide.LEARNER),
        "role": worn.role.label if worn else _("参训教师"),
        "contacts": [one.person.name for one in asked],
        "unit_name": bearer.unit_name if bearer else "",
    }
    return htmx.page(request, "portal/help.html", context)


@require_GET
@public
def privacy(request: ActorRequest) -> HttpResponse:
    """Say what is kept about people, and who sees it."""
    return htmx.page(request, "portal/privacy.html", {"base": _base(request), "answers": guide.PRIVACY})


def _base(request: ActorRequest) -> str:
    """The frame with a menu for who is signed in, the bare one for visitors."""
    return "bare.html" if request.actor.is_anonymous else "page.html"
