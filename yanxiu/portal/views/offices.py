"""Homes of administrators: the board of an office, the day of a school."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.access.queries import Held
from yanxiu.insight import permissions as insight_permissions
from yanxiu.insight import queries as insight
from yanxiu.kit import clock, htmx
from yanxiu.kit.components.wording import number, until, waited
from yanxiu.kit.policy import SignedInRequest
from yanxiu.portal.menus import address
from yanxiu.portal.queries.waits import Waits, waits
from yanxiu.programmes.queries.windows import Span, windows_of

_SLOWEST = 10
_LONG = timedelta(days=3)


def office(request: SignedInRequest, worn: Held | None) -> HttpResponse:
    """Show the board of the office's region, with what waits for a decision."""
    at = clock.now()
    place = _place(request, worn, at=at)
    page = insight.board_page(place, at=at)
    days, series, words = insight.trend(page.board, insight.growth(page.board), at=at)
    context = {
        "page": page,
        "place": place,
        "now": page.board.as_of,
        "stage": "",
        "heat_columns": page.heat_columns,
        "teachers": (),
        "filters": (),
        "trend_days": days,
        "trend": series,
        "trend_words": words,
        "to_dos": _decisions(_waits(request, place), at=at),
        "export_url": insight.link("export_progress", place, rule="all") if request.actor.may(insight_permissions.EXPORT) else "",
        "circular_url": insight.link("draft_circular", place),
    }
    return htmx.page(request, "portal/office.html", context)


def school(request: SignedInRequest, worn: Held | None) -> HttpResponse:
    """Show what a school has to decide, who lags, and where it stands."""
    at = clock.now()
    place = _place(request, worn, at=at)
    page = insight.board_page(place, at=at)
    found = _waits(request, place)
    slowest = insight.people(place, rule="not_passed", at=at, size=_SLOWEST)
    spans = windows_of(place.programme.current_id, place.unit.path) if place.programme and place.programme.current_id else ()
    topics = _topics(place, found, spans, at=at)
    to_dos = [*([topics] if topics else []), *_decisions(found, at=at), *page.to_dos]
    context = {
        "page": page,
        "place": place,
        "now": at,
        "headline": topics.title if topics else page.headline,
        "first": to_dos[0] if to_dos else None,
        "rest": to_dos[1:],
        "heat_columns": page.heat_columns,
        "teachers": insight.teachers(place, slowest.rows, at=at, standing=reverse("portal:standing_of", args=[0])),
        "board_url": insight.link("board", place),
        "topics_count": found.topics,
    }
    return htmx.page(request, "portal/school.html", context)


def _place(request: SignedInRequest, worn: Held | None, *, at: datetime) -> insight.Place:
    unit_id = int(worn.org_path.strip("/").split("/")[-1]) if worn else None
    return insight.place_of(request.actor, unit_id=unit_id, programme_id=None, at=at)


def _waits(request: SignedInRequest, place: insight.Place) -> Waits:
    programme_id = place.programme.pk if place.programme else None
    return waits(path=place.unit.path, unit_id=place.unit.pk, programme_id=programme_id, person_id=request.person_id)


def _decisions(found: Waits, *, at: datetime) -> Sequence[insight.ToDo]:
    """The queues of reviews, each with its oldest wait; red only when somebody waits for days."""
    queues = (
        (found.withdrawals, found.withdrawals_since, _("%(count)s 份报删待审"), "programmes:withdrawals", _("去审")),
        (found.lessons, found.lessons_since, _("%(count)s 节研究课待确认"), "fieldwork:lessons_to_confirm", _("去确认")),
        (found.courses, None, _("%(count)s 门课程待审"), "catalogue:courses", _("去看")),
    )
    return [
        insight.ToDo(
            title=title % {"count": number(count)}, url=address(route), verb=verb, icon="inbox",
            note=_("最久等了 %(long)s") % {"long": waited(at - since)} if since else "",
            tone="late" if since and at - since > _LONG else "plain",
        )
        for count, since, title, route, verb in queues
        if count and address(route)
    ]  # fmt: skip


def _topics(place: insight.Place, found: Waits, spans: Sequence[Span], *, at: datetime) -> insight.ToDo | None:
    """The decision about topics, while its window is open and nothing is decided."""
    span = next((one for one in spans if "choose_topics" in one.opens), None)
    if span is None or found.topics or place.programme is None or span.state(at) not in {"open", "undated"}:
        return None
    return insight.ToDo(
        title=_("还没有定选修专题"), note=_("%(count)s 位教师填了需求。定下以后教师才能选课") % {"count": number(found.wishers)}
        + (_("，%(until)s 截止") % {"until": until(span.ends_at)} if span.ends_at else ""),
        url=address("learning:school_topics", place.programme.pk, place.unit.pk), verb=_("去定专题"), icon="choose", tone="soon",
        due=span.ends_at,
    )  # fmt: skip
