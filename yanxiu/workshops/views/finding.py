"""Finding posts in all spaces one may enter, and the feed of what happens there."""

from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET

from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import start_of
from yanxiu.kit.components import Tab
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.text import whole_number
from yanxiu.workshops import permissions, queries
from yanxiu.workshops.models import PostKind, Space
from yanxiu.workshops.queries import PostFilters
from yanxiu.workshops.views import loading

FEED_WORDS = {
    "": _lazy("全部"), "host": _lazy("简报与公告"), "talk": _lazy("研讨"), "qa": _lazy("问答"), "log": _lazy("日志"),
    "do": _lazy("活动与投票"), "share": _lazy("资源"),
}  # fmt: skip
FOUND_KINDS = [kind for kind in PostKind if kind not in (PostKind.CASE, PostKind.SOLUTION)] + [PostKind.SOLUTION]
MOST_SPACES = 60


@require_GET
@signed_in
def find(request: SignedInRequest) -> HttpResponse:
    """Search the posts of all spaces one may enter, narrowed by space, kind, author, days and essence."""
    spaces = permissions.enterable_spaces(request.actor)
    filters = _filters(request)
    hits = queries.search_posts(spaces, filters, number=paging.number_from(request.GET.get("page")))
    own = Space.objects.filter(pk__in=queries.own_spaces(request.person_id)).order_by("title", "pk")[:MOST_SPACES]
    kept: dict[str, str | int] = {
        key: value for key in ("q", "space", "kind", "author", "since", "until", "essence") if (value := request.GET.get(key, ""))
    }
    context = {
        "hits": hits,
        "q": filters.text,
        "asked": bool(kept),
        "is_many": hits.is_more,
        "more": "?" + urlencode({**kept, "page": hits.page.following}) if hits.page.has_more else "",
        "spaces": own,
        "space_id": filters.space_id,
        "kinds": [(kind.value, kind.label) for kind in FOUND_KINDS],
        "kind": filters.kind,
        "author": filters.author,
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "essence": filters.essence,
    }
    return htmx.page(request, "workshops/find.html", context)


@require_GET
@signed_in
def feed(request: SignedInRequest) -> HttpResponse:
    """Show what happens in all spaces one belongs to, the newest first."""
    kind = request.GET.get("kind", "")
    shown = queries.feed(queries.own_spaces(request.person_id), kind=kind, before=_before(request))
    context = {"feed": shown, "older": _older(shown), "kinds": _kinds(reverse("workshops:feed"), kind), "space": None, "all_spaces": True}
    return htmx.page(request, "workshops/feed.html", context)


@require_GET
@signed_in
def space_feed(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show what happens in one space, the newest first."""
    one, kind = loading.inside(request, space_id), request.GET.get("kind", "")
    shown = queries.feed(one.reading_ids, kind=kind, before=_before(request))
    context = {
        "feed": shown,
        "older": _older(shown),
        "kinds": _kinds(reverse("workshops:space_feed", args=[one.pk]), kind),
        "space": one,
        "all_spaces": False,
        "tabs": loading.tabs(request, one, "space"),
    }
    return htmx.page(request, "workshops/feed.html", context)


def _older(shown: queries.Feed) -> str:
    return f"?{shown.older}" if shown.older else ""


def _kinds(base: str, kind: str) -> list[Tab]:
    return [Tab(label=str(label), url=f"{base}?kind={key}" if key else base, current=key == kind) for key, label in FEED_WORDS.items()]


def _before(request: SignedInRequest) -> tuple[datetime, int] | None:
    """The last post shown, as (moment, id); nonsense is the beginning."""
    moment, _stroke, last = request.GET.get("before", "").partition("-")
    try:
        return datetime.fromtimestamp(float(moment), UTC), int(last) if len(last) < 19 else 0
    except (ValueError, OverflowError, OSError):
        return None


def _filters(request: SignedInRequest) -> PostFilters:
    given = request.GET
    raw, kind = given.get("space", ""), given.get("kind", "")
    until = _day(given.get("until", ""))
    return PostFilters(
        text=given.get("q", "").strip()[:60],
        space_id=whole_number(raw),
        kind=kind if kind in PostKind.values else "",
        author=given.get("author", "").strip()[:20],
        since=_day(given.get("since", "")),
        until=until + timedelta(days=1) if until is not None else None,
        essence=given.get("essence") == "1",
    )


def _day(raw: str) -> datetime | None:
    try:
        found = parse_date(raw)
    except ValueError:
        return None
    return start_of(found) if found is not None else None
