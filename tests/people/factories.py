"""Rows of people for tests; where a state needs a history, through actions."""

from datetime import UTC, datetime, timedelta
from itertools import count

from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Org
from yanxiu.people import actions, codes, identity, passwords
from yanxiu.people.models import (
    Account,
    AccountState,
    ActivationCode,
    Affiliation,
    OpenSession,
    Person,
    PersonalPage,
    RosterImport,
    RosterRow,
    Teaching,
    Throttle,
)

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PASSWORD = "Qingfeng-2026"
_numbers = count(1)


def identity_number(sequence: int | None = None) -> str:
    """A well-formed resident number of nobody, which does not end as one that a spreadsheet has rounded."""
    number = next(_numbers) if sequence is None else sequence
    seventeen = f"370102{1970 + number // 9000 % 30}0{1 + number // 1000 % 9}15{number % 1000:03d}"
    whole = seventeen + identity.check_digit(seventeen)
    return identity_number() if sequence is None and whole.endswith("000") else whole


def person(unit: Org, *, name: str = "", **facts) -> Person:
    """A person at a unit, registered, the account invited."""
    facts.setdefault("identity", identity_number())
    new = actions.NewPerson(name=name or "王小明", unit=unit, **facts)
    return actions.register_person(person=new, by=SYSTEM, at=AT)


def account(someone: Person, *, password: str = PASSWORD, state: AccountState = AccountState.ACTIVE) -> Account:
    """The account of a registered person, in use with a password."""
    row = Account.objects.select_related("person").get(person=someone)
    row.password, row.state = passwords.hashed(password), state
    row.activated_at, row.security_stamp = AT - timedelta(days=30), "stamp"
    row.save(update_fields=["password", "state", "activated_at", "security_stamp"])
    return row


def open_session(someone: Account, *, device: str = "电脑，Edge", at: datetime = AT, **facts) -> OpenSession:
    """A sign-in on a device."""
    return OpenSession.objects.create(account=someone, device=device, network="10.2.3.*", opened_at=at, **facts)


def activation_code(someone: Account, *, code: str = "7K2M9QXD04RT", at: datetime = AT, **facts) -> ActivationCode:
    """An open code of an account, its plain text known."""
    return ActivationCode.objects.create(
        account=someone, code_hash=codes.hashed(someone.pk, code), issued_at=at, expires_at=at + timedelta(days=codes.DAYS), **facts
    )


def affiliation(someone: Person, org: Org, **facts) -> Affiliation:
    """A past affiliation; the open one comes with the person."""
    facts.setdefault("from_on", AT.date() - timedelta(days=900))
    facts.setdefault("until_on", AT.date() - timedelta(days=300))
    return Affiliation.objects.create(person=someone, org=org, **facts)


def teaching(someone: Person, *, stage: str = "初中", subject: str = "数学", is_main: bool = True) -> Teaching:
    """What a person teaches."""
    return Teaching.objects.create(person=someone, stage=stage, subject=subject, is_main=is_main)


def throttle(key: str, *, count: int = 1, at: datetime = AT) -> Throttle:
    """A counted door."""
    return Throttle.objects.create(key=key, window_starts_at=at, count=count)


def roster_import(unit: Org, **facts) -> RosterImport:
    """A previewed roster of a unit, without rows."""
    facts.setdefault("sha256", f"{next(_numbers):064x}")
    return RosterImport.objects.create(
        unit=unit, unit_path=unit.path, file_name="名册.xlsx", sheet="名册", columns={"name": "A", "identity": "B"}, created_at=AT, **facts
    )


def roster_row(roster: RosterImport, *, number: int = 2, outcome: str = "refused", **facts) -> RosterRow:
    """A row of a roster, refused for its identity number."""
    given = {"name": "王小明", "reason": "identity", "words": "身份证号 17 位，应为 18 位，请核对原件", "field": "identity", **facts}
    return RosterRow.objects.create(roster=roster, number=number, outcome=outcome, **given)


def personal_page(person: Person, **facts) -> PersonalPage:
    """An open public side with everything on it."""
    shown = facts.pop("shown", ["plan", "lessons", "logs", "resources", "articles"])
    return PersonalPage.objects.create(person=person, saved_at=AT, shown=shown, **{"is_open": True, "words": "教物理，爱做实验。", **facts})
