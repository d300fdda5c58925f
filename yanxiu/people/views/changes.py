"""What offices change about people: register, correct, transfer, suspend, restore."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yanxiu.kit import htmx
from yanxiu.kit.clock import day, now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.orgs import queries as orgs
from yanxiu.orgs.models import Org
from yanxiu.orgs.permissions import units_with
from yanxiu.people import actions, permissions
from yanxiu.people.forms import CorrectForm, RegisterForm, TransferForm
from yanxiu.people.models import IdentityKind, Person


@require_http_methods(["GET", "POST"])
@requires(permissions.REGISTER)
def register_person(request: SignedInRequest) -> HttpResponse:
    """Register one teacher by hand, at the unit chosen in the picker."""
    within = units_with(request.actor, permissions.REGISTER)
    unit = _chosen(request, within)
    form = RegisterForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and unit is not None and form.is_valid():
        given = form.cleaned_data
        newcomer = actions.NewPerson(
            name=given["name"], unit=unit, identity=given["identity"], identity_kind=IdentityKind(given["identity_kind"]),
            mobile=given["mobile"], staff_number=given["staff_number"], teachings=tuple(form.teachings()),
        )  # fmt: skip
        try:
            someone = actions.register_person(person=newcomer, by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            note = _("%(name)s已登记到%(unit)s，接着可以发激活条") % {"name": someone.name, "unit": unit.name}
            return htmx.redirect(request, someone_url(someone.pk), note=note)
    context = {"form": form, "unit": unit, **_picker(request, within, unit, permissions.REGISTER)}
    return htmx.page(request, "people/register_person.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(permissions.CORRECT)
def correct_person(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Correct a name, an identity number or a staff number, with the reason."""
    someone = _visible(request, person_id)
    initial = {"name": someone.name, "identity_kind": someone.identity_kind, "staff_number": someone.staff_number}
    form = CorrectForm(request.POST or None, initial=initial)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.correct_person(
                person=someone, name=given["name"], identity_number=given["identity"] or None,
                identity_kind=IdentityKind(given["identity_kind"]), staff_number=given["staff_number"], reason=given["reason"],
                by=request.actor, at=now(),
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, someone_url(person_id), note=_("已更正，更正前的内容留在记录里"))
    return htmx.page(request, "people/correct_person.html", {"form": form, "person": someone}, status=status)


@require_http_methods(["GET", "POST"])
@requires(permissions.TRANSFER)
def affiliate(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Transfer a person to another unit of the scope: choose the unit, then the day."""
    someone = _visible(request, person_id)
    within = units_with(request.actor, permissions.TRANSFER)
    unit = _chosen(request, within)
    at = now()
    form = TransferForm(request.POST or None, initial={"on": day(at)})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and unit is not None and form.is_valid():
        try:
            actions.affiliate(person=someone, to=unit, on=form.cleaned_data["on"], by=request.actor, at=at)
        except DomainError as error:
            status = explain(form, error)
        else:
            note = _("%(name)s已调入%(unit)s") % {"name": someone.name, "unit": unit.name}
            return htmx.redirect(request, someone_url(person_id), note=note)
    context = {"form": form, "person": someone, "unit": unit, **_picker(request, within, unit, permissions.TRANSFER)}
    return htmx.page(request, "people/affiliate.html", context, status=status)


@require_POST
@requires(permissions.SUSPEND)
def suspend(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Close an account at once."""
    someone = _visible(request, person_id)
    actions.suspend(person=someone, reason=request.POST.get("reason", ""), by=request.actor, at=now())
    return htmx.redirect(request, someone_url(person_id), note=_("%(name)s的账号已停用") % {"name": someone.name})


@require_POST
@requires(permissions.SUSPEND)
def restore(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Open a suspended account again."""
    someone = _visible(request, person_id)
    actions.restore(person=someone, reason=request.POST.get("reason", ""), by=request.actor, at=now())
    return htmx.redirect(request, someone_url(person_id), note=_("%(name)s的账号已恢复") % {"name": someone.name})


def _visible(request: SignedInRequest, person_id: int) -> Person:
    return get_object_or_404(permissions.visible_people(request.actor).select_related("unit"), pk=person_id)


def _chosen(request: SignedInRequest, within: QuerySet[Org]) -> Org | None:
    """The unit that the page names; for a school, which has no choice, itself."""
    named = orgs.named(within, request.POST.get("unit") or request.GET.get("unit"))
    only = list(within.order_by("pk")[:2])
    return named or (only[0] if len(only) == 1 else None)


def _picker(request: SignedInRequest, within: QuerySet[Org], unit: Org | None, permission: str) -> dict[str, object]:
    stands_at = unit or orgs.beginning(within)
    return {
        "picker": orgs.picker(within=within, paths=request.actor.paths(permission), stands_at=stands_at, text=request.GET.get("q", "")),
        "search_url": request.path,
    }


def someone_url(person_id: int) -> str:
    """Return the address of a person's page."""
    return reverse("people:person", args=[person_id])
