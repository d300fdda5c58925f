"""Opening a thread: the one way in which members and tools publish words of their own in a space."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from yanxiu.kit.actor import Actor
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import texts
from yanxiu.workshops.actions.adorning import NOTHING, Along
from yanxiu.workshops.models import Post, PostKind, Space, Tool

TOOLS = {
    PostKind.DISCUSSION: Tool.DISCUSSION,
    PostKind.QUESTION: Tool.QA,
    PostKind.LOG: Tool.LOG,
    PostKind.ACTIVITY: Tool.ACTIVITY,
    PostKind.BALLOT: Tool.BALLOT,
    PostKind.PROBLEM: Tool.PROBLEM,
    PostKind.SOLUTION: Tool.PROBLEM,
    PostKind.SHARE: Tool.SHARE,
    PostKind.CASE: Tool.CASE,
}


@transaction.atomic
def open_thread(
    *, space: Space, kind: PostKind, title: str, source: str, by: Actor, at: datetime, hosts_only: bool = False,
    beside: Callable[[Post], object] | None = None, along: Along = NOTHING, draft: str = "",
) -> Post:  # fmt: skip
    """Publish a thread of a tool in the own space, or only as its host; the same words sent twice are one thread.

    `beside` lays the tool's own row beside the post before it is counted (`counting.counted_as` may look at it); it is not called for
    the thread that stands already. `along`: people named besides those in the text, and pictures. A ballot or a resource may go
    without words; `draft` as in `texts.post_now`. Raises NotFound, NotPermitted, Conflict (no such tool, muted), Invalid at `title`
    or `source`.
    """
    if hosts_only:
        permissions.check_can_host(by, space)
    else:
        permissions.check_can_speak(by, space)
    texts.check_tool(space, TOOLS[kind])
    title = texts.titled(title)
    return texts.post_now(space=space, kind=kind, title=title, source=source, by=by, at=at, beside=beside, along=along, draft=draft)
