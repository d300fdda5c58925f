"""Rows of access for tests."""

from datetime import UTC, date, datetime

from yanxiu.access.models import Appointment
from yanxiu.access.roles import ROLES
from yanxiu.kit.actor import Actor, Grant
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def appointment(person: Person, role: str, org: Org, **facts) -> Appointment:
    """A role held since 2020 without end."""
    facts.setdefault("from_on", date(2020, 1, 1))
    facts.setdefault("granted_at", AT)
    return Appointment.objects.create(person=person, role=role, org=org, **facts)


def holder(role: str, org: Org, *, person_id: int = 900_001) -> Actor:
    """Somebody who wears the role at the unit."""
    grant = Grant(role=role, permissions=ROLES[role].permissions, path=org.path)
    return Actor(person_id=person_id, label=ROLES[role].zh, grants=(grant,))
