"""Comparing posts in the background: each is kept for those who come later, and one that is another post again does not count."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity.actions import forget_text, index_text, index_texts
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.records.actions import record
from yanxiu.workshops import likeness, permissions
from yanxiu.workshops.actions import counting, ordering, texts
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.models import Post, PostState, PostVersion


@transaction.atomic
def compare_post(*, post: Post, by: Actor, at: datetime) -> Post:
    """Compare a post with what was written before and keep it in the index; forget one that is not public. Twice is once. System only.

    One that is nearly an earlier post again does not count from now on, unless a host has let it count; one that is it no more counts
    as of the day it was published. Raises NotPermitted. Cost: 12 queries, 6 more when it stops or begins to count.
    """
    permissions.check_is_system(by)
    post = _locked(post)
    if post.state != PostState.PUBLISHED or post.kind not in likeness.KINDS:
        forget_text(object_type=likeness.POST, object_id=post.pk, by=by, at=at)
        return post
    said = _said_at(post)
    report = index_text(text=likeness.text_of_post(post, at=said), by=by, at=at)
    why = _("与已有的发言几乎一样") if likeness.is_copy(report, at=said) and post.allowed_at is None else ""
    if bool(why) == bool(post.why_not):
        return post
    post.why_not = why
    post.save(update_fields=["why_not"])
    if why:
        counting.uncount(post, reason=why, by=by, at=at)
        ordering.note_alike(post, why, share=max(one.share for one in report.matches), at=at)
    else:
        counting.recount(post, by=by)
    _note(PostEvent.NOT_COUNTED if why else PostEvent.COUNTED_AGAIN, post, by=by, at=at, why=why)
    return post


@transaction.atomic
def let_count(*, post: Post, by: Actor, at: datetime) -> Post:
    """Let a post count although it is nearly another one: a person has looked. Raises NotFound, NotPermitted, Conflict when it counts."""
    permissions.check_can_see_post(by, post)
    permissions.check_can_moderate(by, post.space)
    post = _locked(post)
    if not post.why_not or post.state != PostState.PUBLISHED:
        raise Conflict(_("这条不在不计入之列，不用再认。"))
    post.why_not, post.allowed_at = "", at
    post.save(update_fields=["why_not", "allowed_at"])
    counting.recount(post, by=by)
    _note(PostEvent.COUNTED_AGAIN, post, by=by, at=at)
    return post


@transaction.atomic
def index_left_posts(*, posts: Sequence[Post], by: Actor, at: datetime) -> int:
    """Keep posts of earlier years in the index, without comparing them; return how many. Twice is once. System only.

    Cost: 5 queries whatever the number, half a millisecond each.
    """
    permissions.check_is_system(by)
    return index_texts(texts=[likeness.text_of_post(one, at=one.published_at or at) for one in posts], by=by, at=at) if posts else 0


def _locked(post: Post) -> Post:
    texts.locked(post.parent if post.parent is not None else post)
    rows = Post.objects.select_related("space__org", "space__parent", "space__programme", "parent", "author")
    return rows.get(pk=post.pk)


def _said_at(post: Post) -> datetime:
    """When the present words were published: at the last correction of substance, else at publication."""
    changed = PostVersion.objects.filter(post=post, is_substantial=True).order_by("-number").values_list("replaced_at", flat=True).first()
    return changed or post.published_at or post.saved_at


def _note(event: PostEvent, post: Post, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=post.pk, object_label=post.title or (post.parent.title if post.parent else ""), person_id=post.author_id,
        data=data, by=by, at=at, **counting.where(post.space, post.author_id),
    )  # fmt: skip
