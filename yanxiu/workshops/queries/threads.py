"""Reads of what is written: lists of threads, one thread, the parts that hang on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import BooleanField, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString

from yanxiu.files import queries as files
from yanxiu.integrity.queries import Alike
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.paging import Page, page_with
from yanxiu.kit.rich_text import shown
from yanxiu.workshops.models import HOST_KINDS, Post, PostImage, PostKind, PostState, PostVersion, Read, Space, SpaceKind

SIZE = 20


@dataclass(frozen=True, kw_only=True)
class ShownPicture:
    """A picture of a post with its address on the second origin."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """A post with its text ready to be shown; `alike` is the text it is most like, for those who keep order."""

    post: Post
    body: SafeString
    is_own: bool
    alike: Alike | None = None
    pictures: Sequence[ShownPicture] = ()

    @property
    def may_go(self) -> bool:
        """Whether its author may delete it rather than withdraw it: what hosts published stays."""
        return self.post.kind not in HOST_KINDS

    @classmethod
    def of(
        cls,
        post: Post,
        person_id: int | None,
        alike: Mapping[int, Alike] | None = None,
        pictures: Mapping[int, Sequence[ShownPicture]] | None = None,
    ) -> "Part":
        """Make the part as a person sees it."""
        is_own = person_id is not None and post.author_id == person_id
        return cls(
            post=post, body=shown(post.body), is_own=is_own, alike=(alike or {}).get(post.pk), pictures=(pictures or {}).get(post.pk, ())
        )


_PICTURES = Compiled(
    lambda thread, first, last: PostImage.objects.filter(
        Q(post=thread) | Q(post__parent=thread), post__gte=first, post__lte=last, file__deleted_at__isnull=True
    ).select_related("file").order_by("post", "position"),
    thread=int,
    first=int,
    last=int,
)  # fmt: skip


def pictures_of(posts: Sequence[Post], *, person_id: int, at: datetime) -> dict[int, list[ShownPicture]]:
    """Return the pictures of posts of one thread with links for a person who may read them. Cost: one query."""
    found: dict[int, list[ShownPicture]] = {}
    ids = {one.pk for one in posts}
    for row in _PICTURES(thread=posts[0].thread_id, first=min(ids), last=max(ids)):
        if row.post_id not in ids:
            continue
        facts = row.file.facts
        shown_one = ShownPicture(
            url=files.link(row.file, person_id=person_id, at=at), alt=row.alt, width=int(facts.get("width", 0)),
            height=int(facts.get("height", 0)),
        )  # fmt: skip
        found.setdefault(row.post_id, []).append(shown_one)
    return found


def threads(
    space: Space, kinds: Sequence[str], *, person_id: int | None, keeps: bool = False, drafts: bool = False, below: bool = False
) -> QuerySet[Post]:
    """Return the threads that are read in a space, with author, `parts_count`, `last_name`, `is_answered`, `is_read`; unordered.

    The caller has checked that the space may be entered; `keeps` adds hidden and held ones, `drafts` the hosts' drafts, `below` (for hosts)
    those of its sub-workshops. The own ones that are held are among them.
    """
    states = [PostState.PUBLISHED, *([PostState.HIDDEN, PostState.HELD] if keeps else []), *([PostState.DRAFT] if drafts else [])]
    if below and not space.is_sub:
        here = Space.objects.filter(Q(pk=space.pk) | Q(parent=space.pk, kind=SpaceKind.SUB_WORKSHOP))
        return threads_in(here, kinds, person_id=person_id, states=states).select_related("author__unit", "space")
    return threads_in(space.reading_ids, kinds, person_id=person_id, states=states)


def threads_in(
    spaces: Sequence[int] | QuerySet[Space], kinds: Sequence[str], *, person_id: int | None, states: Sequence[str] = (PostState.PUBLISHED,)
) -> QuerySet[Post]:
    """Return the threads of these spaces in one of the states, as `threads` does."""
    return told(_threads_shown(kinds, person_id, states).filter(space__in=spaces), person_id)


def told(found: QuerySet[Post], person_id: int | None) -> QuerySet[Post]:
    """Tell of threads, as a person sees them, what `threads` says of each."""
    below = Post.objects.filter(parent=OuterRef("pk"), state=PostState.PUBLISHED)
    counted = below.order_by().values("parent").annotate(n=Count("pk")).values("n")
    last = below.order_by("-published_at", "-pk").values("author__name")[:1]
    read = Exists(Read.objects.filter(post=OuterRef("pk"), person_id=person_id)) if person_id else Value(False, BooleanField())
    return found.select_related("author__unit").annotate(
        last_name=Coalesce(Subquery(last), Value("")),
        parts_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        is_answered=Exists(below.filter(kind=PostKind.ANSWER).exclude(author_id=OuterRef("author_id"))),
        is_read=read,
    )


def _threads_shown(kinds: Sequence[str], person_id: int | None, states: Sequence[str]) -> QuerySet[Post]:
    own = Q(author_id=person_id, state=PostState.HELD) if person_id else Q(pk__in=[])
    return Post.objects.filter(Q(state__in=states) | own, parent__isnull=True, kind__in=kinds)


def nearest(found: QuerySet[Post], spaces: Sequence[int], *order: str, most: int) -> QuerySet[Post]:
    """Return the posts among which the first so many of several spaces in an order are: of each space as many, read along its index."""
    first, *others = [found.filter(space=one).order_by(*order).values("pk")[:most] for one in spaces]
    return Post.objects.filter(pk__in=first.union(*others))


def latest(found: QuerySet[Post]) -> QuerySet[Post]:
    """Order threads by the last word in them, newest first."""
    return found.order_by("-active_at", "-pk")


def sorted_by(found: QuerySet[Post], sort: str) -> QuerySet[Post]:
    """Order threads by the last word ("active"), by publication ("new"), or by the number of replies ("replies")."""
    orders = {"new": ("-published_at", "-pk"), "replies": ("-parts_count", "-active_at", "-pk")}
    return found.order_by(*orders.get(sort, ("-active_at", "-pk")))


def search(found: QuerySet[Post], text: str) -> QuerySet[Post]:
    """Narrow threads to those that hold the text in title, text or a visible part; at most 40 characters are looked for."""
    text = " ".join(text.split())[:40]
    if not text:
        return found
    below = Post.objects.filter(parent=OuterRef("pk"), state=PostState.PUBLISHED, source__icontains=text)
    return found.filter(Q(title__icontains=text) | Q(source__icontains=text) | Q(Exists(below)))


def parts(thread: Post, *, keeps: bool, number: int, person_id: int = 0) -> Page[Post]:
    """Return a page of what hangs on a thread, the accepted answer first, then in the order of writing. Cost: one query.

    `keeps` adds hidden and held ones; the own ones that are hidden or held are always there.
    """
    held, hidden = (PostState.HELD, PostState.HIDDEN) if keeps else (PostState.PUBLISHED, PostState.PUBLISHED)
    return page_with(_parts_page(number)(thread=thread.pk, held=held, hidden=hidden, person=person_id), number=number)


def place_of(part: Post) -> int:
    """Return the page of its thread on which a part stands. Cost: one query."""
    before = Q(accepted_at__isnull=False) | Q(created_at__lt=part.created_at) | Q(created_at=part.created_at, pk__lt=part.pk)
    ahead = Post.objects.filter(before, parent=part.parent_id, state=PostState.PUBLISHED).exclude(pk=part.pk)
    return 1 if part.accepted_at is not None else ahead.count() // SIZE + 1


@lru_cache(maxsize=100)
def _parts_page(number: int) -> Compiled[Post]:
    """A page and one more: which they are is found first, so that no others are read whole."""
    first = (number - 1) * SIZE
    return Compiled(
        lambda thread, held, hidden, person: _parts(thread, held, hidden, person, first), thread=int, held=str, hidden=str, person=int
    )


def _parts(thread: int, held: str, hidden: str, person: int, first: int) -> QuerySet[Post]:
    own = Q(author_id=person, state__in=[PostState.HELD, PostState.HIDDEN])
    order = (F("accepted_at").desc(nulls_last=True), "created_at", "pk")
    found = Post.objects.filter(Q(state__in=[PostState.PUBLISHED, held, hidden]) | own, parent=thread).order_by(*order)
    shown_ones = Post.objects.filter(pk__in=found.values("pk")[first : first + SIZE + 1])
    return shown_ones.select_related("author__unit", "quoted__author").order_by(*order)


def first_threads(space: Space, kind: str, *, person_id: int, keeps: bool) -> Page[Post]:
    """Return the first page of the threads of a kind, the last word first. Cost: one query."""
    held, hidden = (PostState.HELD, PostState.HIDDEN) if keeps else (PostState.PUBLISHED, PostState.PUBLISHED)
    own, above = space.reading_ids[0], space.reading_ids[-1]
    return page_with(_FIRST_THREADS(own=own, above=above, kind=kind, person=person_id, held=held, hidden=hidden))


def _first_threads(own: int, above: int, kind: str, person: int, held: str, hidden: str) -> QuerySet[Post]:
    found = _threads_shown([kind], person, [PostState.PUBLISHED, held, hidden])
    return latest(told(nearest(found, [own, above], "-active_at", "-pk", most=SIZE + 1), person))[: SIZE + 1]


_FIRST_THREADS = Compiled(
    _first_threads,
    own=int,
    above=int,
    kind=str,
    person=int,
    held=str,
    hidden=str,
)


def versions(post: Post) -> list[PostVersion]:
    """Return how a post read before its corrections, the latest first. Cost: one query."""
    return list(PostVersion.objects.filter(post=post).order_by("-number", "pk"))


def with_part(found: QuerySet[Post]) -> QuerySet[Post]:
    """Load what checks and pages of a post need."""
    return found.select_related("space__org", "space__parent", "space__programme", "parent", "author__unit")
