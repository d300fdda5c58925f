"""Who may read, write, correct, accept and hide what is written in spaces."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.workshops.models import HOST_KINDS, Post, PostKind, PostState, Space
from yanxiu.workshops.permissions.cases import is_judged, is_sealed, is_under_judgement, sealed
from yanxiu.workshops.permissions.linked import is_shared, shared_posts
from yanxiu.workshops.permissions.reach import HOST, MODERATE, granted, guides, has_seat, holds_at
from yanxiu.workshops.permissions.spaces import (
    check_can_host,
    check_can_moderate,
    check_is_open,
    enterable_spaces,
    hosted_spaces,
    is_inside,
)

KEPT = (PostState.HIDDEN, PostState.HELD, PostState.DELETED)
"""States in which a post is seen by those who keep order; the author sees hers too, until it is deleted."""


def check_can_reply(actor: Actor, thread: Post, *, seated: bool | None = None) -> None:
    """Raise unless the thread is open and the actor is a member (or host) of its workshop. Cost: at most 2 queries.

    `seated` says whether she has a seat there, where that is known: no query then.
    """
    check_can_see_post(actor, thread, seated=seated)
    if thread.state != PostState.PUBLISHED:
        raise Conflict(_("“%(title)s”现在没有公开，不能跟帖。") % {"title": thread.title})
    has_one = has_seat(actor, thread.space) if seated is None else seated
    speaks = has_one or holds_at(actor, HOST, thread.space) or guides(actor, thread.space)
    speaks = speaks or (thread.kind == PostKind.ACTIVITY and is_shared(actor, thread))  # what else comes from linked spaces is read
    if actor.person_id is None or not speaks:
        raise NotPermitted(_("跟帖和回答由坊内成员和主持人写。您现在的身份可以看。"))
    check_is_open(thread.space)


def visible_posts(actor: Actor) -> QuerySet[Post]:
    """Return the posts the actor may read: published ones inside, the own, drafts of a hosted space, hidden ones where she keeps order."""
    inside = Q(space__in=enterable_spaces(actor)) | shared_posts(actor)
    keeps = Q(space__in=Space.objects.filter(granted(actor, MODERATE)))
    own = Q(author_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    readable = Q(state=PostState.PUBLISHED) | own & ~Q(state=PostState.DELETED) | Q(state__in=KEPT) & keeps
    readable |= Q(state=PostState.DRAFT, space__in=hosted_spaces(actor))
    thread_open = Q(parent__isnull=True) | Q(parent__state=PostState.PUBLISHED) | own | keeps
    return Post.objects.filter(inside, readable, thread_open).exclude(sealed(actor))


def kept_posts(actor: Actor) -> QuerySet[Post]:
    """Return the posts of others in the spaces where the actor keeps order, drafts left out: to be read beside other texts."""
    kept = Post.objects.filter(space__in=Space.objects.filter(granted(actor, MODERATE))).exclude(state=PostState.DRAFT)
    kept = kept.exclude(sealed(actor))
    return kept.exclude(author_id=actor.person_id) if actor.person_id is not None else kept


def check_can_see_post(actor: Actor, post: Post, *, seated: bool | None = None) -> None:
    """Raise NotFound unless the actor may read the post; `seated` as for `check_can_reply`. Cost: at most 3 queries."""
    if not ((is_inside(actor, post.space, seated=seated) or is_shared(actor, post)) and reads_inside(actor, post)):
        raise NotFound(_("没有找到这篇内容。可能已撤下，或您不在这个坊里。"))


def reads_inside(actor: Actor, post: Post) -> bool:
    """Tell whether somebody who may be in the space may read the post. No query when `parent` and `space` are loaded, one for a case."""
    space = post.space
    keeps = holds_at(actor, MODERATE, space)
    own = actor.person_id is not None and post.author_id == actor.person_id
    readable = (
        post.state == PostState.PUBLISHED
        or (own and post.state != PostState.DELETED)
        or (post.state in KEPT and keeps)
        or (post.state == PostState.DRAFT and holds_at(actor, HOST, space))
    )
    thread_open = post.parent is None or post.parent.state == PostState.PUBLISHED or own or keeps
    return readable and thread_open and not is_sealed(actor, post)


def check_can_write(actor: Actor, space: Space, post: Post | None = None) -> None:
    """Raise unless the actor hosts the space and, for a draft, has begun it or hosts together with who did."""
    if actor.person_id is None:
        raise NotPermitted(_("简报由主持人本人写。"))
    check_can_host(actor, space)
    check_is_open(space)
    if post is not None and post.state != PostState.DRAFT:
        raise Conflict(_("“%(title)s”已经发布，不能再当草稿改。要更正，请撤下后重发。") % {"title": post.title})


def check_can_correct(actor: Actor, post: Post) -> None:
    """Raise unless the actor wrote the post and it is public. What somebody else wrote nobody rewrites."""
    check_can_see_post(actor, post)
    if actor.person_id is None or actor.person_id != post.author_id:
        raise NotPermitted(_("发言只由写的人自己更正。有不妥的，主持人可以隐藏并写明原因。"))
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("这条现在没有公开，不能更正。草稿请接着写，已撤下的请先请主持人恢复。"))
    if is_judged(post):
        raise Conflict(_("征集已经截止，评的是交来时的文字，不能再改。"))


def check_can_accept(actor: Actor, question: Post) -> None:
    """Raise unless the actor asked the question, or hosts the space."""
    if actor.person_id is None or (actor.person_id != question.author_id and not holds_at(actor, HOST, question.space)):
        raise NotPermitted(_("采纳哪个回答由提问的人或主持人决定。"))


def check_can_hide(actor: Actor, post: Post) -> None:
    """Raise unless it is the actor's own post, or the actor keeps order in its space."""
    check_can_see_post(actor, post)
    if actor.person_id is None or actor.person_id != post.author_id:
        check_can_moderate(actor, post.space)
    else:
        _check_is_not_under_judgement(post)


def check_can_delete(actor: Actor, post: Post) -> None:
    """Raise unless the actor wrote the post and it is a member's: what hosts published stays, hidden at most."""
    check_can_see_post(actor, post)
    if actor.person_id is None or actor.person_id != post.author_id:
        raise NotPermitted(_("只能删除自己写的。别人的发言有不妥，主持人可以隐藏并写明原因。"))
    if post.kind in HOST_KINDS:
        raise Conflict(_("发布过的简报、导引、文章和公告不删除，可以撤回或更正。"))
    _check_is_not_under_judgement(post)


def _check_is_not_under_judgement(post: Post) -> None:
    if is_under_judgement(post):
        raise Conflict(_("征集已经截止，件数已定，结果公布前不能再撤回或删除。"))
