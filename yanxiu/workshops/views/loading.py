"""What every page of a space needs: the space as the actor may have it, and its tabs."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from yanxiu.kit.compiled import Compiled
from yanxiu.kit.components import Tab
from yanxiu.kit.policy import SignedInRequest
from yanxiu.kit.templating.addresses import address
from yanxiu.workshops import permissions, queries
from yanxiu.workshops.models import Post, Space, Tool
from yanxiu.workshops.permissions import holds_at

# Loaded by key with the seat of who asks; the rules that say so are those of `enterable_spaces` and `visible_posts`.
_SPACE = Compiled(
    lambda space, person: queries.with_org(Space.objects.filter(pk=space)).annotate(is_seated=permissions.seat_at("pk", person)),
    space=int,
    person=int,
)
_POST = Compiled(
    lambda post, person: queries.with_part(Post.objects.filter(pk=post)).annotate(is_seated=permissions.seat_at("space", person)),
    post=int,
    person=int,
)


def inside(request: SignedInRequest, space_id: int) -> Space:
    """Return a space that the actor may enter. Raises NotPermitted at the door, Http404 beyond. Cost: one query."""
    space = entered(request, space_id)
    if space is None:
        permissions.check_can_enter(request.actor, known(request, space_id))
        raise Http404
    return space


def entered(request: SignedInRequest, space_id: int) -> Space | None:
    """Return a space that the actor may enter, None where she may not. Cost: one query."""
    space = _SPACE.first(space=space_id, person=request.person_id)
    return space if space is not None and _is_inside(request, space, space) else None


def known(request: SignedInRequest, space_id: int) -> Space:
    """Return a space that the actor may know of, also from outside. Cost: one query."""
    return get_object_or_404(queries.with_org(permissions.visible_spaces(request.actor)), pk=space_id)


def hosted(request: SignedInRequest, space_id: int) -> Space:
    """Return a space that the actor hosts (or opens spaces for). Raises NotPermitted. Cost: one query."""
    space = inside(request, space_id)
    permissions.check_can_admit(request.actor, space)
    return space


def arranged(request: SignedInRequest, space_id: int) -> Space:
    """Return a space that the actor sets up: a hosted one, or the own personal space. Raises NotPermitted. Cost: one query."""
    space = inside(request, space_id)
    permissions.check_can_describe(request.actor, space)
    return space


def post_of(request: SignedInRequest, post_id: int) -> Post:
    """Return a post that the actor may read. Cost: one query."""
    post = _POST.first(post=post_id, person=request.person_id)
    if post is None or not permissions.reads_inside(request.actor, post):
        raise Http404
    if not _is_inside(request, post.space, post) and not permissions.is_shared(request.actor, post):
        raise Http404
    return post


def post_of_kind(request: SignedInRequest, post_id: int, kind: str) -> Post:
    """Return a thread of a kind that the actor may read. Cost: one query."""
    post = post_of(request, post_id)
    if post.kind != kind or post.parent_id is not None:
        raise Http404
    return post


def _is_inside(request: SignedInRequest, space: Space, row: Space | Post) -> bool:
    return permissions.is_inside(request.actor, space, seated=bool(getattr(row, "is_seated", False)))


@dataclass(frozen=True, kw_only=True)
class _Column:
    """A column of a space: the page it leads to, and when it is there: one of `tools` is switched on, and for `hosts` alone.

    `levels`: only in workshops of a tree, for their hosts and those of the ones above.
    """

    page: str
    label: Any
    tools: tuple[Tool, ...] = ()
    hosts: bool = False
    levels: bool = False


# One line a column, in the order in which they are read; `page` is the name of an address that takes the space's id.
COLUMNS = (
    _Column(page="space", label=_("坊内")),
    _Column(page="briefings", label=_("简报与导引"), tools=(Tool.BRIEFING, Tool.GUIDE)),
    _Column(page="discussions", label=_("研讨"), tools=(Tool.DISCUSSION,)),
    _Column(page="questions", label=_("问答"), tools=(Tool.QA,)),
    _Column(page="activities", label=_("活动"), tools=(Tool.ACTIVITY,)),
    _Column(page="ballots", label=_("投票与问卷"), tools=(Tool.BALLOT,)),
    _Column(page="problems", label=_("智慧众筹"), tools=(Tool.PROBLEM,)),
    _Column(page="logs", label=_("日志"), tools=(Tool.LOG,)),
    _Column(page="shares", label=_("资源"), tools=(Tool.SHARE,)),
    _Column(page="cases", label=_("优秀案例"), tools=(Tool.CASE,)),
    _Column(page="members", label=_("成员")),
    _Column(page="documents", label=_("文件")),
    _Column(page="praises", label=_("表扬与积分")),
    _Column(page="lower", label=_("跟进指导"), levels=True),
    _Column(page="desk", label=_("坊务台"), hosts=True),
    _Column(page="arrange_space", label=_("设置"), hosts=True),
    _Column(page="space_order", label=_("秩序"), hosts=True),
)


def tabs(request: SignedInRequest, space: Space, current: str) -> list[Tab]:
    """Return the tabs of a space by its tools, the host's at the end. No query."""
    hosts, owns = is_host(request, space), permissions.owns(request.actor, space)
    shown = [
        column
        for column in COLUMNS
        if (not column.tools or any(tool in space.tools for tool in column.tools))
        and (hosts or not column.hosts or (owns and column.page == "arrange_space"))
        and (not column.levels or (bool(space.level) and (hosts or permissions.guides(request.actor, space))))
    ]
    return [
        Tab(label=_named(space, column), url=address(f"workshops:{column.page}", space.pk), current=column.page == current)
        for column in shown
    ]


def _named(space: Space, column: _Column) -> str:
    """A class calls its shared column as the plan does."""
    return space.column if space.column and Tool.SHARE in column.tools else str(column.label)


def is_host(request: SignedInRequest, space: Space) -> bool:
    """Tell whether the actor runs the space: hosts it, or opens spaces for its unit. No query."""
    return holds_at(request.actor, permissions.HOST, space) or holds_at(request.actor, permissions.OPEN, space)


def keeps(request: SignedInRequest, space: Space) -> bool:
    """Tell whether the actor keeps order in the space. No query."""
    return holds_at(request.actor, permissions.MODERATE, space)
