"""Finding posts by their words, in all spaces the actor may enter: nothing else is found, counted or hinted at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.html import strip_tags

from yanxiu.kit import search
from yanxiu.kit.paging import Page, page_with
from yanxiu.workshops.models import Post, Space
from yanxiu.workshops.queries.found import PostFilters, found_posts

AROUND = 60
_SHOWN = ("author", "parent", "space")


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
    """Return the first public posts in these spaces that hold all the words, as `search_posts` ranks them. Cost: at most 5 queries."""
    return _hits(found_posts(spaces, PostFilters(text=text), start=0, size=most).ids[:most], text)


def search_posts(spaces: QuerySet[Space], filters: PostFilters, *, number: int = 1, size: int = 20) -> Hits:
    """Return a page of the public posts in these spaces that hold all the words: in the title before the text, then the newest first.

    `spaces`: `permissions.enterable_spaces(actor)`. Cases of a round that is still judged blindly are left out. Of words that very many
    hold, the newest are ranked; the pages behind them go on by newness. Cost: at most 5 queries.
    """
    start = (number - 1) * size
    found = found_posts(spaces, filters, start=start, size=size)
    page = page_with(list(found.ids), number=number, size=size)
    if found.is_more and start + size == found.count:
        page = replace(page, has_more=True)
    return Hits(page=page, rows=_hits(page.rows, filters.text), count=found.count, is_more=found.is_more)


def _hits(ids: Sequence[int], text: str) -> list[Hit]:
    posts = Post.objects.select_related(*_SHOWN).in_bulk(ids)
    return [_hit(posts[pk], text) for pk in ids if pk in posts]


def _hit(post: Post, text: str) -> Hit:
    title = post.title or (post.parent.title if post.parent else "")
    words = " ".join(strip_tags(post.body).split())
    return Hit(post=post, title=search.marked(title, text), words=search.marked(words, text, around=AROUND))
