"""Lists of workshops, the home of one, opening and describing."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import day, now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rich_text import from_source
from yanxiu.kit.rich_text import shown as shown_text
from yanxiu.kit.rules import reason_against
from yanxiu.kit.text import whole_number
from yanxiu.orgs.permissions import units_with
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.forms import DescribeForm, JoinForm, SpaceForm
from yanxiu.workshops.models import Joining, MembershipState, Space, SpaceKind, Tool, Visibility
from yanxiu.workshops.queries import Part
from yanxiu.workshops.views import loading, offices

MOST_UNITS = 200  # in the list of a form: the office itself and what is next below


@require_GET
@signed_in
def spaces(request: SignedInRequest) -> HttpResponse:
    """List the workshops one hosts, belongs to and may join; for offices those of the scope."""
    actor = request.actor
    if actor.may(permissions.VIEW) and not actor.may(permissions.HOST):
        return offices.list_of(request)
    found = queries.to_join(permissions.joinable_spaces(actor))
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    hosts, mine = actor.may(permissions.HOST), queries.mine(request.person_id)
    seated = [one for one in mine if one.membership.state == MembershipState.MEMBER]
    context = {
        "page": page,
        "more": f"?page={page.following}" if page.has_more else "",
        "mine": mine,
        "unread": sum(one.unread for one in seated),
        "entered": len(seated),
        "hosted": queries.hosted(permissions.hosted_spaces(actor).exclude(kind=SpaceKind.SUB_WORKSHOP)) if hosts else [],
        "may_open": actor.may(permissions.OPEN),
        "may_found": hosts or any(grant.role == "expert" for grant in actor.grants),
    }
    return htmx.page(request, "workshops/spaces.html", context)


@require_GET
@signed_in
def space(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show the home of a workshop; from outside its door: what it is for, who hosts it, and the request to join."""
    one = loading.entered(request, space_id)
    if one is None:
        return _door(request, loading.known(request, space_id))
    at = now()
    home = queries.home(one, person_id=request.person_id, at=at)
    seat = home.membership.space_id if home.membership and home.membership.state == MembershipState.MEMBER else None
    speaks = seat == one.pk or permissions.holds_at(request.actor, permissions.HOST, one)
    checks_in = speaks and Tool.CHECK_IN in one.tools and not home.checked_in_this_week
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "space"),
        "home": home,
        "briefing": Part.of(home.briefing, request.person_id) if home.briefing else None,
        "is_host": loading.is_host(request, one),
        "speaks": speaks,
        "checks_in": checks_in,
        "todo": len(home.to_read) + len(home.to_answer) + checks_in,
        "own_sub": home.membership.space if home.membership and seat not in (None, one.pk) else None,
        "is_member": seat is not None,
        "joins": seat is None and _may_join(request, one),
        "joins_title": _joins_title(one),
        "rules": shown_text(from_source(one.rules)) if one.rules else "",
        "now": at,
    }
    return htmx.page(request, "workshops/space.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.WORKSHOPS_OPEN)
def open_space(request: SignedInRequest) -> HttpResponse:
    """Open a workshop or community for one of the own units."""
    units = units_with(request.actor, permissions.OPEN).filter(closed_on__isnull=True).order_by("path", "pk")
    form = SpaceForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        unit = get_object_or_404(units, pk=_number(request.POST.get("org")))
        try:
            opened = actions.open_space(
                kind=SpaceKind(given["kind"]), title=given["title"], org=unit, stage=given["stage"], subject=given["subject"],
                topic=given["topic"], cap=given["cap"], splits=given["cap"] is not None, intro=given["intro"], by=request.actor, at=now(),
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:members", args=[opened.pk]), note=_("已开坊，接着任命主持人"))
    status = 422 if request.method == "POST" and status == 200 else status
    return htmx.page(request, "workshops/open_space.html", {"form": form, "units": units[:MOST_UNITS]}, status=status)


@require_http_methods(["GET", "POST"])
@requires(Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
def describe(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Write the introduction and the rules."""
    one = loading.hosted(request, space_id)
    form = DescribeForm(request.POST or None, initial={"intro": one.intro, "rules": one.rules})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe(space=one, by=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:space", args=[one.pk]), note=_("坊内说明已存"))
    status = 422 if request.method == "POST" and status == 200 else status
    return htmx.page(request, "workshops/describe.html", {"form": form, "space": one}, status=status)


@require_POST
@signed_in
def check_in(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Check in for today."""
    one = loading.inside(request, space_id)
    actions.check_in(space=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:space", args=[one.pk]), note=_("今天已签到"))


def _may_join(request: SignedInRequest, one: Space) -> bool:
    """Tell whether somebody who only looks into a public space may come in; whoever runs or oversees it is not asked. At most 5 queries."""
    looks = one.visibility == Visibility.PUBLIC and one.joining in (Joining.OPEN, Joining.REQUEST)
    return looks and not permissions.oversees(request.actor, one) and not reason_against(
        permissions.check_can_ask_to_join, request.actor, one
    )  # fmt: skip


def _joins_title(one: Space) -> str:
    return _("加入") if one.joining == Joining.OPEN else _("申请入坊")


def _door(request: SignedInRequest, one: Space) -> HttpResponse:
    why_not = reason_against(permissions.check_can_ask_to_join, request.actor, one)
    context = {
        "joins": not why_not,
        "joins_title": _joins_title(one),
        "why_not": why_not,
        "founder": queries.founders_of(one).filter(person_id=request.person_id, agreed_at=None, declined_at=None).first(),
        "space": one,
        "hosts": queries.hosts_of(one, on=day(now())),
        "membership": queries.membership_of(one, request.person_id),
        "form": JoinForm(),
        "rules": shown_text(from_source(one.rules)) if one.rules else "",
    }
    return htmx.page(request, "workshops/door.html", context)


def _number(raw: str | None) -> int:
    return whole_number(raw) or 0
