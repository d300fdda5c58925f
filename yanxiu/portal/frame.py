"""The frame of every page: whose hat is worn, which menu it brings, and what waits elsewhere."""

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yanxiu.access.queries import Bearer, Held, hats
from yanxiu.kit import htmx
from yanxiu.kit.frame import Frame
from yanxiu.people import sessions
from yanxiu.portal import menus
from yanxiu.portal.queries.around import Around, around

_WORK = {"school_admin": "decide", "county_admin": "decide", "city_admin": "decide", "province_admin": "decide", "tutor": "mark",
         "expert": "mark", "host": "host"}  # fmt: skip


def frame(request: HttpRequest) -> dict[str, object]:
    """Provide `frame` to all templates, made when a page first shows it. Cost: one query when somebody is signed in."""
    return {"frame": lambda: _once(request)}


def first_hat(bearer: Bearer) -> Held | None:
    """Return the highest hat with something waiting, None when nothing waits under any. Cost: one query."""
    waiting = _around(bearer, bearer.worn(None)).waiting
    return next((held for held, count in zip(bearer.held, waiting, strict=False) if count), None)


def _once(request: HttpRequest) -> Frame:
    made: Frame | None = getattr(request, "frame", None)
    if made is None:
        made = _frame(request)
        request.frame = made  # type: ignore[attr-defined]  # kept for the parts of the same page
    return made


def _frame(request: HttpRequest) -> Frame:
    bearer: Bearer | None = getattr(request, "bearer", None)
    plain = Frame(
        site_name=settings.SITE_NAME,
        point_name=settings.POINT_NAME,
        filing=settings.FILING,
        theme=_cookie(request, "theme", ("auto", "light", "dark")),
        text_size=_cookie(request, "text_size", ("normal", "large")),
        text_size_url=menus.address("people:set_text_size"),
        theme_url=menus.address("people:set_theme"),
        language_url=menus.address("portal:set_language"),
        sign_in_url=menus.address("people:sign_in"),
        help_url=menus.address("portal:help_pages"),
        note=htmx.take_note(request.session) if hasattr(request, "session") else "",
    )
    return plain if bearer is None else _worn(request, bearer, plain)


def _menu(role: str) -> Sequence[menus.Entry]:
    """The menu of a role; on a machine of a teaching point its keeper has the way to the centre."""
    return (*menus.MENUS[role], menus.SEAT) if settings.POINT_NAME and role == "school_admin" else menus.MENUS[role]


def _cookie(request: HttpRequest, name: str, choices: tuple[str, ...]) -> str:
    chosen = request.COOKIES.get(name, "")
    return chosen if chosen in choices else choices[0]


def _worn(request: HttpRequest, bearer: Bearer, plain: Frame) -> Frame:
    hat = request.session.get(sessions.HAT)
    worn = bearer.worn(hat)
    facts = _around(bearer, worn)
    role = worn.role.code if worn else menus.LEARNER
    waiting = {str(held.id): count for held, count in zip(bearer.held, facts.waiting, strict=False)}
    mine = waiting.get(str(worn.id), 0) if worn else 0
    ids = {
        "enrolment": facts.enrolment_id,
        "programme": facts.programme_id,
        "unit": _unit_id(worn),
        "space": worn.space_id if worn else None,
    }
    shown = [replace(one, waiting=waiting.get(one.id, 0)) for one in hats(bearer, hat)]
    other = next((one for one in shown if one.waiting and not one.current), None)
    counts = {"waiting": mine}
    return replace(
        plain,
        hat_title=next((one.label for one in shown if one.current), ""),
        hat_unit=next((one.unit for one in shown if one.current), ""),
        hats=tuple(shown),
        menu=tuple(menus.items(_menu(role), here=request.path, ids=ids, counts=counts)),
        tabs=tuple(menus.items(menus.TABS.get(role, ()), here=request.path, ids=ids, counts=counts)),
        person_name=bearer.person_name,
        unread=facts.unread,
        theme=bearer.theme,
        text_size=bearer.text_size,
        wear_hat_url=menus.address("access:wear_hat"),
        search_url=menus.address("portal:search"),
        search_hint=_("搜人、单位、课程、方案") if worn else _("搜课程、方案"),
        inbox_url=menus.address("notices:inbox"),
        settings_url=menus.address("people:settings"),
        sign_out_url=menus.address("people:sign_out"),
        elsewhere=_("另有 %(count)d 项在“%(hat)s”") % {"count": other.waiting, "hat": other.label} if other else "",
        elsewhere_hat=other.id if other else "",
    )


def _around(bearer: Bearer, worn: Held | None) -> Around:
    works = [(_WORK.get(held.role.code, ""), _place(held)) for held in bearer.held]
    try:
        return around(person_id=bearer.person_id, path=worn.org_path if worn else "", works=works)
    except DatabaseError:  # the page of an error is shown even when the database is what failed
        return Around()


def _place(held: Held) -> str:
    return str(held.space_id or 0) if held.role.works_in_space else held.org_path


def _unit_id(worn: Held | None) -> int | None:
    parts = worn.org_path.strip("/").split("/") if worn else []
    return int(parts[-1]) if parts and parts[-1].isdecimal() else None
