"""Hats, and the appointments of units."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.access import actions, permissions, queries
from yanxiu.access.forms import AppointForm
from yanxiu.access.models import Appointment
from yanxiu.access.permissions import Permission
from yanxiu.access.roles import ROLES
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import day, now
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.orgs import queries as orgs
from yanxiu.orgs.models import Org
from yanxiu.orgs.permissions import units_with
from yanxiu.people import sessions
from yanxiu.people.actions import remember_hat
from yanxiu.people.models import Person
from yanxiu.people.permissions import visible_people
from yanxiu.people.queries import Filters, narrowed

PAGE = 50
FOUND = 20


@require_POST
@signed_in
def wear_hat(request: SignedInRequest) -> HttpResponse:
    """Put on another of one's hats, under a new session id, and go to its home; it is worn again after the next sign-in."""
    wanted = request.POST.get("hat", "")
    bearer: queries.Bearer = request.bearer  # type: ignore[attr-defined]  # set by access.middleware
    if wanted not in {hat.id for hat in queries.hats(bearer, None)}:
        raise NotFound(_("没有这个身份，可能任期已满或已免去。请从左上角的列表里选。"))
    remember_hat(person=Person.objects.get(pk=request.person_id), hat=wanted, by=request.actor, at=now())
    sessions.wear(request.session, hat=wanted)
    return htmx.redirect(request, "/")


@require_GET
@requires(Permission.ACCESS_VIEW)
def appointments(request: SignedInRequest) -> HttpResponse:
    """List who holds which role at a unit and below it."""
    within = units_with(request.actor, Permission.ACCESS_VIEW)
    unit = orgs.chosen(within, request.GET.get("unit"))
    role = request.GET.get("role", "")
    found = queries.appointments_at(
        permissions.visible_appointments(request.actor), path=unit.path if unit else "/", on=day(now()), role=role if role in ROLES else ""
    )
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")), size=PAGE)
    revocable = set(
        permissions.revocable_appointments(request.actor)
        .filter(pk__in=[row.pk for row in page.rows])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    context = {
        "unit": unit,
        "count": found.count(),
        "page": page,
        "rows": [{"appointment": row, "role": ROLES[row.role].label, "revocable": row.pk in revocable} for row in page.rows],
        "more_url": f"?unit={unit.pk if unit else ''}&role={role if role in ROLES else ''}&page={page.following}" if page.has_more else "",
        "appoint_url": f"{reverse('access:appoint')}?unit={unit.pk}" if unit else "",
        "may_appoint": unit is not None and bool(permissions.roles_to_appoint(request.actor, unit)),
        "picker": orgs.picker(
            within=within, paths=request.actor.paths(Permission.ACCESS_VIEW), stands_at=unit, text=request.GET.get("q", "")
        ),
        "search_url": request.path,
    }
    return htmx.page(request, "access/appointments.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.ACCESS_APPOINT)
def appoint(request: SignedInRequest) -> HttpResponse:
    """Find a person by name, initials or staff number, and give a role at a unit."""
    unit = orgs.chosen(units_with(request.actor, Permission.ACCESS_APPOINT), request.POST.get("unit") or request.GET.get("unit"))
    if unit is None:
        return htmx.redirect(request, "access:appointments")
    text = (request.POST.get("q") or request.GET.get("q", ""))[:60]
    people = _people(request, unit, text)
    form = AppointForm(request.POST or None, roles=permissions.roles_to_appoint(request.actor, unit), people=people)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        person = get_object_or_404(visible_people(request.actor), pk=given["person"])
        try:
            made = actions.appoint(
                person=person, role=given["role"], org=unit, title=given["title"], until_on=given["until_on"], by=request.actor, at=now()
            )
        except DomainError as error:
            status = explain(form, error)
        else:
            words = {"name": person.name, "unit": unit.name, "role": ROLES[made.role].label}
            note = _("%(name)s已任命为%(unit)s的%(role)s，下一次打开页面就有这个身份") % words
            return htmx.redirect(request, f"{reverse('access:appointments')}?unit={unit.pk}", note=note)
    return htmx.page(request, "access/appoint.html", {"form": form, "unit": unit, "text": text, "people": people}, status=status)


@require_POST
@requires(Permission.ACCESS_REVOKE)
def revoke(request: SignedInRequest, appointment_id: int) -> HttpResponse:
    """Take a role away at once."""
    visible = permissions.visible_appointments(request.actor).select_related("person", "org")
    appointment: Appointment = get_object_or_404(visible, pk=appointment_id)
    actions.revoke(appointment=appointment, reason=request.POST.get("reason", ""), by=request.actor, at=now())
    words = {"name": appointment.person.name, "role": ROLES[appointment.role].label}
    return htmx.redirect(request, "access:appointments", note=_("已免去%(name)s的%(role)s") % words)


def _people(request: SignedInRequest, unit: Org, text: str) -> list[tuple[int, str]]:
    found = narrowed(visible_people(request.actor), Filters(text=text)) if text.strip() else visible_people(request.actor).filter(unit=unit)
    rows = found.exclude(pk=request.person_id).select_related("unit").order_by("sort_key", "pk")[:FOUND]
    # Same names are told apart by unit and staff number (security F-34).
    return [(row.pk, " ".join(filter(None, [row.name, row.unit.name if row.unit else "", row.staff_number]))) for row in rows]
