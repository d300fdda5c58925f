"""What hosts write (W-31): briefings with numbers, study guides, guiding articles, announcements."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yanxiu.drafts import actions as drafts
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.rich_text import from_source
from yanxiu.records.actions import record
from yanxiu.workshops import drafting, permissions
from yanxiu.workshops.actions import counting, ordering, texts
from yanxiu.workshops.actions.adorning import NOTHING
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.models import HOST_KINDS, Post, PostKind, PostState, Space, Tool

SERIES = ("研修简报", "创课指导简报")


@transaction.atomic
def save_draft(
    *, space: Space, kind: PostKind, title: str, source: str, by: Actor, at: datetime, series: str = "", post: Post | None = None,
    asks_confirmation: bool = False, draft: str = "",
) -> Post:  # fmt: skip
    """Keep a draft, new or `post` written further; hosts of a workshop write together. Raises NotPermitted, Conflict, Invalid.

    A briefing belongs to one of `SERIES` (the first when none is given); its number comes with publication. `asks_confirmation`: who reads
    it says expressly that it was taken note of. `draft` as in `texts.post_now`.
    """
    permissions.check_can_write(by, space, post)
    kind, series = _kind(space, kind, series)
    title = texts.titled(title)
    text, body = texts.written(source, most=texts.MOST_TEXT)
    is_new = post is None
    if post is None:
        post = Post(
            space=space, kind=kind, series=series, title=title, source=text, body=body, state=PostState.DRAFT,
            author_id=permissions.person_of(by),
            author_label=by.label[:120], by_host=True, created_at=at, saved_at=at, active_at=at, asks_confirmation=asks_confirmation,
        )  # fmt: skip
        post.save(force_insert=True)
    else:
        post.series, post.title, post.source, post.body, post.saved_at = series, title, text, body, at
        post.asks_confirmation = asks_confirmation
        kept = Post.objects.filter(pk=post.pk, space=space, kind=kind, state=PostState.DRAFT).update(
            series=series, title=title, source=text, body=body, saved_at=at, asks_confirmation=asks_confirmation
        )
        if not kept:
            raise Conflict(_("“%(title)s”刚才已由另一位主持人发布，没有改动。") % {"title": post.title})
    drafts.clear(key=draft or (drafting.thread_key(space.pk, kind) if is_new else drafting.post_key(post.pk)), by=by, at=at)
    record(PostEvent.DRAFTED, object_id=post.pk, object_label=title, kind=kind, by=by, at=at, **counting.where(space, by.person_id))
    return post


@transaction.atomic
def publish(*, post: Post, by: Actor, at: datetime) -> Post:
    """Publish a draft under the name of who publishes it; a briefing gets the next number of its series. Locks the space.

    Raises NotPermitted, Conflict when it is published already.
    """
    permissions.check_can_write(by, post.space, post)
    Space.objects.select_for_update(of=("self",), no_key=True).get(pk=post.space_id)
    post = texts.locked(post)
    permissions.check_can_write(by, post.space, post)
    found = ordering.passed(space=post.space, title=post.title, source=post.source, by=by, at=at)
    if (found.title, found.source) != (post.title, post.source):
        post.title, post.source, post.body = found.title, found.source, from_source(found.source)
    if found.held_for:
        raise Conflict(_("还不能发布：%(why)s。草稿留着，改写后再发。") % {"why": found.held_for})
    if post.kind == PostKind.BRIEFING:
        last = Post.objects.filter(space=post.space_id, series=post.series).aggregate(last=Max("number"))["last"]
        post.number = (last or 0) + 1
    post.author_id, post.author_label = permissions.person_of(by), by.label[:120]
    post.state, post.published_at, post.active_at = PostState.PUBLISHED, at, at
    post.save(update_fields=["number", "title", "source", "body", "author", "author_label", "state", "published_at", "active_at"])
    texts.adorn(post, NOTHING, by=by, at=at)
    ordering.note_hits(post, found, at=at)
    counting.count(post, by=by, at=at)
    return post


def _kind(space: Space, kind: PostKind, series: str) -> tuple[PostKind, str]:
    if kind not in HOST_KINDS:
        raise Invalid(_("这里写简报、学习导引、引领文章和公告。"), field="kind")
    texts.check_tool(space, Tool(kind.value))
    if kind != PostKind.BRIEFING:
        return kind, ""
    if series and series not in SERIES:
        raise Invalid(_("简报有两种：研修简报、创课指导简报，请选一种。"), field="series")
    return kind, series or SERIES[0]
