"""Members: the list, requests and their authentication, hosts, sub-workshops, leaving."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import day, now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.people.models import Person
from yanxiu.people.permissions import visible_people
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.actions import Admission
from yanxiu.workshops.forms import DecisionForm, HostForm, JoinForm
from yanxiu.workshops.models import Space, SpaceKind
from yanxiu.workshops.place_forms import PeopleForm
from yanxiu.workshops.queries.people import seen_of
from yanxiu.workshops.views import loading

_SORTS = {
    "joined": gettext_lazy("先入坊的在前"), "name": gettext_lazy("按姓名"), "unit": gettext_lazy("按单位"), "group": gettext_lazy("按小组"),
}  # fmt: skip


@require_GET
@signed_in
def members(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List who has a seat here, the hosts first."""
    return _members(request, loading.inside(request, space_id), HostForm())


@require_GET
@requires(Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
def requests(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the requests that wait for authentication, to decide on one or many."""
    return _requests(request, loading.hosted(request, space_id), DecisionForm())


@require_POST
@signed_in
def request_join(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Ask to be let in."""
    one = loading.known(request, space_id)
    form = JoinForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("留言最多 200 个字，请删短后再申请。"), field="message")
    actions.request_join(workshop=one, message=form.cleaned_data["message"], by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:space", args=[one.pk]), note=_("入坊申请已交，等主持人认证"))


@require_POST
@requires(Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
def approve_join(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Let the ticked requests in."""
    one = loading.hosted(request, space_id)
    form = DecisionForm(request.POST)
    chosen = form.cleaned_data["chosen"] if form.is_valid() else []
    result = actions.approve_join(workshop=one, membership_ids=chosen, by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:requests", args=[one.pk]), note=_said(result))


@require_POST
@requires(Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
def refuse_join(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Turn the ticked requests down."""
    one = loading.hosted(request, space_id)
    form = DecisionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            n = actions.refuse_join(workshop=one, membership_ids=given["chosen"], reason=given["reason"], by=request.actor, at=now())
        except Invalid as error:
            form.add_error("reason" if error.field == "reason" else None, error.message)
        else:
            return htmx.redirect(request, reverse("workshops:requests", args=[one.pk]), note=_("%(n)s 份申请未通过，原因已告知") % {"n": n})
    return _requests(request, one, form, status=422)


@require_POST
@signed_in
def leave(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Give up the own seat or request."""
    one = loading.known(request, space_id)
    actions.leave(workshop=one, by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:spaces"), note=_("已退出%(title)s，写过的内容还在") % {"title": one.title})


@require_POST
@requires(Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
def open_sub_workshop(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Open the next sub-workshop by hand."""
    opened = actions.open_sub_workshop(workshop=loading.hosted(request, space_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:desk", args=[space_id]), note=_("已开%(title)s") % {"title": opened.title})


@require_POST
@requires(Permission.WORKSHOPS_OPEN)
def appoint_host(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Make somebody host."""
    one = loading.hosted(request, space_id)
    form = HostForm(request.POST)
    if form.is_valid():
        try:
            person = _person(request, one, form.cleaned_data["person"])
            actions.appoint_host(space=one, person=person, by=request.actor, at=now())
        except DomainError as error:
            form.add_error("person", error.message)
        else:
            note = _("%(name)s已任%(title)s主持人") % {"name": person.name, "title": one.title}
            return htmx.redirect(request, reverse("workshops:members", args=[one.pk]), note=note)
    return _members(request, one, form, status=422)


def _members(request: SignedInRequest, one: Space, form: HostForm, *, status: int = 200) -> HttpResponse:
    name, sort = request.GET.get("q", "").strip()[:30], request.GET.get("sort", "joined")
    group = request.GET["group"][:40] if "group" in request.GET else None
    number = paging.number_from(request.GET.get("page"))
    page = queries.member_page(one, name=name, group=group, sort=sort, number=number)
    asked = {"q": name, "sort": sort} | ({} if group is None else {"group": group})
    hosts = loading.is_host(request, one)
    context = {
        "sorts": [Tab(label=str(label), url="?" + urlencode(asked | {"sort": key}), current=key == sort) for key, label in _SORTS.items()],
        "sort": sort,
        "group": group,
        "groups": queries.group_sizes(one) if hosts else [],
        "adding": PeopleForm(),
        "others": _others(request, one) if hosts else [],
        "space": one,
        "tabs": loading.tabs(request, one, "members"),
        "hosts": queries.hosts_of(one, on=day(now())),
        "rows": [(row, seen_of(row)) for row in page.rows],
        "more": "?" + urlencode(asked | {"page": page.following}) if page.has_more else "",
        "q": name,
        "is_host": hosts,
        "may_appoint": not one.is_sub and permissions.holds_at(request.actor, permissions.OPEN, one),
        "form": form,
    }
    return htmx.page(request, "workshops/members.html", context, status=status)


def _others(request: SignedInRequest, one: Space) -> Sequence[Space]:
    """The workshops to which a member may be moved: those the actor hosts beside this one. No query under a hat of this one."""
    if all(grant.space_id == one.counted_id for grant in request.actor.grants):
        return ()
    hosted = permissions.hosted_spaces(request.actor).exclude(pk=one.counted_id).exclude(kind=SpaceKind.SUB_WORKSHOP)
    return list(hosted.order_by("title", "pk")[:30])


def _requests(request: SignedInRequest, one: Space, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    page = paging.page_of(queries.waiting_requests(one), number=paging.number_from(request.GET.get("page")), size=50)
    at = now()
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "members"),
        "rows": [(row, at - row.requested_at) for row in page.rows],
        "more": f"?page={page.following}" if page.has_more else "",
        "form": form,
        "left": None if one.cap is None else one.cap - one.member_count,
    }
    return htmx.page(request, "workshops/requests.html", context, status=status)


def _person(request: SignedInRequest, one: Space, text: str) -> Person:
    """The one person below the unit with exactly this name or staff number."""
    text = " ".join(text.split())
    within = visible_people(request.actor).filter(unit_path__startswith=one.org.path)
    found = list(within.select_related("unit").filter(Q(name=text) | Q(staff_number=text)).order_by("pk")[:5])
    if len(found) == 1:
        return found[0]
    if not found:
        raise Invalid(_("%(unit)s没有找到“%(text)s”。请核对姓名，或填工号。") % {"unit": one.org.name, "text": text}, field="person")
    where = "、".join(f"{person.unit.name if person.unit else ''}{person.staff_number}" for person in found)
    raise Invalid(_("有 %(n)s 位同名：%(where)s。请填工号。") % {"n": len(found), "where": where}, field="person")


def _said(result: Admission) -> str:
    places = "、".join(f"{space.title} {number} 人" for space, number in result.seated)
    words = [ngettext("已通过 %(n)s 人：%(places)s", "已通过 %(n)s 人：%(places)s", result.count) % {"n": result.count, "places": places}]
    if result.opened:
        words.append(_("坊满，新开了%(titles)s") % {"titles": "、".join(space.title for space in result.opened)})
    if result.waiting:
        words.append(_("还有 %(n)s 人没有名额，仍在等") % {"n": result.waiting})
    return "；".join(words)
