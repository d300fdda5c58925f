"""How persons come in: what is asked of a newcomer, how it is checked, and the set-based insert behind registration."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from yanxiu.kit import clock, pinyin, sql
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import person_name, plain
from yanxiu.orgs.models import Org, Stage
from yanxiu.orgs.queries import subjects
from yanxiu.people import arrivals, identity, mobile
from yanxiu.people.models import Account, IdentityKind, Person

_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{3,39}")


class IdentityTaken(Conflict):
    """The identity number belongs to somebody else, or stands twice in one batch; `hints` are the masked numbers."""

    code = "identity_taken"

    def __init__(self, hints: Sequence[str]) -> None:
        shown = "、".join(hints[:5])
        super().__init__(
            _("证件号 %(hints)s 已经登记过。若是同一个人请办调动，若不是请两边核对原件。") % {"hints": shown}, field="identity"
        )
        self.hints = tuple(hints)


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """A person to be registered. `identity` and `mobile` as typed ("" = none); `teachings` are (stage, subject), main first.

    `username` "" = made from the name: pinyin and four digits.
    """

    name: str
    unit: Org
    identity: str = ""
    identity_kind: IdentityKind = IdentityKind.RESIDENT
    mobile: str = ""
    staff_number: str = ""
    teachings: tuple[tuple[str, str], ...] = ()
    username: str = ""


def checked_name(name: str) -> str:
    """Return a name in its kept form. Raises Invalid when it is empty or longer than 100 characters."""
    name = person_name(name)
    if not name:
        raise Invalid(_("姓名空着，请补上。"), field="name")
    if len(name) > 100:
        raise Invalid(_("姓名最长 100 个字符，请核对。"), field="name")
    return name


def checked_teachings(teachings: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs without repetition, in order. Raises Invalid for an unknown stage or subject, or one not taught there."""
    known = subjects()
    for stage, subject in teachings:
        if stage not in Stage.values:
            raise Invalid(_("没有「%(stage)s」这个学段，应为幼儿园、小学、初中或高中。") % {"stage": stage[:20]}, field="stage")
        if subject not in known:
            raise Invalid(_("学科表里没有「%(subject)s」，请从学科表里选。") % {"subject": subject[:20]}, field="subject")
        if Stage(stage) not in known[subject].stages:
            raise Invalid(_("%(stage)s不开「%(subject)s」，请核对学段或学科。") % {"stage": stage, "subject": subject}, field="subject")
    return list(dict.fromkeys(teachings))


def insert(people: Sequence[NewPerson], *, at: datetime) -> list[Person]:
    """Insert persons with accounts, affiliations and teachings; return them in order. Runs in the caller's transaction."""
    persons = [_person(new, at) for new in people]
    taught = [checked_teachings(new.teachings) for new in people]
    _check_identities_are_new(persons)
    names = _wished_usernames(people)
    _number(persons)
    arrivals.prepare()
    arrivals.copy("people_arrival", ("id", *arrivals.COLUMNS), (_columns(*one) for one in zip(persons, taught, names, strict=True)))
    try:
        arrivals.settle(today=clock.day(at), at=at)
    except IntegrityError as error:  # somebody registered the same number since the check
        if sql.constraint_of(error) == "people_person_identity_index_key":
            raise IdentityTaken([one.identity_hint for one in persons if one.identity_index][:5]) from error
        raise
    return persons


def _columns(one: Person, taught: Sequence[tuple[str, str]], username: str) -> list[object]:
    stored: list[object] = [one.pk, *(getattr(one, name) for name in arrivals.COLUMNS[:-2])]
    return [*stored, json.dumps(taught, ensure_ascii=False), username or None]


def _number(persons: Sequence[Person]) -> None:
    """Give the persons their ids, in order: what hangs on them is written without asking for them back."""
    asked = "SELECT nextval(pg_get_serial_sequence('people_person', 'id')) AS id FROM generate_series(1, %(count)s)"
    for one, row in zip(persons, sql.rows(asked, {"count": len(persons)}), strict=True):
        one.pk = row["id"]


def _person(new: NewPerson, at: datetime) -> Person:
    name = checked_name(new.name)
    parts = pinyin.name_syllables(name)
    if new.unit.closed_on is not None:
        raise Conflict(_("%(unit)s已经撤销，不能登记教师。") % {"unit": new.unit.name})
    known = identity.read(new.identity, kind=new.identity_kind, on=clock.day(at)) if new.identity.strip() else None
    number = mobile.read(new.mobile) if new.mobile.strip() else ""
    return Person(
        name=name,
        sort_key=" ".join(parts)[:240],
        initials=pinyin.initials(parts)[:60],
        identity_kind=new.identity_kind,
        identity_cipher=known.sealed() if known else None,
        identity_index=known.blind_index if known else None,
        identity_hint=known.hint if known else "",
        mobile_cipher=mobile.seal(number) if number else None,
        mobile_index=mobile.blind_index(number) if number else None,
        mobile_hint=mobile.mask(number) if number else "",
        unit=new.unit,
        unit_path=new.unit.path,
        staff_number=plain(new.staff_number)[:40],
        created_at=at,
    )


def _check_identities_are_new(persons: Sequence[Person]) -> None:
    hints = {bytes(one.identity_index): one.identity_hint for one in persons if one.identity_index}
    counted = Counter(bytes(one.identity_index) for one in persons if one.identity_index)
    twice = [hints[index] for index, count in counted.items() if count > 1]
    asked = "SELECT identity_hint FROM people_person WHERE identity_index = ANY(%(indexes)s)"
    known = [row["identity_hint"] for row in sql.rows(asked, {"indexes": list(hints)})]
    taken = [*twice, *known]
    if taken:
        raise IdentityTaken(taken)


def _wished_usernames(people: Sequence[NewPerson]) -> list[str]:
    """Return the account names asked for, "" where one is to be made. Raises Conflict for a taken one."""
    wanted = [_checked_username(new.username) if new.username else "" for new in people]
    given = [name for name in wanted if name]
    taken = {name for name, count in Counter(given).items() if count > 1}
    if given:
        taken |= set(Account.objects.filter(username__in=given).values_list("username", flat=True))
    if taken:
        raise Conflict(_("账号 %(names)s 已有人用，请换一个。") % {"names": "、".join(sorted(taken)[:5])}, field="username")
    return wanted


def _checked_username(name: str) -> str:
    name = plain(name).lower()
    if not _USERNAME.fullmatch(name):
        raise Invalid(_("账号要以字母开头，4—40 个小写字母、数字、点、横线或下划线。"), field="username")
    return name
