"""The inside of writing and hiding: the record by which a post is counted, taken back and given again.

A workshop and its sub-workshops are counted as one; of several answers of one person to one question the first counts. A tool whose
threads count as something else than their kind says so with `counted_as`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yanxiu.kit.actor import Actor
from yanxiu.people.models import Person
from yanxiu.records.actions import record, void
from yanxiu.records.events import EventType
from yanxiu.workshops.events import ActivityEvent, PostEvent
from yanxiu.workshops.models import Post, PostKind, PostState, Space


@dataclass(frozen=True, kw_only=True)
class Counted:
    """As what a thread counts: the event, its kind ("跨校"), what it is about when that is not the post."""

    event: EventType
    kind: str = ""
    object_id: int | None = None


_EVENTS: dict[str, EventType] = {
    PostKind.BRIEFING: PostEvent.BRIEFING_PUBLISHED,
    PostKind.ARTICLE: PostEvent.ARTICLE_PUBLISHED,
    PostKind.GUIDE: PostEvent.GUIDE_PUBLISHED,
    PostKind.ANNOUNCEMENT: PostEvent.ANNOUNCED,
    PostKind.DISCUSSION: PostEvent.DISCUSSION_OPENED,
    PostKind.QUESTION: PostEvent.ASKED,
    PostKind.LOG: PostEvent.LOG_PUBLISHED,
}
_REPLIES: dict[str, EventType] = {PostKind.BRIEFING: PostEvent.BRIEFING_REPLIED, PostKind.ACTIVITY: ActivityEvent.POSTED}
_TOOLS: dict[str, Callable[[Post], Counted]] = {}


def counted_as(kind: PostKind) -> Callable[[Callable[[Post], Counted]], Callable[[Post], Counted]]:
    """Let the threads of a kind count as the function says: it is asked when one is published and when it counts again."""

    def register(asked: Callable[[Post], Counted]) -> Callable[[Post], Counted]:
        _TOOLS[kind] = asked
        return asked

    return register


def where(space: Space, person_id: int | None) -> dict[str, Any]:
    """Return where a record belongs: programme, workshop, and the unit the person works at now. Cost: one query."""
    path = Person.objects.filter(pk=person_id).values_list("unit_path", flat=True).first() if person_id is not None else None
    return {"programme_id": space.programme_id, "space_id": space.counted_id, "unit_path": path or space.org.path}


def count(post: Post, *, by: Actor, at: datetime, **data: object) -> None:
    """Write the record of a published post and remember it as the one that counts; the caller has locked the thread."""
    as_what = _counted(post)
    written = record(
        as_what.event, object_id=as_what.object_id or post.pk, object_label=post.title or (post.parent.title if post.parent else ""),
        person_id=post.author_id, kind=as_what.kind, data={"post": post.pk, "seat": post.space_id, **data}, by=by, at=at,
        **where(post.space, post.author_id),
    )  # fmt: skip
    post.record_id = None if as_what.event is PostEvent.ANSWER_ADDED else written
    Post.objects.filter(pk=post.pk).update(record_id=post.record_id)


def uncount(post: Post, *, reason: str, by: Actor, at: datetime) -> None:
    """Void the record of a post, so that its counts fall; another answer of the author to the same question counts instead."""
    if post.record_id is not None:
        void(record_id=post.record_id, reason=reason, by=by, at=at)
        post.record_id = None
        Post.objects.filter(pk=post.pk).update(record_id=None)
        following = _answers(post).filter(record_id__isnull=True, why_not="").exclude(pk=post.pk).order_by("published_at", "pk").first()
        if following is not None:
            recount(following, by=by)


def count_anew(post: Post, *, reason: str, by: Actor, at: datetime) -> None:
    """Void the record of a post that counts and write it again as of `at`: its words are others now. Nothing for one not counted."""
    if post.record_id is not None:
        void(record_id=post.record_id, reason=reason, by=by, at=at)
        post.record_id = None
        Post.objects.filter(pk=post.pk).update(record_id=None)
        count(post, by=by, at=at, corrected=True)


def recount(post: Post, *, by: Actor) -> None:
    """Count a post again as of the moment it was published, for the one who wrote it."""
    if post.published_at is not None:
        author = Actor(person_id=post.author_id, label=post.author_label)
        count(post, by=author, at=post.published_at, counted_again_by=by.label)


def _counted(post: Post) -> Counted:
    if post.parent is None:
        asked = _TOOLS.get(post.kind)
        return asked(post) if asked is not None else Counted(event=_EVENTS.get(post.kind, PostEvent.OPENED), kind=post.series)
    if post.kind == PostKind.ANSWER:
        counted = _answers(post).filter(record_id__isnull=False).exclude(pk=post.pk).exists()
        if counted or post.parent.author_id == post.author_id:
            return Counted(event=PostEvent.ANSWER_ADDED)
        return Counted(event=PostEvent.ANSWERED, object_id=post.parent.pk)
    return Counted(event=_REPLIES.get(post.parent.kind, PostEvent.DISCUSSION_REPLIED))


def _answers(post: Post) -> Any:
    return Post.objects.select_related("parent", "space__org").filter(
        parent_id=post.parent_id, parent__isnull=False, author_id=post.author_id, kind=PostKind.ANSWER, state=PostState.PUBLISHED
    )
