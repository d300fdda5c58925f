"""Lists of discussions, questions and journals, and opening one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rules import holds
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.forms import TalkForm
from yanxiu.workshops.models import Post, PostKind, Space
from yanxiu.workshops.views import composing, loading, threads


@dataclass(frozen=True, kw_only=True)
class _List:
    """A list of threads of one kind: its page, what opens one, and what is said when one was opened."""

    page: str
    act: Callable[..., Post]
    note: Any


LISTS = {
    PostKind.DISCUSSION: _List(page="discussions", act=actions.open_discussion, note=_lazy("研讨已发起")),
    PostKind.QUESTION: _List(page="questions", act=actions.ask, note=_lazy("提问已发出，主持人会看到")),
    PostKind.LOG: _List(page="logs", act=actions.publish_log, note=_lazy("日志已发表")),
}
SORTS = {"": _lazy("最近有人说话"), "new": _lazy("最近发出"), "replies": _lazy("回帖最多")}


@require_GET
@signed_in
def discussions(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the discussions, the last word first, with search."""
    return _talk(request, loading.inside(request, space_id), PostKind.DISCUSSION)


@require_GET
@signed_in
def questions(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the questions, with those that wait for an answer apart."""
    return _talk(request, loading.inside(request, space_id), PostKind.QUESTION)


@require_GET
@signed_in
def logs(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the journal of a space, its own or everybody's."""
    return _talk(request, loading.inside(request, space_id), PostKind.LOG)


@require_POST
@signed_in
def open_discussion(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Open a discussion."""
    return _start(request, loading.inside(request, space_id), PostKind.DISCUSSION)


@require_POST
@signed_in
def ask(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Ask a question."""
    return _start(request, loading.inside(request, space_id), PostKind.QUESTION)


@require_POST
@signed_in
def publish_log(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Publish an entry of one's journal."""
    return _start(request, loading.inside(request, space_id), PostKind.LOG)


def _talk(
    request: SignedInRequest,
    one: Space,
    kind: PostKind,
    form: TalkForm | None = None,
    *,
    warned: queries.Warned | None = None,
    status: int = 200,
) -> HttpResponse:
    text, show, sort = request.GET.get("q", "").strip(), request.GET.get("show", ""), request.GET.get("sort", "")
    number, keeps = paging.number_from(request.GET.get("page")), loading.keeps(request, one)
    if number == 1 and not text and not show and sort not in SORTS.keys() - {""}:
        page = queries.first_threads(one, kind, person_id=request.person_id, keeps=keeps)
        open_count = queries.unanswered_count(one) if kind == PostKind.QUESTION else 0
    else:
        of_hosts = show == "waiting" and loading.is_host(request, one)  # who hosts answers in the sub-workshops too
        found = queries.threads(one, [kind], person_id=request.person_id, keeps=keeps, below=of_hosts)
        open_count = queries.unanswered(found).count() if kind == PostKind.QUESTION else 0
        found = _shown(queries.search(found, text), show, request.person_id)
        waiting = kind == PostKind.QUESTION and show == "waiting"
        page = paging.page_of(found.order_by("published_at", "pk") if waiting else queries.sorted_by(found, sort), number=number)
    name = LISTS[kind].page
    here = reverse(f"workshops:{name}", args=[one.pk])
    speaks = holds(permissions.check_can_speak, request.actor, one)
    desk = composing.thread_desk(request, one, kind, here + ("#ask" if kind == PostKind.QUESTION else "#open")) if speaks else None
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, name),
        "page": page,
        "q": text,
        "more": _url("", q=text, show=show, sort=sort, page=page.following) if page.has_more else "",
        "show": _segments(kind, here, show, text, sort),
        "sorts": [Tab(label=str(label), url=_url(here, q=text, show=show, sort=key), current=key == sort) for key, label in SORTS.items()],
        "shown": show,
        "waiting": show == "waiting",
        "open_count": open_count,
        "form": form or TalkForm(initial=desk.initial() if desk else None),
        "desk": desk,
        "ticked": composing.ticked(request, one) if form is not None else [],
        "warned": warned,
        "speaks": speaks,
        "now": now(),
    }
    return htmx.page(request, f"workshops/{name}.html", context, status=status)


def _segments(kind: PostKind, here: str, show: str, text: str, sort: str) -> list[Tab]:
    named = [("", _("全部")), ("mine", _("我写的")), ("essence", _("精华"))]
    if kind == PostKind.QUESTION:
        named.insert(1, ("waiting", _("待回答")))
    return [Tab(label=label, url=_url(here, q=text, show=key, sort=sort), current=key == show) for key, label in named]


def _shown(found: QuerySet[Post], show: str, person_id: int) -> QuerySet[Post]:
    if show == "waiting":
        return queries.unanswered(found)
    if show == "mine":
        return found.filter(author_id=person_id)
    return found.filter(essence_at__isnull=False) if show == "essence" else found


def _url(base: str, **given: str | int) -> str:
    kept = urlencode({key: value for key, value in given.items() if value})
    return f"{base}?{kept}" if kept else base


def _start(request: SignedInRequest, one: Space, kind: PostKind) -> HttpResponse:
    form = TalkForm(request.POST)
    status = 422
    if form.is_valid():
        if warned := threads.warned_of(request, one, kind, form.cleaned_data["source"], title=form.cleaned_data["title"]):
            return _talk(request, one, kind, form, warned=warned, status=409)
        try:
            post = LISTS[kind].act(space=one, by=request.actor, at=now(), along=composing.along(request), **form.cleaned_data)
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:thread", args=[post.pk]), note=threads.said_of(post, str(LISTS[kind].note)))
    return _talk(request, one, kind, form, status=status)
