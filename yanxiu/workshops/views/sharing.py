"""Resources of a space: the list, bringing one in, pushing it, who has opened it; opening one as a member."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yanxiu.catalogue.models import Resource
from yanxiu.catalogue.permissions import visible_resources
from yanxiu.catalogue.queries import resources
from yanxiu.files.queries import link
from yanxiu.kit import htmx, rich_text
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rules import holds
from yanxiu.kit.text import plain, whole_number
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Post, PostKind, Share, Space
from yanxiu.workshops.views import loading
from yanxiu.workshops.views.tool_parts import TOOL_PARTS, ToolPart

SOFT_LEAST = 20  # C-45, in principle


class ShareForm(forms.Form):
    """Which resource, with which words; a host may put it before all members."""

    resource = forms.ChoiceField(label=gettext_lazy("资源"))
    words = forms.CharField(label=gettext_lazy("说几句"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))
    is_push = forms.BooleanField(label=gettext_lazy("推送给全体成员"), required=False)
    must_read = forms.BooleanField(label=gettext_lazy("要求都看（看了谁没看会列出来）"), required=False)

    def __init__(self, *arguments: object, choices: list[Resource], **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.offer(choices)

    def offer(self, choices: list[Resource]) -> None:
        """Let it be one of these."""
        self.offered = choices
        given = [(str(one.pk), f"{one.title}（{one.kind}，{one.owner_label}）") for one in choices]
        self.fields["resource"].choices = [("", _("请选")), *given]  # type: ignore[attr-defined]


@require_GET
@signed_in
def shares(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the resources of a space: what must be read first."""
    return _list(request, loading.inside(request, space_id))


