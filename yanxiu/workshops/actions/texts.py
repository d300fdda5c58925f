"""The inside of writing: what a text must be before it is kept, and how a published post is made."""

from collections.abc import Callable
from datetime import datetime
from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from yanxiu.drafts import actions as drafts
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.rich_text import from_source, is_html
from yanxiu.kit.text import plain
from yanxiu.workshops import drafting, permissions
from yanxiu.workshops.actions import adorning, counting, ordering
from yanxiu.workshops.actions.adorning import NOTHING, Along
from yanxiu.workshops.likeness import TWICE
from yanxiu.workshops.models import Post, PostKind, PostState, Space, Tool

MOST_TEXT = 20_000
MOST_REPLY = 5_000
MAY_BE_BARE = (PostKind.BALLOT, PostKind.SHARE)
"""Kinds whose title and own facts may say all."""


def titled(value: str) -> str:
    """Return a usable title. Raises Invalid at the field `title`."""
    title = " ".join(plain(value).split())
    if not 2 <= len(title) <= 120:
        raise Invalid(_("标题 2—120 个字，现在 %(n)s 个。") % {"n": len(title)}, field="title")
    return title


def written(value: str, *, most: int) -> tuple[str, str]:
    """Return the source and its cleaned HTML. Raises Invalid at the field `source` when nothing readable is left or it is too long."""
    source = plain(value)
    if len(source) > most:
        raise Invalid(_("正文最多 %(most)s 个字，现在 %(n)s 个，请删短或分成两篇。") % {"most": most, "n": len(source)}, field="source")
    body = from_source(source)
    if not unescape(strip_tags(body)).strip():
        raise Invalid(_("正文里没有能显示的文字，请写几句再发。"), field="source")
    return source, body


def check_tool(space: Space, tool: Tool) -> None:
    """Raise Conflict when the space does not have the tool."""
    if tool not in space.tools:
        raise Conflict(_("%(title)s没有开“%(tool)s”。") % {"title": space.title, "tool": tool.label})


def post_now(
    *, space: Space, kind: PostKind, source: str, by: Actor, at: datetime, title: str = "", thread: Post | None = None,
    beside: Callable[[Post], object] | None = None, along: Along = NOTHING, draft: str = "",
) -> Post:  # fmt: skip
    """Keep a post and count it; the same words sent twice are the same post, also at the same moment. The thread is locked by the caller.

    Words that the rules of the space or a pack want looked at first wait as `held`, uncounted. `beside` lays a tool's row beside the new
    post before it is counted; `along`: whom it names, its pictures, what it quotes. What was kept while it was written is forgotten:
    under the key `draft`, or that of the place when none is named.
    """
    text, body = (
        ("", "") if kind in MAY_BE_BARE and not source.strip() else written(source, most=MOST_TEXT if thread is None else MOST_REPLY)
    )
    found = ordering.passed(
        space=space, title=title, source=text, by=by, at=at, has_pictures=bool(along.pictures), may_wait=kind != PostKind.CASE
    )
    if found.source != text:
        text, body = found.source, from_source(found.source)
    place = drafting.thread_key(space.pk, kind) if thread is None else drafting.part_key(thread.pk)
    drafts.clear(key=draft or place, by=by, at=at)
    if thread is None:  # what hangs on a thread waits for the lock of the thread
        sql.rows("SELECT pg_advisory_xact_lock(hashtext('workshops.writing'), %(id)s::int)", {"id": permissions.person_of(by) % 2**31})
    sent = Post.objects.filter(
        space=space, kind=kind, parent=thread, author_id=permissions.person_of(by), source=text, title=found.title,
        state__in=[PostState.PUBLISHED, PostState.HELD], created_at__gt=at - TWICE, created_at__lte=at,
    ).first()  # fmt: skip
    if sent is not None:
        return sent
    is_held = bool(found.held_for)
    post = Post(
        space=space, kind=kind, parent=thread, quoted=adorning.quotable(along.quoted, thread=thread), title=found.title, source=text,
        body=body, author_label=by.label[:120],
        author_id=permissions.person_of(by), by_host=permissions.holds_at(by, permissions.HOST, space),
        state=PostState.HELD if is_held else PostState.PUBLISHED, held_for=found.held_for, created_at=at, saved_at=at,
        published_at=None if is_held else at, active_at=at,
    )  # fmt: skip
    post.save(force_insert=True)
    adorn(post, along, by=by, at=at)
    ordering.note_hits(post, found, at=at)
    if beside is not None:
        beside(post)
    if is_held:
        ordering.note_held(post, by=by, at=at)
        return post
    counting.count(post, by=by, at=at)
    if thread is not None:
        Post.objects.filter(pk=thread.pk, active_at__lt=at).update(active_at=at)
    return post


def adorn(post: Post, along: Along, *, by: Actor, at: datetime) -> None:
    """Keep whom a post names and its pictures; the names stand out in what is shown."""
    if "@" in post.source or along.people:
        adorning.name_people(post, also=along.people, at=at)
        marked = post.source if is_html(post.source) else adorning.with_names(post.source, adorning.named(post.source, space=post.space))
        if marked != post.source:
            post.body = from_source(marked)
            Post.objects.filter(pk=post.pk).update(body=post.body)
    if along.pictures:
        adorning.add_pictures(post, along.pictures, by=by, at=at)


def locked(thread: Post) -> Post:
    """Return the thread with its row locked: what hangs on it is counted one after the other."""
    return Post.objects.select_for_update(of=("self",), no_key=True).select_related("space__org", "space__parent").get(pk=thread.pk)
