"""Finding posts by their words, in all spaces the actor may enter: nothing else is found, counted or hinted at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.html import strip_tags

from yanxiu.kit import search
from yanxiu.kit.paging import Page, page_of
from yanxiu.workshops.models import CaseEntry, Post, PostKind, PostState, PostWords, Space

MOST_LISTED = 500  # so many spaces are named in the question; more are asked for by their scope
MOST_NAMED = 2_000  # so many posts with the words are named in the question; more are looked for from the newest on
MOST_COUNTED = 100
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
    """A page of hits, and how many there are, MOST_COUNTED meaning that many or more."""

    page: Page[PostWords]
    rows: Sequence[Hit]
    count: int


def first_posts(spaces: QuerySet[Space], text: str, *, most: int) -> list[Hit]:
    """Return the newest public posts in these spaces that hold all the words, uncounted. Cost: 2 queries."""
    found = found_words(spaces, PostFilters(text=text))
    if found is None:
        return []
    shown = found.select_related("post__author__unit", "post__parent", "post__space").order_by("-published_at", "-post")
    return [_hit(row.post, text) for row in shown[:most]]


def search_posts(spaces: QuerySet[Space], filters: PostFilters, *, number: int = 1, size: int = 20) -> Hits:
    """Return a page of the public posts in these spaces that hold all the words, the newest first. Cost: 3 queries.

    `spaces`: `permissions.enterable_spaces(actor)`. Cases of a round that is still judged blindly are left out.
    """
    found = found_words(spaces, filters)
    if found is None:
        return Hits(page=page_of(PostWords.objects.none(), number=1), rows=(), count=0)
    shown = found.select_related("post__author__unit", "post__parent", "post__space").order_by("-published_at", "-post")
    page = page_of(shown, number=number, size=size)
    count = len(found.order_by().values_list("pk")[:MOST_COUNTED]) if page.has_more or number > 1 else len(page.rows)
    return Hits(page=page, rows=[_hit(row.post, filters.text) for row in page.rows], count=count)


def found_words(spaces: QuerySet[Space], filters: PostFilters) -> QuerySet[PostWords] | None:
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
    return _narrowed(found, filters)


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
