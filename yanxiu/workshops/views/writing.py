"""What hosts write: the list, the writing page, reading, who has read it."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.drafts.queries import Desk
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.forms import WritingForm
from yanxiu.workshops.models import HOST_KINDS, Post, PostKind, PostState, Space, Tool
from yanxiu.workshops.views import composing, loading
from yanxiu.workshops.views.threads import warned_of


@require_GET
@signed_in
def briefings(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List what the hosts have published, all kinds or one; drafts and hidden ones for those who may see them; to hosts drafts alone."""
    one = loading.inside(request, space_id)
    kind = request.GET.get("kind", "")
    kinds = [kind] if kind in HOST_KINDS else list(HOST_KINDS)
    hosts = permissions.holds_at(request.actor, permissions.HOST, one)
    only_drafts = hosts and kind == PostState.DRAFT
    found = queries.threads(one, kinds, person_id=request.person_id, keeps=loading.keeps(request, one), drafts=hosts, below=only_drafts)
    found = found.filter(state=PostState.DRAFT) if only_drafts else found
    page = paging.page_of(found.order_by("-active_at", "-pk"), number=paging.number_from(request.GET.get("page")))
    base = reverse("workshops:briefings", args=[one.pk])
    named = [("", _("全部")), *((value.value, value.label) for value in HOST_KINDS if value.value in one.tools)]
    named += [(PostState.DRAFT.value, _("草稿"))] if hosts else []
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "briefings"),
        "only_drafts": only_drafts,
        "kinds": [Tab(label=label, url=f"{base}?kind={value}", current=value == kind) for value, label in named],
        "page": page,
        "more": f"?kind={kind}&page={page.following}" if page.has_more else "",
        "writes": [(value.value, value.label) for value in HOST_KINDS if value.value in one.tools] if hosts else [],
    }
    return htmx.page(request, "workshops/briefings.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.WORKSHOPS_HOST)
def write(request: SignedInRequest, space_id: int, kind: str) -> HttpResponse:
    """Begin a briefing, guide, article or announcement."""
    one = loading.inside(request, space_id)
    if kind not in HOST_KINDS or Tool(kind) not in one.tools:
        raise Http404
    permissions.check_can_write(request.actor, one)
    return _writing(request, one, PostKind(kind), None)


@require_http_methods(["GET", "POST"])
@requires(Permission.WORKSHOPS_HOST)
def edit_draft(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Write a draft further."""
    draft = loading.post_of(request, post_id)
    permissions.check_can_write(request.actor, draft.space, draft)
    return _writing(request, draft.space, PostKind(draft.kind), draft)


@require_POST
@requires(Permission.WORKSHOPS_HOST)
def publish(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Publish a draft as it was kept."""
    post = actions.publish(post=loading.post_of(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[post.pk]), note=_published(post))


def _writing(request: SignedInRequest, one: Space, kind: PostKind, draft: Post | None) -> HttpResponse:
    if draft is not None:
        desk = composing.post_desk(request, draft, reverse("workshops:edit_draft", args=[draft.pk]))
        initial = {"series": draft.series, "title": draft.title, "source": draft.source, "asks_confirmation": draft.asks_confirmation}
    else:
        desk = composing.thread_desk(request, one, kind, reverse("workshops:write", args=[one.pk, kind.value]))
        initial = {"series": actions.SERIES[0]}
    asks = kind == PostKind.ANNOUNCEMENT
    form = WritingForm(request.POST or None, has_series=kind == PostKind.BRIEFING, asks=asks, initial=desk.initial(initial))
    if request.method == "POST" and form.is_valid():
        return _kept(request, one, kind, draft, form, desk)
    return _page(request, one, kind, draft, form, desk, status=422 if request.method == "POST" else 200)


def _kept(request: SignedInRequest, one: Space, kind: PostKind, draft: Post | None, form: WritingForm, desk: Desk) -> HttpResponse:
    facts, publishes = form.cleaned_data, "publish" in request.POST or request.POST.get("alike") == "seen"
    if publishes and (warned := warned_of(request, one, kind, facts["source"], title=facts["title"])) is not None:
        return _page(request, one, kind, draft, form, desk, warned=warned, status=409)
    try:
        kept = actions.save_draft(space=one, kind=kind, post=draft, by=request.actor, at=now(), **facts)
    except DomainError as error:
        return _page(request, one, kind, draft, form, desk, status=explain(form, error))
    if publishes:
        return publish(request, kept.pk)
    return htmx.redirect(request, reverse("workshops:edit_draft", args=[kept.pk]), note=_("草稿已存，主持人都能接着写"))


def _page(
    request: SignedInRequest, one: Space, kind: PostKind, draft: Post | None, form: WritingForm, desk: Desk, *, status: int,
    warned: queries.Warned | None = None,
) -> HttpResponse:  # fmt: skip
    context = {"space": one, "kind": kind, "draft": draft, "form": form, "desk": desk, "warned": warned}
    return htmx.page(request, "workshops/write.html", context, status=status)


def _published(post: Post) -> str:
    if post.number:
        return _("《%(series)s》第 %(n)s 期已发布") % {"series": post.series, "n": post.number}
    return _("%(kind)s已发布") % {"kind": PostKind(post.kind).label}
