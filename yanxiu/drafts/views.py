"""The page of one's drafts, and the address at which every form keeps itself."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.drafts import actions, permissions, queries
from yanxiu.drafts.models import Draft
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import SignedInRequest, signed_in

_OF_THE_PAGE = {"csrfmiddlewaretoken", "alike", "to"}


@require_GET
@signed_in
def drafts(request: SignedInRequest) -> HttpResponse:
    """List what one has written and not sent, with search; below, what was thrown away."""
    text, at = request.GET.get("q", "").strip(), now()
    own = permissions.visible_drafts(request.actor)
    page = paging.page_of(queries.found(own, text, at=at), number=paging.number_from(request.GET.get("page")))
    more: dict[str, str | int] = {"page": page.following, **({"q": text} if text else {})}
    context = {
        "page": page,
        "q": text,
        "more": "?" + urlencode(more) if page.has_more else "",
        "discarded": queries.discarded(own, at=at)[:10],
        "days": queries.LASTS.days,
    }
    return htmx.page(request, "drafts/drafts.html", context)


@require_POST
@signed_in
def keep(request: SignedInRequest, sealed: str) -> HttpResponse:
    """Keep what is being typed: JSON for the form that keeps itself, back to the form for the button 存草稿."""
    ticket = queries.opened(sealed)
    if ticket is None:
        raise NotFound(_("这一页开得太久，草稿没处放了。请把写的内容复制下来，刷新后再粘贴。"))
    typed = {name: value for name, value in request.POST.items() if name and name not in _OF_THE_PAGE and isinstance(value, str)}
    at = now()
    written = actions.keep(
        key=ticket.key, place=ticket.place, address=ticket.address, fields=typed, page=ticket.page, seen=ticket.seen, by=request.actor,
        at=at,
    )  # fmt: skip
    is_beside = written is not None and written.key != ticket.key
    other = permissions.visible_drafts(request.actor).filter(key=ticket.key, discarded_at__isnull=True).first() if is_beside else None
    said = _("另一台设备在 %(at)s 存过一份，两份都留着") % {"at": f"{local(other.saved_at):%H:%M}"} if other is not None else ""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"at": "，".join(part for part in (f"{local(at):%H:%M}", said) if part)})
    return htmx.redirect(request, ticket.address, note=said or _("草稿已存，在“我的草稿”里也找得到"))


@require_POST
@signed_in
def discard(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Throw a draft away; `to=page` goes back to where it was written."""
    draft = actions.discard(draft=_own(request, draft_id), by=request.actor, at=now())
    to = draft.address if request.POST.get("to") == "page" else reverse("drafts:drafts")
    return htmx.redirect(request, to, note=_("草稿已丢弃，30 天内可以在“我的草稿”里放回"))


@require_POST
@signed_in
def take_up(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Go on with a draft that is kept beside another."""
    draft = actions.take_up(draft=_own(request, draft_id), by=request.actor, at=now())
    return htmx.redirect(request, draft.address, note=_("已换成这一份，另一份还留着"))


@require_POST
@signed_in
def put_back(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Put a discarded draft back."""
    actions.put_back(draft=_own(request, draft_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("drafts:drafts"), note=_("草稿已放回"))


def _own(request: SignedInRequest, draft_id: int) -> Draft:
    return get_object_or_404(permissions.visible_drafts(request.actor), pk=draft_id)
