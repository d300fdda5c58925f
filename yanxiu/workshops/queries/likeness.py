"""Posts beside other texts: what an author should see before posting, what hosts see, what is not in the index yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from yanxiu.integrity.models import IndexedText
from yanxiu.integrity.queries import Alike, alike_objects, check_text
from yanxiu.integrity.similarity import Seen, seen_by_author
from yanxiu.people.models import Person
from yanxiu.workshops import likeness
from yanxiu.workshops.models import Post, PostState, Space

MOST_LEFT = 2_000


@dataclass(frozen=True, kw_only=True)
class Warned:
    """What an author learns before posting: `will_count` is False for what is an earlier post again."""

    seen: Seen
    will_count: bool


def alike_seen(
    *, space: Space, kind: str, source: str, person_id: int, at: datetime, title: str = "", thread: Post | None = None
) -> Warned | None:
    """Return what the author should see before posting; None when little is alike, and for the same words sent twice. Cost: 7 queries."""
    if kind not in likeness.KINDS:
        return None
    if Post.objects.filter(author_id=person_id, space=space, source=source, published_at__gt=at - likeness.TWICE).exists():
        return None
    person = Person.objects.get(pk=person_id)
    found = check_text(likeness.text_of(space=space, kind=kind, source=source, person=person, at=at, title=title, thread=thread))
    return Warned(seen=seen_by_author(found), will_count=not likeness.is_copy(found, at=at)) if found.is_noticed else None


def alike_posts(posts: Iterable[Post]) -> dict[int, Alike]:
    """Return the largest likeness of each post that has one, for those who keep order. Cost: one query."""
    return alike_objects(likeness.POST, [one.pk for one in posts])


def left_posts() -> list[Post]:
    """Return public posts that are not in the index of texts, the oldest first, at most 2,000. Cost: one query."""
    known = IndexedText.objects.filter(object_type=likeness.POST, object_id=OuterRef("pk"))
    rows = Post.objects.filter(~Exists(known), state=PostState.PUBLISHED, kind__in=list(likeness.KINDS))
    return list(rows.select_related("space__org", "space__programme", "parent", "author").order_by("pk")[:MOST_LEFT])
