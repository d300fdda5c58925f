"""The permissions (declared in `access.vocabulary`), and who may see, make and revoke appointments.

Every check has its queryset twin; a property test keeps them equal.
"""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.models import Appointment
from yanxiu.access.roles import ROLES, Role
from yanxiu.access.vocabulary import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.orgs.models import Org

__all__ = [
    "Permission",
    "check_can_appoint",
    "check_can_revoke",
    "check_can_see_appointment",
    "revocable_appointments",
    "roles_to_appoint",
    "visible_appointments",
]


def check_can_see_appointment(actor: Actor, appointment: Appointment) -> None:
    """Raise NotFound unless it is one's own, or held inside the scope of `access.view`."""
    is_own = actor.person_id is not None and appointment.person_id == actor.person_id
    if not is_own and not actor.may(Permission.ACCESS_VIEW, path=appointment.org.path):
        raise NotFound(_("没有找到这项任命。可能已免去，或不在您当前身份的范围里。"))


def visible_appointments(actor: Actor) -> QuerySet[Appointment]:
    """Return the appointments which `check_can_see_appointment` lets the actor see."""
    paths = actor.paths(Permission.ACCESS_VIEW)
    return Appointment.objects.filter(reduce(or_, (Q(org__path__startswith=path) for path in paths), Q(person_id=actor.person_id)))


def check_can_appoint(actor: Actor, role: Role, org: Org) -> None:
    """Raise NotPermitted unless the hat worn appoints this role, and here (AZ-10: strictly lower, inside the own scope)."""
    if not _reaches(actor, Permission.ACCESS_APPOINT, role, org.path):
        raise NotPermitted(_("%(role)s由更高一级任命，或这个单位不在您当前身份的范围里。") % {"role": role.label})


def check_can_revoke(actor: Actor, appointment: Appointment) -> None:
    """Raise unless the hat worn could make the same appointment, and it is not one's own."""
    check_can_see_appointment(actor, appointment)
    role = ROLES.get(appointment.role)
    if role is None or not _reaches(actor, Permission.ACCESS_REVOKE, role, appointment.org.path):
        raise NotPermitted(_("这项任命由更高一级免去。"))


def revocable_appointments(actor: Actor) -> QuerySet[Appointment]:
    """Return the appointments which `check_can_revoke` lets the actor revoke."""
    if actor.is_system:
        return Appointment.objects.filter(role__in=list(ROLES))
    found = Q(pk__in=[])
    for grant in actor.grants:
        if Permission.ACCESS_REVOKE in grant.permissions and grant.role in ROLES:
            found |= Q(role__in=ROLES[grant.role].appoints, org__path__startswith=grant.path)
    return visible_appointments(actor).filter(found)


def roles_to_appoint(actor: Actor, org: Org) -> list[Role]:
    """Return the roles the actor may give at a unit, highest first. No query."""
    return [
        role
        for role in ROLES.values()
        if org.kind in role.held_at and not role.works_in_space and _reaches(actor, Permission.ACCESS_APPOINT, role, org.path)
    ]


def _reaches(actor: Actor, permission: Permission, role: Role, path: str) -> bool:
    return actor.is_system or any(
        permission in grant.permissions
        and role.code in ROLES[grant.role].appoints
        and grant.covers(path=path, programme_id=None, space_id=None)
        for grant in actor.grants
        if grant.role in ROLES
    )
