"""Who has read what hosts published, who has confirmed it, and reminding those who have not."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.models import HOST_KINDS, Post, PostKind, PostState, Read
from yanxiu.workshops.queries.people import slow_readers

REMIND_EVERY = timedelta(hours=24)


@transaction.atomic
def mark_read(*, post: Post, by: Actor, at: datetime) -> bool:
    """Note that a member has read what a host published, and confirmed it where it asks for that; False when it was noted before.

    Raises NotFound, NotPermitted, Invalid.
    """
    permissions.check_can_reply(by, post)
    if post.kind not in HOST_KINDS:
        raise Invalid(_("只有简报、导引、文章和公告记已读。"))
    confirmed_at = at if post.asks_confirmation else None
    try:
        with transaction.atomic():
            Read.objects.create(post=post, person_id=permissions.person_of(by), read_at=at, confirmed_at=confirmed_at)
    except IntegrityError:
        again = Read.objects.filter(post=post, person_id=permissions.person_of(by), confirmed_at__isnull=True)
        if not (post.asks_confirmation and again.update(confirmed_at=at)):  # read before confirmation was asked for
            return False
        record(PostEvent.CONFIRMED, object_id=post.pk, object_label=post.title, by=by, at=at, **counting.where(post.space, by.person_id))
        return True
    event = PostEvent.BRIEFING_READ if post.kind == PostKind.BRIEFING else PostEvent.POST_READ
    record(
        event, object_id=post.pk, object_label=post.title, kind=post.series, by=by, at=at, data={"confirmed": post.asks_confirmation},
        **counting.where(post.space, by.person_id),
    )  # fmt: skip
    return True


@transaction.atomic
def remind_readers(*, post: Post, by: Actor, at: datetime) -> int:
    """Remind the members who have not read (or not confirmed) what hosts published; return how many. At most once in 24 hours.

    Raises NotFound, NotPermitted, Invalid; Conflict when it is too soon, nobody is left, or it is not public.
    """
    permissions.check_can_see_post(by, post)
    permissions.check_can_admit(by, post.space)
    if post.kind not in HOST_KINDS:
        raise Invalid(_("只有简报、导引、文章和公告记已读。"))
    post = Post.objects.select_for_update(of=("self",), no_key=True).select_related("space__org", "space__parent").get(pk=post.pk)
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("这一篇现在没有公开，不用提醒。"))
    if post.reminded_at is not None and at - post.reminded_at < REMIND_EVERY:
        raise Conflict(_("24 小时里已经提醒过一次，过后再提醒。"))
    people = list(slow_readers(post).order_by("person").values_list("person", flat=True))
    if not people:
        raise Conflict(_("坊内成员都读过了，不用提醒。"))
    post.reminded_at = at
    post.save(update_fields=["reminded_at"])
    record(
        PostEvent.REMINDED, object_id=post.pk, object_label=post.title, by=by, at=at, data={"people": people},
        **counting.where(post.space, by.person_id),
    )  # fmt: skip
    return len(people)


@transaction.atomic
def note_readers_exported(*, post: Post, by: Actor, at: datetime) -> None:
    """Note that somebody took the list of readers along. Raises NotFound, NotPermitted."""
    permissions.check_can_see_post(by, post)
    permissions.check_can_admit(by, post.space)
    record(PostEvent.READERS_EXPORTED, object_id=post.pk, object_label=post.title, by=by, at=at, **counting.where(post.space, by.person_id))
