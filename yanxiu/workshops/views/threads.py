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
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rules import holds
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.forms import HideForm, ReplyForm
from yanxiu.workshops.models import HOST_KINDS, Post, PostKind, PostState, Space
from yanxiu.workshops.queries import Part
from yanxiu.workshops.views import loading
from yanxiu.workshops.views.tool_parts import part_of


@require_GET
@signed_in
def thread(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Show one thread: a briefing with its receipt, a discussion with replies, a question with answers."""
    post = loading.post_of(request, post_id)
    if post.parent_id is not None:
        return htmx.redirect(request, f"{reverse('workshops:thread', args=[post.parent_id])}#p{post.pk}")
    return thread_page(request, post)


@require_POST
@signed_in
def reply(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Reply to a thread."""
    post = loading.post_of(request, post_id)
    form = ReplyForm(request.POST)
    return _add(request, post, form, lambda text: actions.reply(thread=post, source=text, by=request.actor, at=now()))


@require_POST
@signed_in
def answer(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Answer a question."""
    post = loading.post_of(request, post_id)
    form = ReplyForm(request.POST)
    return _add(request, post, form, lambda text: actions.answer(question=post, source=text, by=request.actor, at=now()))


@require_POST
@signed_in
def accept_answer(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Mark the answer that helped."""
    accepted = actions.accept_answer(answer=loading.post_of(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[accepted.thread_id]), note=_("已采纳这个回答"))


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
    page = queries.parts(post, keeps=keeps, number=paging.number_from(request.GET.get("page")))
    of_host = post.kind in HOST_KINDS
    runs = loading.is_host(request, post.space)
    alike = queries.alike_posts([post, *page.rows]) if keeps else {}
    context = {
        "space": post.space,
        "warned": warned,
        "tool_template": part.template,
        "tool": {**(part.reading(request, post) if part.reading is not None else {}), **(tool or {})},
        "now": now(),
        "tabs": loading.tabs(request, post.space, part.tab),
        "thread": Part.of(post, request.person_id, alike),
        "parts": [Part.of(one, request.person_id, alike) for one in page.rows],
        "more": f"?page={page.following}" if page.has_more else "",
        "first": (page.number - 1) * 20,
        "form": form or ReplyForm(),
        "of_host": of_host,
        "is_question": post.kind == PostKind.QUESTION,
        "keeps": keeps,
        "runs": runs,
        "replies": holds(permissions.check_can_reply, request.actor, post),
        "may_accept": holds(permissions.check_can_accept, request.actor, post),
        "receipt": queries.receipt(post) if of_host and post.state == PostState.PUBLISHED else None,
        "is_read": of_host and queries.has_read(post, request.person_id),
    }
    return htmx.page(request, "workshops/thread.html", context, status=status)


def _add(request: SignedInRequest, post: Post, form: ReplyForm, act: Callable[[str], Post]) -> HttpResponse:
    status = 422
    if form.is_valid():
        kind = PostKind.ANSWER if post.kind == PostKind.QUESTION else PostKind.REPLY
        if warned := warned_of(request, post.space, kind, form.cleaned_data["source"], thread=post):
            return thread_page(request, post, form, warned=warned, status=409)
        try:
            added = act(form.cleaned_data["source"])
        except NotFound:
            raise
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, f"{reverse('workshops:thread', args=[post.pk])}#p{added.pk}", note=_("已发出"))
    return thread_page(request, post, form, status=status)


def warned_of(
    request: SignedInRequest, space: Space, kind: PostKind, source: str, *, title: str = "", thread: Post | None = None
) -> queries.Warned | None:
    """Return what the author should see before it is published; None when there is nothing or it was seen."""
    if request.POST.get("alike") == "seen":
        return None
    return queries.alike_seen(space=space, kind=kind, source=source, person_id=request.person_id, at=now(), title=title, thread=thread)
