"""Reads of what is written: lists of threads, one thread, the parts that hang on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString

from yanxiu.integrity.queries import Alike
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.paging import Page, page_of, page_with
from yanxiu.kit.rich_text import shown
from yanxiu.workshops.models import Post, PostKind, PostState, PostVersion, Read, Space


@dataclass(frozen=True, kw_only=True)
class Part:
    """A post with its text ready to be shown; `alike` is the text it is most like, for those who keep order."""

    post: Post
    body: SafeString
    is_own: bool
    alike: Alike | None = None

    @classmethod
    def of(cls, post: Post, person_id: int | None, alike: Mapping[int, Alike] | None = None) -> "Part":
        """Make the part as a person sees it."""
        is_own = person_id is not None and post.author_id == person_id
        return cls(post=post, body=shown(post.body), is_own=is_own, alike=(alike or {}).get(post.pk))


def threads(space: Space, kinds: Sequence[str], *, person_id: int | None, keeps: bool = False, drafts: bool = False) -> QuerySet[Post]:
    """Return the threads that are read in a space, with author, `parts_count`, `is_answered`, `is_read` by the person; unordered.

    The caller has checked that the space may be entered; `keeps` adds hidden ones, `drafts` the hosts' drafts.
    """
    states = [PostState.PUBLISHED, *([PostState.HIDDEN] if keeps else []), *([PostState.DRAFT] if drafts else [])]
    return threads_in(space.reading_ids, kinds, person_id=person_id, states=states)


def threads_in(
    space_ids: Sequence[int], kinds: Sequence[str], *, person_id: int | None, states: Sequence[str] = (PostState.PUBLISHED,)
) -> QuerySet[Post]:
    """Return the threads of these spaces in one of the states, as `threads` does."""
    below = Post.objects.filter(parent=OuterRef("pk"), state=PostState.PUBLISHED)
    counted = below.order_by().values("parent").annotate(n=Count("pk")).values("n")
    read = Exists(Read.objects.filter(post=OuterRef("pk"), person_id=person_id)) if person_id else Value(False, BooleanField())
    return (
        Post.objects.filter(space_id__in=space_ids, parent__isnull=True, kind__in=kinds, state__in=states)
        .select_related("author__unit")
        .annotate(
            parts_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
            is_answered=Exists(below.filter(kind=PostKind.ANSWER).exclude(author_id=OuterRef("author_id"))),
            is_read=read,
        )
    )


def latest(found: QuerySet[Post]) -> QuerySet[Post]:
    """Order threads by the last word in them, newest first."""
    return found.order_by("-active_at", "-pk")


def search(found: QuerySet[Post], text: str) -> QuerySet[Post]:
    """Narrow threads to those that hold the text in title, text or a visible part; at most 40 characters are looked for."""
    text = " ".join(text.split())[:40]
    if not text:
        return found
    below = Post.objects.filter(parent=OuterRef("pk"), state=PostState.PUBLISHED, source__icontains=text)
    return found.filter(Q(title__icontains=text) | Q(source__icontains=text) | Q(Exists(below)))


def parts(thread: Post, *, keeps: bool, number: int) -> Page[Post]:
    """Return a page of what hangs on a thread, the accepted answer first, then in the order of writing. Cost: one query."""
    if number == 1:
        return page_with(_FIRST_PARTS(thread=thread.pk, other=PostState.HIDDEN if keeps else PostState.PUBLISHED))
    return page_of(_parts(thread.pk, PostState.HIDDEN if keeps else PostState.PUBLISHED), number=number)


def _parts(thread: int, other: str) -> QuerySet[Post]:
    found = Post.objects.filter(parent=thread, state__in=[PostState.PUBLISHED, other])
    return found.select_related("author__unit", "quoted__author").order_by(F("accepted_at").desc(nulls_last=True), "published_at", "pk")


_FIRST_PARTS = Compiled(lambda thread, other: _parts(thread, other)[:21], thread=int, other=str)


def first_threads(space: Space, kind: str, *, person_id: int, keeps: bool) -> Page[Post]:
    """Return the first page of the threads of a kind, the last word first. Cost: one query."""
    other = PostState.HIDDEN if keeps else PostState.PUBLISHED
    return page_with(_FIRST_THREADS(own=space.reading_ids[0], above=space.reading_ids[-1], kind=kind, person=person_id, other=other))


_FIRST_THREADS = Compiled(
    lambda own, above, kind, person, other: latest(threads_in([own, above], [kind], person_id=person, states=[PostState.PUBLISHED, other]))[
        :21
    ],
    own=int,
    above=int,
    kind=str,
    person=int,
    other=str,
)


def versions(post: Post) -> list[PostVersion]:
    """Return how a post read before its corrections, the latest first. Cost: one query."""
    return list(PostVersion.objects.filter(post=post).order_by("-number", "pk"))


def with_part(found: QuerySet[Post]) -> QuerySet[Post]:
    """Load what checks and pages of a post need."""
    return found.select_related("space__org", "space__parent", "space__programme", "parent", "author__unit")
