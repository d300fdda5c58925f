"""Lists of discussions, questions and journals, and opening one."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
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
from yanxiu.workshops.views import loading, threads


@require_GET
@signed_in
def discussions(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the discussions, the last word first, with search."""
    return _talk(request, loading.inside(request, space_id), PostKind.DISCUSSION, TalkForm())


@require_GET
@signed_in
def questions(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the questions, with those that wait for an answer apart."""
    return _talk(request, loading.inside(request, space_id), PostKind.QUESTION, TalkForm())


@require_POST
@signed_in
def open_discussion(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Open a discussion."""
    return _start(request, loading.inside(request, space_id), PostKind.DISCUSSION, actions.open_discussion, _("研讨已发起"))


@require_POST
@signed_in
def ask(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Ask a question."""
    return _start(request, loading.inside(request, space_id), PostKind.QUESTION, actions.ask, _("提问已发出，主持人会看到"))


def _talk(
    request: SignedInRequest, one: Space, kind: PostKind, form: TalkForm, *, warned: queries.Warned | None = None, status: int = 200
) -> HttpResponse:
    text, waiting = request.GET.get("q", "").strip(), request.GET.get("show") == "waiting"
    number, keeps = paging.number_from(request.GET.get("page")), loading.keeps(request, one)
    open_count = 0
    if number == 1 and not text and kind == PostKind.DISCUSSION:
        page = queries.first_threads(one, kind, person_id=request.person_id, keeps=keeps)
    else:
        found = queries.threads(one, [kind], person_id=request.person_id, keeps=keeps)
        open_count = queries.unanswered(found).count() if kind == PostKind.QUESTION else 0
        found = queries.search(found, text)
        open_ones = kind == PostKind.QUESTION and waiting
        page = paging.page_of(
            queries.unanswered(found).order_by("published_at", "pk") if open_ones else queries.latest(found), number=number
        )
    name = "discussions" if kind == PostKind.DISCUSSION else "questions"
    kept: dict[str, str | int] = {key: value for key, value in (("q", text), ("show", "waiting" if waiting else "")) if value}
    base = reverse(f"workshops:{name}", args=[one.pk])
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, name),
        "page": page,
        "q": text,
        "more": "?" + urlencode({**kept, "page": page.following}) if page.has_more else "",
        "show": [Tab(label=_("全部"), url=base, current=not waiting), Tab(label=_("待回答"), url=f"{base}?show=waiting", current=waiting)],
        "waiting": waiting,
        "open_count": open_count,
        "form": form,
        "warned": warned,
        "speaks": holds(permissions.check_can_speak, request.actor, one),
        "now": now(),
    }
    return htmx.page(request, f"workshops/{name}.html", context, status=status)


def _start(request: SignedInRequest, one: Space, kind: PostKind, act: Callable[..., Post], note: str) -> HttpResponse:
    form = TalkForm(request.POST)
    status = 422
    if form.is_valid():
        if warned := threads.warned_of(request, one, kind, form.cleaned_data["source"], title=form.cleaned_data["title"]):
            return _talk(request, one, kind, form, warned=warned, status=409)
        try:
            post = act(space=one, by=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:thread", args=[post.pk]), note=note)
    return _talk(request, one, kind, form, status=status)
