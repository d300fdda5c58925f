"""课例库: what teachers may watch besides what was drawn for them."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.catalogue.models import LessonCase
from yanxiu.files import queries as files
from yanxiu.kit import htmx, moments, rich_text
from yanxiu.kit.clock import now
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.learning import permissions
from yanxiu.learning.models import CaseDraw
from yanxiu.learning.queries import films, playing
from yanxiu.learning.queries import library as queries
from yanxiu.learning.views.loading import elsewhere


@require_GET
@signed_in
def library(request: SignedInRequest) -> HttpResponse:
    """Show the published cases by level, stage and subject; all that is chosen stands in the address."""
    chosen = {name: request.GET.get(name, "")[:30] for name in queries.FACETS}
    words = request.GET.get("q", "").strip()[:60]
    found = queries.library(chosen, words, number=number_from(request.GET.get("page")))
    kept = {**chosen, "q": words}
    context = {
        "found": found,
        "chosen": chosen,
        "words": words,
        "filters": [
            _filter(name, label, chosen[name], found.facets[name], kept)
            for name, label in (("level", _("级别")), ("stage", _("学段")), ("subject", _("学科")))
        ],
        "more_url": _url(kept, page=str(found.cases.following)) if found.cases.has_more else "",
        "is_narrowed": any(kept.values()),
        "own_url": elsewhere("assessment:my_cases"),
    }
    return htmx.page(request, "learning/library.html", context)


@require_GET
@signed_in
def library_case(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Show a case to watch freely, with the experts' commentary; whoever it was drawn for is led to where it counts."""
    shelf = LessonCase.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True)
    case = get_object_or_404(shelf.select_related("media", "captions", "poster"), pk=case_id)
    reel = films.reel_of_case(case)
    sources = (
        files.playable(case.media, person_id=request.person_id, at=now(), captions=case.captions, poster=case.poster)
        if case.media
        else None
    )
    mine = permissions.own_enrolments(request.actor).values("pk")
    context = {
        "case": case,
        "sources": sources,
        "commentary": rich_text.shown(rich_text.from_source(case.commentary)) if case.commentary else "",
        "lines": [(int(line.start), moments.clock(int(line.start)), line.text) for line in playing.lines_of(reel)],
        "draw": CaseDraw.objects.filter(case=case, voided_at__isnull=True, enrolment__in=mine).order_by("-pk").first(),
    }
    return htmx.page(request, "learning/library_case.html", context)


def _filter(name: str, label: str, value: str, counts: dict[str, int] | object, kept: dict[str, str]) -> Filter:
    held = counts if isinstance(counts, dict) else {}
    order = [one for one in queries.FACETS[name] if one in held] or sorted(held, key=lambda one: -held[one])
    options = [Option(label=_("不限"), url=_url(kept, **{name: ""}), current=not value)]
    options += [Option(label=one, url=_url(kept, **{name: one}), current=one == value, count=held[one]) for one in order]
    return Filter(label=label, value=value or _("不限"), options=options)


def _url(kept: dict[str, str], **more: str) -> str:
    return "?" + urlencode({name: value for name, value in {**kept, **more}.items() if value})
