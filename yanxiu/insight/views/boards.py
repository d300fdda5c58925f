"""看板: a unit, and what lies below it."""

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.insight import permissions, queries
from yanxiu.insight.views.loading import place_from, stage_filter, stage_from
from yanxiu.kit import clock, htmx
from yanxiu.kit.components import Filter, HeatRow, Option
from yanxiu.kit.policy import SignedInRequest, requires

_TEACHERS = 200


@require_GET
@requires(permissions.VIEW)
def board(request: SignedInRequest) -> HttpResponse:
    """Show the board of a unit in the scope; a school lists its people."""
    at = clock.now()
    place = place_from(request.GET, request.actor, at=at)
    stage = stage_from(request.GET)
    page = queries.board_page(place, at=at, stage=stage)
    days, series, words = queries.trend(page.board, queries.growth(place) if page.board.all.people else [], at=at)
    context = {
        "page": page,
        "place": place,
        "now": at,
        "heat_columns": page.heat_columns,
        "teachers": _teachers(place, at=at, stage=stage),
        "filters": [*_programmes(place, stage), stage_filter("board", place, stage)],
        "export_url": queries.link("export_progress", place, rule="all") if request.actor.may(permissions.EXPORT) else "",
        "circular_url": queries.link("draft_circular", place),
        "trend_days": days,
        "trend": series,
        "trend_words": words,
        "to_dos": (),
    }
    return htmx.page(request, "insight/board.html", context)


def _teachers(place: queries.Place, *, at: datetime, stage: str) -> list[HeatRow]:
    if not place.is_leaf:
        return []
    found = queries.people(place, rule="all", at=at, stage=stage, size=_TEACHERS)
    return queries.teachers(place, found.rows, at=at, standing=reverse("portal:standing_of", args=[0]))


def _programmes(place: queries.Place, stage: str) -> list[Filter]:
    if len(place.programmes) < 2 or place.programme is None:
        return []
    options = [
        Option(label=one.title, url=queries.link("board", place, programme=one.pk, stage=stage), current=one.pk == place.programme.pk)
        for one in place.programmes
    ]
    return [Filter(label=_("方案"), value=place.programme.title, options=options)]
