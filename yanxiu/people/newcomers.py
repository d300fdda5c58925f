"""How persons come in: what is asked of a newcomer, how it is checked, and the set-based insert behind registration."""

import re
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from yanxiu.kit import clock, pinyin, sql
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import person_name, plain
from yanxiu.orgs.models import Org, Stage
from yanxiu.orgs.queries import subjects
from yanxiu.people import identity, mobile
from yanxiu.people.models import Account, Affiliation, IdentityKind, Person, Teaching

_MANY = 2_000
_NAME_LETTERS = 24
_UNUSABLE = "!"  # no password fits until activation
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
    _number(persons)
    taught = [checked_teachings(new.teachings) for new in people]
    _check_identities_are_new(persons)
    try:
        with transaction.atomic():
            _copy(Person, persons)
    except IntegrityError as error:  # somebody registered the same number since the check
        if sql.constraint_of(error) == "people_person_identity_index_key":
            raise IdentityTaken([one.identity_hint for one in persons if one.identity_index][:5]) from error
        raise
    if len(persons) > _MANY:
        sql.run("ANALYZE people_person")  # the checks of keys below would go by plans made when the table was small
    names = _usernames(people)
    _copy(
        Account, [Account(person=one, username=name, password=_UNUSABLE, created_at=at) for one, name in zip(persons, names, strict=True)]
    )
    today = clock.day(at)
    _copy(Affiliation, [Affiliation(person=one, org=new.unit, from_on=today) for one, new in zip(persons, people, strict=True)])
    _copy(
        Teaching,
        [
            Teaching(person=one, stage=stage, subject=subject, is_main=not number)
            for one, pairs in zip(persons, taught, strict=True)
            for number, (stage, subject) in enumerate(pairs)
        ],
    )
    return persons


def _number(persons: Sequence[Person]) -> None:
    """Give the persons their ids, in order: what hangs on them is written without asking for them back."""
    asked = "SELECT nextval(pg_get_serial_sequence('people_person', 'id')) AS id FROM generate_series(1, %(count)s)"
    for one, row in zip(persons, sql.rows(asked, {"count": len(persons)}), strict=True):
        one.pk = row["id"]


def _copy(model: type[Model], rows: Sequence[Model]) -> None:
    """Write rows by COPY, with the keys they have. Raises IntegrityError as an insert does."""
    meta = model._meta  # noqa: SLF001 - Django's documented way to the columns of a model
    fields = [field for field in meta.concrete_fields if rows and not (field.primary_key and rows[0].pk is None)]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    if not fields:
        return
    statement = f"COPY {connection.ops.quote_name(meta.db_table)} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([getattr(row, field.attname) for field in fields])


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
    known = Person.objects.filter(identity_index__in=list(hints)).values_list("identity_hint", flat=True)
    taken = [*twice, *known]
    if taken:
        raise IdentityTaken(taken)


def _usernames(people: Sequence[NewPerson]) -> list[str]:
    wanted = [_checked_username(new.username) if new.username else "" for new in people]
    given = [name for name in wanted if name]
    taken = set(Account.objects.filter(username__in=given).values_list("username", flat=True))
    taken |= {name for name, count in Counter(given).items() if count > 1}
    if taken:
        raise Conflict(_("账号 %(names)s 已有人用，请换一个。") % {"names": "、".join(sorted(taken)[:5])}, field="username")
    names, used = list(wanted), set(given)
    open_rows = [row for row, name in enumerate(wanted) if not name]
    while open_rows:
        for row in open_rows:
            names[row] = _candidate(people[row].name, used)
            used.add(names[row])
        clashes = set(Account.objects.filter(username__in=[names[row] for row in open_rows]).values_list("username", flat=True))
        open_rows = [row for row in open_rows if names[row] in clashes]
    return names


def _checked_username(name: str) -> str:
    name = plain(name).lower()
    if not _USERNAME.fullmatch(name):
        raise Invalid(_("账号要以字母开头，4—40 个小写字母、数字、点、横线或下划线。"), field="username")
    return name


def _candidate(name: str, used: set[str]) -> str:
    stem = pinyin.spelled(pinyin.name_syllables(person_name(name)))[:_NAME_LETTERS]
    if len(stem) < 2 or not stem[0].isalpha():
        stem = f"js{stem}"
    digits = 4
    while True:
        for _attempt in range(20):
            candidate = f"{stem}{secrets.randbelow(10**digits):0{digits}d}"
            if candidate not in used:
                return candidate
        digits += 1
