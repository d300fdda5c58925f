"""The essence mark (精华): hosts set apart the threads that others should read, and take the mark off again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting, texts
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.models import Post, PostState


@transaction.atomic
def make_essence(*, post: Post, by: Actor, at: datetime) -> Post:
    """Set a public thread of a hosted space apart; twice is once. Raises NotFound, NotPermitted, Conflict."""
    thread = _hosted(post, by)
    if thread.state != PostState.PUBLISHED:
        raise Conflict(_("这一篇现在没有公开，不能设为精华。"))
    if thread.essence_at is None:
        thread.essence_at, thread.essence_by = at, by.person_id
        _keep(thread, PostEvent.MADE_ESSENCE, by=by, at=at)
    return thread


@transaction.atomic
def unmake_essence(*, post: Post, by: Actor, at: datetime) -> Post:
    """Take the mark off again; twice is once. Raises NotFound, NotPermitted, Conflict."""
    thread = _hosted(post, by)
    if thread.essence_at is not None:
        thread.essence_at = thread.essence_by = None
        _keep(thread, PostEvent.UNMADE_ESSENCE, by=by, at=at)
    return thread


def _hosted(post: Post, by: Actor) -> Post:
    permissions.check_can_see_post(by, post)
    permissions.check_can_host(by, post.space)
    if post.parent_id is not None:
        raise Conflict(_("精华只给主题，不给回帖。好的回答请采纳。"))
    return texts.locked(post)


def _keep(thread: Post, event: PostEvent, *, by: Actor, at: datetime) -> None:
    thread.save(update_fields=["essence_at", "essence_by"])
    record(
        event, object_id=thread.pk, object_label=thread.title, person_id=thread.author_id, by=by, at=at,
        **counting.where(thread.space, thread.author_id),
    )  # fmt: skip
