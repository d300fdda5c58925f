"""One thread with what hangs on it, and what is done there: reply, answer, accept, keep order."""

from collections.abc import Callable, Mapping

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rules import holds
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.forms import HideForm, ReplyForm
from yanxiu.workshops.models import HOST_KINDS, Post, PostKind, PostState, Space
from yanxiu.workshops.queries import Part
from yanxiu.workshops.views import composing, loading
from yanxiu.workshops.views.tool_parts import part_of


@require_GET
@signed_in
def thread(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Show one thread: a briefing with its receipt, a discussion with replies, a question with answers."""
    post = loading.post_of(request, post_id)
    if post.parent_id is not None:
        return htmx.redirect(request, address_of(post))
    return thread_page(request, post)


@require_POST
@signed_in
def reply(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Reply to a thread."""
    return _add(request, post_id, lambda thread, **said: actions.reply(thread=thread, **said))


@require_POST
@signed_in
def answer(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Answer a question."""
    return _add(request, post_id, lambda thread, **said: actions.answer(question=thread, **said))


@require_POST
@signed_in
def accept_answer(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Mark the answer that helped."""
    accepted = actions.accept_answer(answer=loading.post_of(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[accepted.thread_id]), note=_("已采纳这个回答"))


@require_POST
@requires(permissions.HOST)
def make_essence(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Set a thread apart for all to read."""
    post = actions.make_essence(post=loading.post_of(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[post.pk]), note=_("已设为精华，列表里可以单独看"))


@require_POST
@requires(permissions.HOST)
def unmake_essence(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Take the mark off again."""
    post = actions.unmake_essence(post=loading.post_of(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[post.pk]), note=_("已取消精华"))


@require_POST
@signed_in
def delete_post(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Delete one's own post."""
    deleted = actions.delete(post=loading.post_of(request, post_id), by=request.actor, at=now())
    to = (
        reverse("workshops:space", args=[deleted.space_id])
        if deleted.parent_id is None
        else reverse("workshops:thread", args=[deleted.parent_id])
    )
    return htmx.redirect(request, to, note=_("已删除，对应的计数已减去"))


@require_POST
@signed_in
def hide(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Take a post out of sight."""
    post = loading.post_of(request, post_id)
    form = HideForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    hidden = actions.hide(post=post, reason=reason, by=request.actor, at=now())
    note = _("已撤下，对应的计数已减去")
    if hidden.parent_id is None and not loading.keeps(request, hidden.space) and hidden.author_id != request.person_id:
        return htmx.redirect(request, reverse("workshops:space", args=[hidden.space_id]), note=note)
    return htmx.redirect(request, reverse("workshops:thread", args=[hidden.thread_id]), note=note)


@require_POST
@signed_in
def let_count(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Let a post count although it is nearly another one."""
    counted = actions.let_count(post=loading.post_of(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[counted.thread_id]), note=_("这一条照计，计数照原来的日子补回"))


@require_POST
@signed_in
def restore(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Show a hidden post again."""
    shown = actions.restore(post=loading.post_of(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[shown.thread_id]), note=_("已恢复，计数照原来的日子补回"))


def thread_page(
    request: SignedInRequest,
    post: Post,
    form: ReplyForm | None = None,
    *,
    warned: queries.Warned | None = None,
    tool: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a thread with what hangs on it; `tool` is laid over what its tool reads (a form that was refused)."""
    part = part_of(post)
    keeps = loading.keeps(request, post.space)
    page = queries.parts(post, keeps=keeps, number=paging.number_from(request.GET.get("page")), person_id=request.person_id)
    of_host = post.kind in HOST_KINDS
    runs = loading.is_host(request, post.space)
    at = now()
    alike = queries.alike_posts([post, *page.rows]) if keeps else {}
    pictures = queries.pictures_of([post, *page.rows], person_id=request.person_id, at=at)
    replies = _may_reply(request, post)
    receipt = queries.receipt(post, request.person_id) if of_host and post.state == PostState.PUBLISHED else None
    desk = composing.part_desk(request, post) if replies else None
    context = {
        "space": post.space,
        "warned": warned,
        "tool_template": part.template,
        "tool": {**(part.reading(request, post) if part.reading is not None else {}), **(tool or {})},
        "now": at,
        "tabs": loading.tabs(request, post.space, part.tab),
        "thread": Part.of(post, request.person_id, alike, pictures),
        "parts": [Part.of(one, request.person_id, alike, pictures) for one in page.rows],
        "more": f"?page={page.following}" if page.has_more else "",
        "first": (page.number - 1) * 20,
        "form": form or ReplyForm(initial=desk.initial() if desk else None),
        "desk": desk,
        "quoted": composing.quoted_in(request, post) if replies else None,
        "ticked": composing.ticked(request, post.space) if form is not None else [],
        "of_host": of_host,
        "is_question": post.kind == PostKind.QUESTION,
        "keeps": keeps,
        "runs": runs,
        "replies": replies,
        "hosts": permissions.holds_at(request.actor, permissions.HOST, post.space),
        "may_accept": holds(permissions.check_can_accept, request.actor, post),
        "receipt": receipt,
        "is_read": receipt is not None and receipt.is_own,
    }
    return htmx.page(request, "workshops/thread.html", context, status=status)


def _may_reply(request: SignedInRequest, post: Post) -> bool:
    try:
        permissions.check_can_reply(request.actor, post, seated=getattr(post, "is_seated", None))
    except DomainError:
        return False
    return True


def address_of(part: Post) -> str:
    """Return the page of the thread on which a part stands, with its place there. Cost: one query."""
    number = queries.place_of(part)
    return reverse("workshops:thread", args=[part.parent_id]) + (f"?page={number}" if number > 1 else "") + f"#p{part.pk}"


def said_of(post: Post, note: str) -> str:
    """Return what to say after sending: `note`, or that it waits to be looked at."""
    return _("已收到，先由主持人看过再公开：%(why)s") % {"why": post.held_for} if post.state == PostState.HELD else note


def _add(request: SignedInRequest, post_id: int, act: Callable[..., Post]) -> HttpResponse:
    post = loading.post_of(request, post_id)
    form, status = ReplyForm(request.POST), 422
    if form.is_valid():
        kind = PostKind.ANSWER if post.kind == PostKind.QUESTION else PostKind.REPLY
        if warned := warned_of(request, post.space, kind, form.cleaned_data["source"], thread=post):
            return thread_page(request, post, form, warned=warned, status=409)
        try:
            along = composing.along(request, thread=post)
            added = act(post, source=form.cleaned_data["source"], by=request.actor, at=now(), along=along)
        except NotFound:
            raise
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, address_of(added), note=said_of(added, _("已发出")))
    return thread_page(request, post, form, status=status)


def warned_of(
    request: SignedInRequest, space: Space, kind: PostKind, source: str, *, title: str = "", thread: Post | None = None
) -> queries.Warned | None:
    """Return what the author should see before it is published; None when there is nothing or it was seen."""
    if request.POST.get("alike") == "seen":
        return None
    return queries.alike_seen(space=space, kind=kind, source=source, person_id=request.person_id, at=now(), title=title, thread=thread)
