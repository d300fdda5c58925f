"""Who stands behind a session, with all hats, in one query; and the appointments of a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.models import Appointment
from yanxiu.access.roles import LEARNER_ZH, ROLES, Role
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor, Grant
from yanxiu.kit.frame import Hat

LEARNER_HAT = "learner"


@dataclass(frozen=True, kw_only=True)
class Held:
    """An appointment in force: its role, and where."""

    id: int
    role: Role
    org_name: str
    org_path: str
    title: str
    programme_id: int | None
    space_id: int | None

    @property
    def grant(self) -> Grant:
        """What it allows, and where."""
        return Grant(
            role=self.role.code,
            permissions=self.role.permissions,
            path=self.org_path,
            programme_id=self.programme_id,
            space_id=self.space_id,
        )


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """A person with account and hats. `held`: appointments in force, highest first."""

    account_id: int
    person_id: int
    person_name: str
    unit_name: str
    unit_path: str
    state: str
    security_stamp: str
    must_change_password: bool
    text_size: str
    theme: str
    last_hat: str
    is_ended: bool
    held: tuple[Held, ...]

    def worn(self, hat: str | None) -> Held | None:
        """Return the appointment worn, None for the learner: the chosen one, else the last one, while in force; else the highest held."""
        for wanted in (hat, self.last_hat):
            if wanted == LEARNER_HAT:
                return None
            if found := next((one for one in self.held if str(one.id) == wanted), None):
                return found
        return self.held[0] if self.held else None

    def is_undecided(self, hat: str | None) -> bool:
        """Tell whether there are several hats and none of them was ever put on."""
        return not hat and not self.last_hat and len(self.held) > 1

    def actor(self, hat: str | None, *, session_hash: str = "") -> Actor:
        """Return the actor under the hat; the learner hat holds no grants."""
        worn = self.worn(hat)
        return Actor(
            person_id=self.person_id,
            label=f"{self.person_name}（{worn.role.zh}）" if worn else self.person_name,
            grants=(worn.grant,) if worn else (),
            hat_id=worn.id if worn else None,
            session_hash=session_hash,
        )


_BEARER = """
SELECT a.id AS account_id, a.state, a.security_stamp, a.must_change_password, a.text_size, a.theme, a.last_hat,
       EXISTS (SELECT FROM people_opensession s WHERE s.id = %(opened)s AND s.account_id = a.id AND s.ended_at IS NOT NULL) AS is_ended,
       p.id AS person_id, p.name AS person_name, p.unit_path, coalesce(u.name, '') AS unit_name,
       h.id AS held_id, h.role, h.title, h.programme_id, h.space_id, o.name AS org_name, o.path AS org_path
FROM people_account a
JOIN people_person p ON p.id = a.person_id
LEFT JOIN orgs_org u ON u.id = p.unit_id
LEFT JOIN access_appointment h ON h.person_id = p.id AND h.revoked_at IS NULL AND h.from_on <= %(on)s
    AND (h.until_on IS NULL OR h.until_on >= %(on)s)
LEFT JOIN orgs_org o ON o.id = h.org_id
WHERE a.id = %(account)s
ORDER BY h.id
"""


def bearer(account_id: int, *, on: date, opened: int = 0) -> Bearer | None:
    """Return the person of an account with the appointments in force on a Shanghai day; None when the account is gone. Cost: one query.

    Appointments that hang on working somewhere rest while the person works elsewhere. `opened`: the sign-in in the list of devices.
    """
    found = sql.rows(_BEARER, {"account": account_id, "on": on, "opened": opened})
    if not found:
        return None
    held = [
        Held(
            id=row["held_id"], role=ROLES[row["role"]], org_name=row["org_name"], org_path=row["org_path"], title=row["title"],
            programme_id=row["programme_id"], space_id=row["space_id"],
        )
        for row in found
        if row["role"] in ROLES and not (ROLES[row["role"]].needs_affiliation and not row["unit_path"].startswith(row["org_path"]))
    ]  # fmt: skip
    row = found[0]
    names = ("account_id", "person_id", "person_name", "unit_name", "unit_path", "state", "security_stamp", "must_change_password",
             "text_size", "theme", "last_hat", "is_ended")  # fmt: skip
    return Bearer(**{name: row[name] for name in names}, held=tuple(sorted(held, key=lambda one: (-one.role.rank, one.id))))


def hats(bearer: Bearer, hat: str | None) -> list[Hat]:
    """Return the hats that a person may wear, offices first, the learner last. No query."""
    worn = bearer.worn(hat)
    offices = [
        Hat(id=str(one.id), label=_label(one), unit=_place(one), current=worn is not None and worn.id == one.id) for one in bearer.held
    ]
    return [*offices, Hat(id=LEARNER_HAT, label=_(LEARNER_ZH), unit=bearer.unit_name, current=worn is None)]


def _label(one: Held) -> str:
    return one.role.label if one.role.works_in_space else one.title or one.role.label


def _place(one: Held) -> str:
    # A host's title names the workshop: 「班级管理专题工作坊主持人」 stands on two lines, what and where.
    return one.title.removesuffix("主持人") if one.role.works_in_space and one.title else one.org_name


def in_force(appointments: QuerySet[Appointment], *, on: date) -> QuerySet[Appointment]:
    """Return those not revoked whose term holds the day."""
    return appointments.filter(Q(until_on__isnull=True) | Q(until_on__gte=on), revoked_at__isnull=True, from_on__lte=on)


def appointments_at(visible: QuerySet[Appointment], *, path: str, on: date, role: str = "") -> QuerySet[Appointment]:
    """Return the appointments that hold today or later at a unit and below it, with person and unit, top down. Cost: one query."""
    found = visible.filter(Q(until_on__isnull=True) | Q(until_on__gte=on), revoked_at__isnull=True, org__path__startswith=path)
    if role:
        found = found.filter(role=role)
    return found.select_related("person", "org").order_by("org__path", "role", "person__sort_key", "pk")


def holders(role: str, *, paths: Sequence[str], on: date) -> QuerySet[Appointment]:
    """Return who holds a role at exactly these units on a day: the people to ask (「您的学校管理员是…」)."""
    return in_force(Appointment.objects.filter(role=role, org__path__in=list(paths)), on=on).select_related("person", "org").order_by("pk")
