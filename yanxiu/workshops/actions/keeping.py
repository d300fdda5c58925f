"""Keeping order (W-37): hide and restore; deleting what is one's own.

Hiding and deleting void the record of a post, so counts fall; restoring counts it again.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity.models import MeasureKind, ReportReason
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting, moderating
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.models import Post, PostState


@transaction.atomic
def hide(*, post: Post, reason: str, by: Actor, at: datetime) -> Post:
    """Take a post out of sight: the own one (撤回), or as one who keeps order, with a reason the author can read. Reversible.

    What keepers hide is a measure, with its own page and appeal. An accepted answer loses the mark. Raises NotFound, NotPermitted,
    Invalid, Conflict when it is not public.
    """
    permissions.check_can_hide(by, post)
    is_own = by.person_id == post.author_id
    reason = plain(reason) or (_("本人撤回") if is_own else "")
    if not 2 <= len(reason) <= 200:
        raise Invalid(_("请写明隐藏的原因，2—200 个字，作者会看到。"), field="reason")
    if not is_own:
        current = moderating.locked_post(post)
        if current.state != PostState.PUBLISHED:
            raise Conflict(_("这条现在没有公开，不用隐藏。"))
        moderating.take_measure(post=current, kind=MeasureKind.HIDE, rule=ReportReason.OTHER, reason=reason, by=by, at=at)
        return moderating.locked_post(post)
    post = moderating.locked_post(post)
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("这条现在没有公开，不用隐藏。"))
    post.state, post.hidden_at, post.hidden_by, post.hidden_reason = PostState.HIDDEN, at, by.person_id, reason
    post.accepted_at = post.accepted_by = None
    post.save(update_fields=["state", "hidden_at", "hidden_by", "hidden_reason", "accepted_at", "accepted_by"])
    counting.uncount(post, reason=reason, by=by, at=at)
    _note(PostEvent.WITHDRAWN, post, by=by, at=at, reason=reason)
    return post


@transaction.atomic
def restore(*, post: Post, by: Actor, at: datetime) -> Post:
    """Show a hidden post again and count it as of the day it was published, unless it did not count.

    Raises NotFound, NotPermitted, Conflict.
    """
    permissions.check_can_see_post(by, post)
    permissions.check_can_moderate(by, post.space)
    post = moderating.locked_post(post)
    if post.state != PostState.HIDDEN:
        raise Conflict(_("这条没有隐藏，不用恢复。"))
    measure = moderating.live_measure(post)
    if measure is not None:
        moderating.undo_measure(measure=measure, reason=_("恢复显示"), by=by, at=at)
        return moderating.locked_post(post)
    post.state, post.hidden_at, post.hidden_by, post.hidden_reason = PostState.PUBLISHED, None, None, ""
    post.save(update_fields=["state", "hidden_at", "hidden_by", "hidden_reason"])
    if not post.why_not:
        counting.recount(post, by=by)
    _note(PostEvent.RESTORED, post, by=by, at=at)
    return post


@transaction.atomic
def delete(*, post: Post, by: Actor, at: datetime) -> Post:
    """Delete one's own post for good; a thread only while nobody else has answered in it. Its record is voided.

    Raises NotFound, NotPermitted; Conflict when others have answered (it can be withdrawn then), or when it is not public.
    """
    permissions.check_can_delete(by, post)
    post = moderating.locked_post(post)
    if post.state not in (PostState.PUBLISHED, PostState.HELD):
        raise Conflict(_("这条现在没有公开，不用删除。"))
    parts = Post.objects.filter(parent=post).exclude(author_id=post.author_id).exclude(state=PostState.DELETED)
    if parts.exists():
        raise Conflict(_("已经有人在下面说话，不能删除。可以撤回，或更正内容。"))
    reason = _("本人删除")
    post.state, post.hidden_at, post.hidden_by, post.hidden_reason = PostState.DELETED, at, by.person_id, reason
    post.accepted_at = post.accepted_by = post.essence_at = post.essence_by = None
    post.save(update_fields=["state", "hidden_at", "hidden_by", "hidden_reason", "accepted_at", "accepted_by", "essence_at", "essence_by"])
    counting.uncount(post, reason=reason, by=by, at=at)
    _note(PostEvent.DELETED, post, by=by, at=at, reason=reason)
    return post


def _note(event: PostEvent, post: Post, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=post.pk, object_label=post.title or (post.parent.title if post.parent else ""), person_id=post.author_id,
        data=data, by=by, at=at, **counting.where(post.space, post.author_id),
    )  # fmt: skip
