"""The verbs of access: appoint and revoke."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanxiu.access import permissions
from yanxiu.access.events import AccessEvent
from yanxiu.access.models import Appointment
from yanxiu.access.roles import AUDITOR, ROLES, Role
from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.people.models import Account, Person
from yanxiu.people.permissions import check_can_see_person, check_is_system
from yanxiu.records.actions import record


@transaction.atomic
def appoint(
    *,
    person: Person,
    role: str,
    org: Org,
    by: Actor,
    at: datetime,
    programme_id: int | None = None,
    space_id: int | None = None,
    title: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
) -> Appointment:
    """Give a person a role at a unit for a term (both days included; None = from today, without end); in force on the next request.

    Raises NotPermitted (not strictly lower, outside the scope, oneself), Invalid (unit or term does not fit the role), Conflict
    (held already; audit and administration in one person, AZ-10).
    """
    known = _known(role)
    permissions.check_can_appoint(by, known, org)
    check_can_see_person(by, person)
    if by.person_id == person.pk:
        raise NotPermitted(_("不能任命自己，请上级办理。"))
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    _check_fits(known, person, org, space_id)
    _check_separation(known, person, on=clock.day(at))
    appointment = Appointment(
        person=person,
        role=known.code,
        org=org,
        programme_id=programme_id,
        space_id=space_id,
        title=plain(title)[:60],
        from_on=from_on or clock.day(at),
        until_on=until_on,
        granted_by=by.person_id,
        granted_at=at,
    )
    words = {"name": person.name, "unit": org.name, "role": known.label}
    sql.save_or_raise(
        appointment,
        {
            "access_appointment_once": Conflict(_("%(name)s已经是%(unit)s的%(role)s，没有改动。") % words),
            "access_appointment_term": Invalid(_("任期的最后一天早于第一天，请核对。"), field="until_on"),
        },
    )
    _guard(person, on=clock.day(at))
    _record(AccessEvent.APPOINTED, appointment, by=by, at=at, until_on=until_on)
    return appointment


@transaction.atomic
def revoke(*, appointment: Appointment, reason: str, by: Actor, at: datetime) -> Appointment:
    """Take a role away, at once; the row stays as history. Raises NotPermitted, Conflict when revoked already, Invalid."""
    permissions.check_can_revoke(by, appointment)
    reason = plain(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid(_("请写明免去的原因，2—200 个字。"), field="reason")
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=appointment.person_id)
    changed = Appointment.objects.filter(pk=appointment.pk, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by.person_id)
    if changed != 1:
        raise Conflict(_("这项任命已经免去。"))
    appointment.revoked_at, appointment.revoked_by = at, by.person_id
    _guard(person, on=clock.day(at))
    _record(AccessEvent.REVOKED, appointment, by=by, at=at, reason=reason)
    return appointment


@transaction.atomic
def follow_unit(*, path: str, by: Actor, at: datetime) -> int:
    """After a unit moved, set anew who may reset the way in of its office holders; return how many were looked at. Idempotent."""
    check_is_system(by)
    holders = Person.objects.filter(
        pk__in=Appointment.objects.filter(org__path__startswith=path, revoked_at__isnull=True).values("person")
    ).order_by("pk")
    for person in holders:
        _guard(person, on=clock.day(at))
    if holders:
        record(AccessEvent.FOLLOWED, object_id=path, unit_path=path, measure=len(holders), by=by, at=at)
    return len(holders)


def _known(role: str) -> Role:
    if role not in ROLES:
        raise Invalid(_("没有「%(role)s」这个岗位，请从列表里选。") % {"role": role[:30]}, field="role")
    return ROLES[role]


def _check_fits(role: Role, person: Person, org: Org, space_id: int | None) -> None:
    if org.closed_on is not None:
        raise Conflict(_("%(unit)s已经撤销，不能再任命。") % {"unit": org.name})
    if org.kind not in role.held_at:
        raise Invalid(_("%(role)s不设在%(unit)s这一级。") % {"role": role.label, "unit": org.name}, field="role")
    if role.needs_affiliation and not person.unit_path.startswith(org.path):
        raise Invalid(_("%(name)s不在%(unit)s工作，请先办调动。") % {"name": person.name, "unit": org.name}, field="person")
    if role.works_in_space and space_id is None:
        raise Invalid(_("主持人要说明主持哪个工作坊，请从工作坊里任命。"), field="space")


def _check_separation(role: Role, person: Person, *, on: date) -> None:
    others = [ROLES[code] for code in _unended(person, on=on).values_list("role", flat=True) if code in ROLES]
    clashes = (
        any(one.is_office for one in others) if role.code == AUDITOR else role.is_office and any(one.code == AUDITOR for one in others)
    )
    if clashes:
        raise Conflict(_("审计与管理、运维岗位不能由同一人担任，请另选一人。"))


def _guard(person: Person, *, on: date) -> None:
    # Only the office above the highest unit that a person administers may reset that person's way in.
    paths = [one.org.path for one in _unended(person, on=on).select_related("org") if (role := ROLES.get(one.role)) and role.rank >= 15]
    guard = _above(min(paths, key=len)) if paths else ""
    Account.objects.filter(person=person).exclude(guard_path=guard).update(guard_path=guard)


def _unended(person: Person, *, on: date) -> QuerySet[Appointment]:
    return Appointment.objects.filter(person=person, revoked_at__isnull=True).exclude(until_on__lt=on).order_by("pk")


def _above(path: str) -> str:
    return path[: path.rstrip("/").rfind("/") + 1] or "/"


def _record(event: AccessEvent, appointment: Appointment, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=appointment.pk, object_label=ROLES[appointment.role].zh, person_id=appointment.person_id,
        programme_id=appointment.programme_id, space_id=appointment.space_id, unit_path=appointment.org.path, kind=appointment.role,
        data=data, by=by, at=at,
    )  # fmt: skip
