"""What tools show and ask above the replies of their threads: kind of thread -> (reading, template, tab).

A tool adds its line from its own module of views: `TOOL_PARTS[PostKind.ACTIVITY] = ToolPart(...)`. The reading gets the request and
the thread (space, org and author loaded) and returns a dict that the template finds as `tool`; the template stands on the thread's
page with all that the page knows (`thread`, `space`, `replies`, `keeps`, `runs`, `now`). Its forms post to the tool's own addresses; a
view that refuses shows the thread again with `threads.thread_page(request, post, tool={"form": form}, status=422)`, whose `tool` is laid
over what the reading returned.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from yanxiu.kit.policy import SignedInRequest
from yanxiu.workshops.models import Post, PostKind


@dataclass(frozen=True, kw_only=True)
class ToolPart:
    """The part of one tool. `tab` is the name of the space's tab under which its threads are found."""

    tab: str
    template: str = ""
    reading: Callable[[SignedInRequest, Post], Mapping[str, object]] | None = None


TOOL_PARTS: dict[str, ToolPart] = {
    PostKind.DISCUSSION: ToolPart(tab="discussions"),
    PostKind.QUESTION: ToolPart(tab="questions"),
    PostKind.LOG: ToolPart(tab="logs"),
}


def part_of(post: Post) -> ToolPart:
    """Return the part of the tool that a thread belongs to; hosts' writings have one tab together."""
    return TOOL_PARTS.get(post.kind, ToolPart(tab="briefings"))
