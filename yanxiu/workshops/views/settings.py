"""Setting a space up: tools, who may look, opening and closing, experts and contacts; links with other spaces."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx
from yanxiu.kit.clock import day, now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Space, SpaceContact, SpaceKind, SpaceLink, SpaceState
from yanxiu.workshops.place_forms import ArrangeForm, ContactForm, LinkForm, ReasonForm
from yanxiu.workshops.views import loading

RUNS = (Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
MOST_OFFERED = 200  # spaces to choose from in a form


@require_http_methods(["GET", "POST"])
@signed_in
def arrange_space(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Choose the tools, who may look and how a seat is had."""
    one = loading.arranged(request, space_id)
    begin = {"tools": one.tools, "visibility": one.visibility, "joining": one.joining, "cap": one.cap}
    form = ArrangeForm(request.POST or None, initial=begin)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"joining": form.cleaned_data["joining"] or one.joining}
        try:
            actions.arrange_space(space=one, by=request.actor, at=now(), **given)
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:arrange_space", args=[one.pk]), note=_("设定已存"))
    status = 422 if request.method == "POST" and status == 200 else status
    return _settings(request, one, form=form, status=status)


@require_POST
@requires(*RUNS)
def open_up(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Let the members of a prepared space in."""
    one = actions.open_up(space=loading.hosted(request, space_id), by=request.actor, at=now())
    return htmx.redirect(
        request, reverse("workshops:space", args=[one.pk]), note=_("%(title)s已开放，成员可以进来了") % {"title": one.title}
    )


@require_POST
@requires(*RUNS)
def close_space(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Close a space: it may be read, nothing is written."""
    one = loading.hosted(request, space_id)
    form = ReasonForm(request.POST)
    actions.close_space(space=one, reason=form.data.get("reason", ""), by=request.actor, at=now())
    return htmx.redirect(
        request, reverse("workshops:arrange_space", args=[one.pk]), note=_("%(title)s已关闭，内容还在") % {"title": one.title}
    )


@require_POST
@requires(*RUNS)
def reopen_space(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Open a closed space again."""
    one = actions.reopen_space(space=loading.hosted(request, space_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:arrange_space", args=[one.pk]), note=_("%(title)s已重新开放") % {"title": one.title})


@require_POST
@signed_in
def name_contact(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Name an expert or whom to ask."""
    one = loading.arranged(request, space_id)
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            named = actions.name_contact(space=one, by=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            return _settings(request, one, contact=form, status=explain(form, error))
        return htmx.redirect(request, reverse("workshops:arrange_space", args=[one.pk]), note=_("已列出%(name)s") % {"name": named.name})
    return _settings(request, one, contact=form, status=422)


@require_POST
@signed_in
def end_contact(request: SignedInRequest, contact_id: int) -> HttpResponse:
    """Take somebody off the page of a space."""
    one = get_object_or_404(SpaceContact.objects.select_related("space__org"), pk=contact_id)
    loading.arranged(request, one.space_id)
    actions.end_contact(contact=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:arrange_space", args=[one.space_id]), note=_("已撤下%(name)s") % {"name": one.name})


@require_http_methods(["GET", "POST"])
@requires(*RUNS)
def links(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the linked spaces and ask another one."""
    one = loading.hosted(request, space_id)
    form = LinkForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        other = get_object_or_404(queries.with_org(permissions.visible_spaces(request.actor)), pk=given.pop("other"))
        try:
            asked = actions.ask_link(space=one, other=other, by=request.actor, at=now(), **given)
        except DomainError as error:
            status = explain(form, error)
        else:
            words = _("已和%(title)s互联") if asked.accepted_at else _("已向%(title)s提出，等对方主持人同意")
            return htmx.redirect(request, reverse("workshops:links", args=[one.pk]), note=words % {"title": other.title})
    status = 422 if request.method == "POST" and status == 200 else status
    offered = queries.to_link(permissions.visible_spaces(request.actor), one, text=request.GET.get("q", "").strip())
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "arrange_space"),
        "form": form,
        "q": request.GET.get("q", "").strip()[:40],
        "linked": queries.links_of(one, also_waiting=True),
        "offered": offered[:MOST_OFFERED],
    }
    return htmx.page(request, "workshops/links.html", context, status=status)


@require_POST
@requires(*RUNS)
def accept_link(request: SignedInRequest, link_id: int) -> HttpResponse:
    """Agree to a link that was asked for."""
    link = _link(link_id)
    one = loading.hosted(request, link.other_id)
    actions.accept_link(link=link, by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:links", args=[one.pk]), note=_("已和%(title)s互联") % {"title": link.space.title})


@require_POST
@requires(*RUNS)
def end_link(request: SignedInRequest, link_id: int) -> HttpResponse:
    """End, decline or take back a link."""
    link = _link(link_id)
    side, other = (link.space, link.other) if permissions.hosts_at(request.actor, link.space) else (link.other, link.space)
    one = loading.hosted(request, side.pk)
    actions.end_link(link=link, by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:links", args=[one.pk]), note=_("和%(title)s的互联已结束") % {"title": other.title})


def _link(link_id: int) -> SpaceLink:
    return get_object_or_404(SpaceLink.objects.select_related("space__org", "other__org"), pk=link_id)


def _settings(
    request: SignedInRequest, one: Space, *, form: ArrangeForm | None = None, contact: ContactForm | None = None, status: int = 200
) -> HttpResponse:
    begin = {"tools": one.tools, "visibility": one.visibility, "joining": one.joining, "cap": one.cap}
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "arrange_space"),
        "form": form or ArrangeForm(initial=begin),
        "contact": contact or ContactForm(),
        "closing": ReasonForm(),
        "contacts": queries.contacts_of(one),
        "missing": queries.lacking(one, on=day(now())) if one.state == SpaceState.PREPARING else [],
        "is_personal": one.kind == SpaceKind.PERSONAL,
        "runs": permissions.hosts_at(request.actor, one),
    }
    return htmx.page(request, "workshops/arrange_space.html", context, status=status)
