"""看板: a unit, and what lies below it."""

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.insight import actions, permissions, queries, tasks
from yanxiu.insight.views.loading import place_from, stage_filter, stage_from
from yanxiu.kit import clock, htmx
from yanxiu.kit.components import Filter, HeatRow, Option
from yanxiu.kit.components.wording import moment
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.tasks import defer

_TEACHERS = 200
_AT_ONCE = 20_000


@require_GET
@requires(permissions.VIEW)
def board(request: SignedInRequest) -> HttpResponse:
    """Show the board of a unit in the scope; a school lists its people."""
    at = clock.now()
    place = place_from(request.GET, request.actor, at=at)
    stage = stage_from(request.GET)
    page = queries.board_page(place, at=at, stage=stage)
    days, series, words = queries.trend(page.board, queries.growth(page.board), at=at)
    context = {
        "page": page,
        "place": place,
        "now": page.board.as_of,
        "heat_columns": page.heat_columns,
        "teachers": _teachers(place, at=at, stage=stage),
        "filters": [*_programmes(place, stage), stage_filter("board", place, stage)],
        "export_url": queries.link("export_progress", place, rule="all") if request.actor.may(permissions.EXPORT) else "",
        "circular_url": queries.link("draft_circular", place),
        "trend_days": days,
        "trend": series,
        "trend_words": words,
        "to_dos": (),
        "stage": stage,
    }
    return htmx.page(request, "insight/board.html", context)


@require_POST
@requires(permissions.VIEW)
def recount(request: SignedInRequest) -> HttpResponse:
    """Lay down the kept figures of a programme now: at once, or in the background where that takes longer than a page may."""
    at = clock.now()
    place = place_from(request.POST, request.actor, at=at)
    if place.programme is None:
        raise NotFound(_("没有重算：这里还没有在办的研修方案。"))
    permissions.check_can_keep(request.actor, place.programme)
    board = queries.board(place, at=at)
    if board.kept and board.kept.people > _AT_ONCE:
        defer(tasks.keep_board, lock=f"insight.keep_board:{place.programme.pk}", programme_id=place.programme.pk)
        note = _("正在重算，人多时要一两分钟，过会儿刷新这一页")
    else:
        actions.keep_board(programme=place.programme, by=request.actor, at=at)
        note = _("已重算，数据截至 %(moment)s") % {"moment": moment(at)}
    return htmx.redirect(request, queries.link("board", place, stage=stage_from(request.POST)), note=note)


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
