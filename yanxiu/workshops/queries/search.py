"""Finding posts by their words, in all spaces the actor may enter: nothing else is found, counted or hinted at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value, Window
from django.db.models.expressions import Combinable
from django.utils.html import strip_tags

from yanxiu.kit import search
from yanxiu.kit.paging import Page, page_with
from yanxiu.workshops.models import CaseEntry, Post, PostKind, PostState, PostWords, Space

MOST_LISTED = 500  # so many spaces are named in the question; more are asked for by their scope
MOST_NAMED = 2_000  # so many posts with the words are named in the question; more are looked for from the newest on
MOST_RANKED = 100  # of words that more posts hold: so many of the newest that may be seen are ranked, and counted
AROUND = 60


@dataclass(frozen=True, kw_only=True)
class PostFilters:
    """What is asked for. `kind`: of the thread or part; `author`: letters of a name; `since`, `until`: moments of publication."""

    text: str = ""
    space_id: int | None = None
    kind: str = ""
    author: str = ""
    since: datetime | None = None
    until: datetime | None = None
    essence: bool = False


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A post that was found, with its title and the place of its words where they stand, in pieces."""

    post: Post
    title: Sequence[search.Piece]
    words: Sequence[search.Piece]


@dataclass(frozen=True, kw_only=True)
class Hits:
    """A page of hits, and how many there are; `is_more`: that many or more."""

    page: Page[int]
    rows: Sequence[Hit]
    count: int
    is_more: bool = False


def first_posts(spaces: QuerySet[Space], text: str, *, most: int) -> list[Hit]:
    """Return the first public posts in these spaces that hold all the words, as `search_posts` ranks them, uncounted. Cost: 3 queries."""
    found = found_words(spaces, PostFilters(text=text))
    if found is None:
        return []
    first = _ranked(found, text).values("pk")[:most]
    rows = PostWords.objects.filter(pk__in=first).annotate(in_title=_in_title(text)).order_by(*_ORDER)
    return [_hit(row.post, text) for row in rows.select_related(*(f"post__{name}" for name in _SHOWN))]


def search_posts(spaces: QuerySet[Space], filters: PostFilters, *, number: int = 1, size: int = 20) -> Hits:
    """Return a page of the public posts in these spaces that hold all the words: in the title before the text, then the newest first.

    `spaces`: `permissions.enterable_spaces(actor)`. Cases of a round that is still judged blindly are left out. Of words that very many
    hold, the newest are ranked; the pages behind them go on by newness. Cost: 4 queries.
    """
    found = found_words(spaces, filters)
    if found is None:
        return Hits(page=page_with([]), rows=(), count=0)
    start = (number - 1) * size
    if found.is_common and start >= MOST_RANKED:
        count, ids = MOST_RANKED, list(found.rows.order_by(*_ORDER[1:]).values_list("pk", flat=True)[start : start + size + 1])
    else:
        ranked = _ranked(found, filters.text).annotate(count=Window(Count("pk"))).values_list("pk", "count")
        rows = list(ranked[start : start + size + 1])
        count, ids = rows[0][1] if rows else 0, [pk for pk, _count in rows]
    is_more = found.is_common and count >= MOST_RANKED
    page = page_with(ids, number=number, size=size)
    if is_more and start < MOST_RANKED <= start + size:
        page = replace(page, has_more=True)
    posts = Post.objects.select_related(*_SHOWN).in_bulk(page.rows)
    return Hits(page=page, rows=[_hit(posts[pk], filters.text) for pk in page.rows if pk in posts], count=count, is_more=is_more)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The words of the posts that fit, unordered; `is_common`: there may be very many."""

    rows: QuerySet[PostWords]
    is_common: bool


_SHOWN = ("author__unit", "parent", "space")
_ORDER = ("-in_title", "-published_at", "-post")


def _ranked(found: _Found, text: str) -> QuerySet[PostWords]:
    """Return what was found in order; of many the newest, so that no more is read than what is ranked."""
    rows = found.rows
    if found.is_common:
        rows = PostWords.objects.filter(pk__in=rows.order_by(*_ORDER[1:]).values("pk")[:MOST_RANKED])
    return rows.annotate(in_title=_in_title(text)).order_by(*_ORDER)


def _in_title(text: str) -> Combinable:
    """Whether all the words stand in the title."""
    asked = search.query(text, weight="A")
    if not asked:
        return Value(False, output_field=BooleanField())
    return ExpressionWrapper(Q(words=SearchQuery(asked, search_type="raw", config="simple")), output_field=BooleanField())


def found_words(spaces: QuerySet[Space], filters: PostFilters) -> _Found | None:
    """Return the words of the posts that fit, None when nothing can be asked for. Cost: one query, 2 for words that many posts hold.

    The planner cannot know how rare words are: so few candidates are named to it, and for many it walks the newest.
    """
    asked = search.query(filters.text)
    if filters.text.strip() and not asked:
        return None
    if not asked and not (filters.author or filters.kind or filters.essence or filters.space_id):
        return None
    spaces = spaces.filter(pk=filters.space_id) if filters.space_id is not None else spaces
    query = SearchQuery(asked, search_type="raw", config="simple")
    holding = list(PostWords.objects.filter(words=query).order_by().values_list("pk", flat=True)[: MOST_NAMED + 1]) if asked else []
    is_rare = bool(asked) and len(holding) <= MOST_NAMED
    ids = [] if is_rare else list(spaces.order_by().values_list("pk", flat=True)[: MOST_LISTED + 1])
    within = Q(space__in=spaces.order_by().values("pk")) if is_rare or len(ids) > MOST_LISTED else Q(space__in=ids)
    thread_open = Q(post__parent__isnull=True) | Q(post__parent__state=PostState.PUBLISHED)
    shown_case = Exists(CaseEntry.objects.filter(post=OuterRef("post"), theme__published_at__isnull=False))
    found = PostWords.objects.filter(within, thread_open, post__state=PostState.PUBLISHED)
    found = found.filter(~Q(post__kind=PostKind.CASE) | shown_case)
    found = found.exclude(post__parent__kind=PostKind.CASE)
    if asked:
        found = found.filter(pk__in=holding) if is_rare else found.filter(words=query)
    return _Found(rows=_narrowed(found, filters), is_common=not is_rare)


def _narrowed(found: QuerySet[PostWords], filters: PostFilters) -> QuerySet[PostWords]:
    if filters.kind:
        found = found.filter(post__kind=filters.kind)
    if filters.author:
        found = found.filter(post__author__name__icontains=filters.author[:20])
    if filters.since is not None:
        found = found.filter(published_at__gte=filters.since)
    if filters.until is not None:
        found = found.filter(published_at__lt=filters.until)
    return found.filter(post__essence_at__isnull=False) if filters.essence else found


def _hit(post: Post, text: str) -> Hit:
    title = post.title or (post.parent.title if post.parent else "")
    words = " ".join(strip_tags(post.body).split())
    return Hit(post=post, title=search.marked(title, text), words=search.marked(words, text, around=AROUND))
