"""进度与催办: people by rule, reminded in their own words; the list as a workbook."""

from datetime import datetime
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.insight import actions, permissions, queries
from yanxiu.insight.views.loading import place_from, rule_from, stage_filter, stage_from
from yanxiu.insight.workbook import workbook
from yanxiu.kit import clock, htmx, paging
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import plain
from yanxiu.notices import actions as notices
from yanxiu.notices.permissions import REMIND

SIZE = 20
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@requires(permissions.VIEW)
def laggards(request: SignedInRequest) -> HttpResponse:
    """List the people of a rule, those with the least first, with what a reminder would say to each."""
    at = clock.now()
    place = place_from(request.GET, request.actor, at=at)
    stage, words = stage_from(request.GET), plain(request.GET.get("q", ""))[:60]
    known = queries.rules(place, at=at)
    rule = rule_from(request.GET, otherwise=next(iter(known)))
    rule = rule if rule in known else "all"
    number = paging.number_from(request.GET.get("page"))
    page = queries.people(place, rule=rule, at=at, words=words, stage=stage, number=number, size=SIZE)
    facts = {"stage": stage, "q": words, "rule": rule}
    context = {
        "place": place,
        "page": page,
        "rule": rule,
        "rule_label": known[rule],
        "words": words,
        "stage": stage,
        "count": page.counts[rule],
        "rows": [{"row": row, "says": queries.reminder(place, rule, row, at=at), "standing": _standing(row)} for row in page.rows],
        "tabs": [
            Tab(label=label, url=queries.link("laggards", place, rule=name, stage=stage), current=name == rule, count=page.counts[name])
            for name, label in known.items()
        ],
        "filters": [stage_filter("laggards", place, stage, rule=rule)],
        "more": queries.link("laggards", place, **facts, page=number + 1) if page.has_more else "",
        "title": queries.reminder_title(place, rule, at=at),
        "may_remind": rule not in {"all", "not_activated"} and request.actor.may(REMIND, path=place.unit.path),
        "export_url": queries.link("export_progress", place, rule=rule, stage=stage) if request.actor.may(permissions.EXPORT) else "",
        "board_url": queries.link("board", place),
        "now": at,
    }
    return htmx.page(request, "insight/laggards.html", context)


def _standing(row: queries.PersonRow) -> str:
    return reverse("portal:standing_of", args=[row.enrolment_id])


@require_POST
@requires(REMIND)
def remind(request: SignedInRequest) -> HttpResponse:
    """Remind the people chosen, or all whom the rule names; nobody twice a day."""
    at = clock.now()
    place = place_from(request.POST, request.actor, at=at)
    rule, stage = rule_from(request.POST, otherwise=""), stage_from(request.POST)
    if place.programme is None or not rule:
        raise NotFound(_("没有催办：先在名单里选一种情况，再选人。"))
    chosen = set(request.POST.getlist("people"))
    wants_all = request.POST.get("who") == "all"
    found = queries.everybody(place, rule=rule, at=at, stage=stage)
    recipients = [
        notices.Recipient(person_id=row.person_id, words=queries.reminder(place, rule, row, at=at))
        for row in found
        if wants_all or str(row.person_id) in chosen
    ]
    done = notices.remind(
        programme=place.programme, org=place.unit, rule=rule, title=queries.reminder_title(place, rule, at=at),
        link=reverse("portal:standing"), recipients=recipients, by=request.actor, at=at,
    )  # fmt: skip
    note = _("已催办 %(sent)d 人") % {"sent": done.sent}
    if done.skipped:
        note += _("，%(skipped)d 人今天已催过，没有重复发") % {"skipped": done.skipped}
    return htmx.redirect(request, queries.link("laggards", place, rule=rule, stage=stage), note=note)


@require_GET
@requires(permissions.EXPORT)
def export_progress(request: SignedInRequest) -> HttpResponseBase:
    """Hand out the progress of a rule's people as a workbook; that it happened is on record."""
    at = clock.now()
    place = place_from(request.GET, request.actor, at=at)
    if place.programme is None or place.measures is None:
        raise NotFound(_("没有可导出的数字：这里还没有在办的研修方案。"))
    rule = rule_from(request.GET, otherwise="all")
    actions.export_progress(programme=place.programme, unit=place.unit, rule=rule, by=request.actor, at=at)
    rows = queries.everybody(place, rule=rule, at=at, stage=stage_from(request.GET))
    response = FileResponse(workbook(rows, place.measures), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_file_name(place, at=at))}"
    return response


def _file_name(place: queries.Place, *, at: datetime) -> str:
    return f"{place.unit.name}进度{clock.day(at):%Y%m%d}.xlsx"