@require_POST
@signed_in
def share_resource(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Bring a resource into the space."""
    one = loading.inside(request, space_id)
    form = ShareForm(request.POST, choices=_choices(request, chosen=whole_number(request.POST.get("resource")) or -1))
    if not form.is_valid():
        return _list(request, one, _offered_again(request, form), status=422)
    resource = get_object_or_404(visible_resources(request.actor), pk=int(form.cleaned_data["resource"]))
    given = {name: form.cleaned_data[name] for name in ("words", "is_push", "must_read")}
    try:
        done = actions.share_resource(space=one, resource=resource, **given, by=request.actor, at=now())
    except DomainError as error:
        return _list(request, one, _offered_again(request, form), status=explain(form, error))
    note = _("已推送，成员在“资源”里看得到") if done.pushed_at else _("已分享到坊里")
    return htmx.redirect(request, reverse("workshops:thread", args=[done.pk]), note=note)


@require_GET
@signed_in
def open_share(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Show a shared resource to whoever may read the post: opening it is the receipt."""
    share, at = _share(request, post_id), now()
    found = resources.version_of(share.resource)
    if found is None or share.resource.withdrawn_at is not None:
        raise NotFound(_("这份资源已由作者撤下。"))
    version, attached = found
    actions.open_share(share=share, by=request.actor, at=at)
    asked = next((one for one in attached if str(one.row.pk) == request.GET.get("file", "")), None)
    looked = asked or next((one for one in attached if one.form != "file"), None)
    links = [(one, link(one.file, person_id=request.person_id, at=at, download=True)) for one in attached]
    takes = share.resource.is_downloadable
    context = {
        "share": share, "space": share.post.space, "files": attached, "resource": share.resource, "looked": looked,
        "look": resources.look_at(looked.file, person_id=request.person_id, at=at, is_downloadable=takes) if looked else None,
        "body": rich_text.shown(version.body), "links": links if takes else [],
    }  # fmt: skip
    return htmx.page(request, "workshops/shared_resource.html", context)


@require_POST
@signed_in
def push_resource(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Put it before all members."""
    done = actions.push_resource(share=_share(request, post_id), must_read=request.POST.get("must_read") == "1", by=request.actor, at=now())
    return _to_thread(request, done, _("已推送给全体成员"))


@require_POST
@signed_in
def take_back_push(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Push it no more."""
    done = actions.take_back_push(share=_share(request, post_id), by=request.actor, at=now())
    return _to_thread(request, done, _("已撤回推送，资源还在坊里"))


@require_GET
@signed_in
def share_receipts(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Show who has opened it and who has not."""
    share = _share(request, post_id)
    permissions.check_can_see_receipts(request.actor, share)
    has_opened = request.GET.get("show") == "opened"
    found = queries.share_receipts(share, has_opened=has_opened, number=number_from(request.GET.get("page")))
    left = found.members - found.opened
    context = {
        "share": share, "space": share.post.space, "found": found, "left": left, "has_opened": has_opened,
        "tabs": [
            Tab(label=_("还没看"), url="?", current=not has_opened, count=left),
            Tab(label=_("已看"), url="?show=opened", current=has_opened, count=found.opened),
        ],
        "more": f"?show={'opened' if has_opened else ''}&page={found.page.following}" if found.page.has_more else "",
    }  # fmt: skip
    return htmx.page(request, "workshops/share_receipts.html", context)


@require_POST
@signed_in
def remind_share(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Remind those who have not opened it."""
    share = _share(request, post_id)
    count = actions.remind_share(share=share, by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:share_receipts", args=[share.pk]), note=_("已提醒 %(count)d 人") % {"count": count})


@require_POST
@signed_in
def keep_as_resource(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Make a resource of a solution or a case."""
    drafted = actions.keep_as_resource(post=loading.post_of(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("catalogue:save_resource", args=[drafted.pk]), note=_("已抄成资源草稿，改好定稿再送审"))


def _share(request: SignedInRequest, post_id: int) -> Share:
    post = loading.post_of_kind(request, post_id, PostKind.SHARE)
    return queries.share_of(post)


def _choices(request: SignedInRequest, *, text: str = "", chosen: int = 0) -> list[Resource]:
    return queries.to_share(request.person_id, visible_resources(request.actor), text=text, chosen=chosen)


def _offered_again(request: SignedInRequest, form: ShareForm) -> ShareForm:
    """The form that was refused, with what may be chosen beside what was."""
    form.offer([*form.offered, *(one for one in _choices(request) if one not in form.offered)][: queries.MOST_CHOICES])
    return form


def _to_thread(request: SignedInRequest, share: Share, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("workshops:thread", args=[share.pk]), note=note)


def _list(request: SignedInRequest, one: Space, form: ShareForm | None = None, *, status: int = 200) -> HttpResponse:
    show = request.GET.get("show", "") if request.GET.get("show", "") in queries.SHARE_SHOWS else ""
    text, number = plain(request.GET.get("q", ""))[:40], number_from(request.GET.get("page"))
    page = queries.shares(one, person_id=request.person_id, show=show, text=text, number=number)
    hosts = loading.is_host(request, one)
    speaks = holds(permissions.check_can_speak, request.actor, one)
    here = reverse("workshops:shares", args=[one.pk])
    named = [("", _("全部")), ("pushed", _("推送的")), ("unread", _("还没看")), ("mine", _("我分享的"))]
    pick = plain(request.GET.get("pick", ""))[:40]
    choices = _choices(request, text=pick) if speaks and form is None else []
    context = {
        "space": one, "tabs": loading.tabs(request, one, "shares"), "page": page, "q": text, "shown": show, "hosts": hosts,
        "speaks": speaks,
        "show": [Tab(label=label, url=f"{here}?{urlencode({'show': key, 'q': text})}", current=key == show) for key, label in named],
        "more": f"{here}?{urlencode({'show': show, 'q': text, 'page': str(page.following)})}" if page.has_more else "",
        "pushed": queries.pushed_count(one) if hosts else 0, "least": SOFT_LEAST,
        "form": form or (ShareForm(choices=choices[: queries.MOST_CHOICES]) if speaks else None),
        "pick": pick, "picks": bool(pick) or len(choices) > queries.MOST_CHOICES,
    }  # fmt: skip
    return htmx.page(request, "workshops/shares.html", context, status=status)


def _reading(request: SignedInRequest, post: Post) -> dict[str, object]:
    """Cost: one query."""
    share = queries.share_seen(post)
    is_pushed = share.pushed_at is not None and share.taken_back_at is None
    return {"share": share, "hosts": permissions.holds_at(request.actor, permissions.HOST, post.space), "is_pushed": is_pushed}


TOOL_PARTS[PostKind.SHARE] = ToolPart(tab="shares", template="workshops/share_part.html", reading=_reading)
