"""Founding a workshop, alone or together; agreeing to it; the tree of subject workshops and the subjects excepted from its levels."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rules import holds
from yanxiu.orgs.models import Kind, Org
from yanxiu.orgs.permissions import units_with
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.programmes.permissions import visible_programmes
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Space, SpaceFounder
from yanxiu.workshops.place_forms import FoundForm, LevelsForm
from yanxiu.workshops.views import loading
from yanxiu.workshops.views.naming import people_named

RUNS = (Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
FOUNDS = (*RUNS, Permission.WORKSHOPS_GUIDE)
MOST_SCHOOLS = 50  # in the list of a form


@require_http_methods(["GET", "POST"])
@requires(*RUNS)
def found_beside(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Open a new workshop beside a hosted one."""
    one = loading.hosted(request, space_id)
    permissions.check_can_open_beside(request.actor, one)
    return _founding(request, one.org, beside=one)


@require_http_methods(["GET", "POST"])
@requires(*FOUNDS)
def found_workshop(request: SignedInRequest) -> HttpResponse:
    """Open an own teacher workshop at the unit of the hat worn."""
    ids = [int(part) for grant in request.actor.grants for part in grant.path.strip("/").split("/")[-1:] if part]
    units = [
        unit for unit in Org.objects.filter(pk__in=ids).order_by("path", "pk") if holds(permissions.check_can_found, request.actor, unit)
    ]
    if not units:
        permissions.check_can_found(request.actor, get_object_or_404(Org, pk=ids[0] if ids else 0))
    return _founding(request, units[0])


@require_http_methods(["GET", "POST"])
@requires(Permission.WORKSHOPS_OPEN_COMMUNITY)
def open_community(request: SignedInRequest) -> HttpResponse:
    """Open the community of the own school; where it has one, lead there."""
    schools = units_with(request.actor, permissions.OPEN_COMMUNITY).filter(kind=Kind.SCHOOL, closed_on__isnull=True).order_by("path", "pk")
    wanted = _number(request.POST.get("org") or request.GET.get("org"))
    school = get_object_or_404(schools, pk=wanted) if wanted else schools.first()
    if school is None:
        raise NotFound(_("您当前身份的范围里没有学校，学校社区由学校管理员开。"))
    known = queries.community_of(school)
    form = FoundForm(request.POST or None, initial={"title": f"{school.name}社区"})
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            founders = (
                people_named(request.actor, Space(org=school), given["founders"], field="founders") if given["founders"].strip() else []
            )
            opened = actions.open_community(
                school=school, title=given["title"], intro=given["intro"], founders=founders, by=request.actor, at=now()
            )
        except DomainError as error:
            status = explain(form, error)
        else:
            words = _("%(title)s已建好，等共同创建人同意") if opened.is_joint else _("%(title)s已开，换成它的主持人身份就能发公告、办活动")
            return htmx.redirect(request, reverse("workshops:space", args=[opened.pk]), note=words % {"title": opened.title})
    status = 422 if request.method == "POST" and status == 200 else status
    context = {"form": form, "school": school, "schools": schools[:MOST_SCHOOLS], "known": known}
    return htmx.page(request, "workshops/open_community.html", context, status=status)


@require_POST
@signed_in
def agree_to_found(request: SignedInRequest, founder_id: int) -> HttpResponse:
    """Agree to found a space together."""
    one = actions.agree_to_found(founder=_own(request, founder_id), by=request.actor, at=now())
    note = _("您已是%(title)s的主持人，换成主持人身份就能办坊务") % {"title": one.space.title}
    return htmx.redirect(request, reverse("workshops:spaces"), note=note)


@require_POST
@signed_in
def decline_to_found(request: SignedInRequest, founder_id: int) -> HttpResponse:
    """Stay out of a space that others found."""
    one = actions.decline_to_found(founder=_own(request, founder_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:spaces"), note=_("已谢绝共同创建%(title)s") % {"title": one.space.title})


@require_GET
@signed_in
def tree(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Show the subject workshops of a programme by level, as far as one may know of them; choose stage and subject."""
    known = Q(pk__in=visible_programmes(request.actor)) | Q(pk__in=permissions.visible_spaces(request.actor).values("programme"))
    programme = get_object_or_404(Programme.objects.select_related("owner").filter(known), pk=programme_id)
    found = queries.tree(
        programme, permissions.visible_spaces(request.actor), stage=_asked(request, "stage"), subject=_asked(request, "subject")
    )
    excepts = holds(permissions.check_can_open, request.actor, programme.owner)
    context = {
        "programme": programme,
        "tree": found,
        "excepts": excepts,
        "exceptions": queries.exceptions_of(programme) if excepts else [],
        "form": LevelsForm() if excepts else None,
    }
    return htmx.page(request, "workshops/tree.html", context)


@require_POST
@requires(Permission.WORKSHOPS_OPEN)
def except_levels(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Say on which levels a subject has workshops."""
    programme = get_object_or_404(Programme.objects.select_related("owner"), pk=programme_id)
    form = LevelsForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"stage": "", "subject": "", "levels": [], "reason": ""}
    one = actions.except_levels(programme=programme, by=request.actor, at=now(), **given)
    note = _("%(stage)s%(subject)s的工作坊分%(levels)s，每晚按此补开") % {
        "stage": one.stage, "subject": one.subject, "levels": "、".join(one.levels),
    }  # fmt: skip
    return htmx.redirect(request, reverse("workshops:tree", args=[programme.pk]), note=note)


def _founding(request: SignedInRequest, org: Org, *, beside: Space | None = None) -> HttpResponse:
    form = FoundForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            opened = _found(request, org, form.cleaned_data, beside)
        except DomainError as error:
            status = explain(form, error)
        else:
            words = _("%(title)s已建好，等共同创建人同意") if opened.is_joint else _("%(title)s已建好，换成它的主持人身份就能办坊务")
            return htmx.redirect(request, reverse("workshops:spaces"), note=words % {"title": opened.title})
    status = 422 if request.method == "POST" and status == 200 else status
    return htmx.page(request, "workshops/found.html", {"form": form, "org": org, "beside": beside}, status=status)


def _found(request: SignedInRequest, org: Org, given: dict[str, str], beside: Space | None) -> Space:
    within = beside or Space(org=org, programme=None)
    founders: list[Person] = people_named(request.actor, within, given["founders"], field="founders") if given["founders"].strip() else []
    if beside is not None:
        return actions.found_beside(
            workshop=beside, title=given["title"], intro=given["intro"], founders=founders, by=request.actor, at=now()
        )
    return actions.found_workshop(org=org, title=given["title"], intro=given["intro"], founders=founders, by=request.actor, at=now())


def _own(request: SignedInRequest, founder_id: int) -> SpaceFounder:
    found = SpaceFounder.objects.select_related("space__org", "person").filter(person_id=request.person_id)
    return get_object_or_404(found, pk=founder_id)


def _asked(request: SignedInRequest, name: str) -> str:
    return request.GET.get(name, "").strip()[:30]


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 19 else 0
