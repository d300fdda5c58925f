"""The verbs of persons: register one or thousands, correct, transfer, say what they teach."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, pinyin, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.people import identity, mobile, permissions
from yanxiu.people.events import PersonEvent
from yanxiu.people.models import Account, ActivationCode, Affiliation, IdentityKind, Person, Teaching
from yanxiu.people.newcomers import IdentityTaken, NewPerson, checked_name, checked_teachings, insert
from yanxiu.records.actions import Entry, record, record_all


@transaction.atomic
def register_people(*, people: Sequence[NewPerson], by: Actor, at: datetime) -> list[int]:
    """Register many persons with account (invited), affiliation and teachings; return their ids in order.

    All or nothing. Raises NotPermitted, Invalid (bad name, identity, mobile, teaching), IdentityTaken when a number is known or
    stands twice. Cost: a fixed number of statements per thousand.
    """
    for path in sorted({new.unit.path for new in people}):
        permissions.check_can_register(by, unit_path=path)
    persons = insert(people, at=at)
    record_all(
        [
            Entry(event=PersonEvent.REGISTERED, object_id=one.pk, object_label=one.name, person_id=one.pk, unit_path=one.unit_path)
            for one in persons
        ],
        by=by,
        at=at,
    )
    return [one.pk for one in persons]


def register_person(*, person: NewPerson, by: Actor, at: datetime) -> Person:
    """Register one person; see `register_people`."""
    return Person.objects.get(pk=register_people(people=[person], by=by, at=at)[0])


@transaction.atomic
def correct_person(
    *,
    person: Person,
    by: Actor,
    at: datetime,
    name: str | None = None,
    identity_number: str | None = None,
    identity_kind: IdentityKind | None = None,
    staff_number: str | None = None,
    reason: str,
) -> Person:
    """Correct what was registered wrongly; None leaves a field. What was there before stays in the record, numbers masked.

    A new identity number voids open activation codes (AU-07). Raises NotPermitted, Invalid, IdentityTaken (for a human to settle).
    """
    account = _locked_account(person)
    permissions.check_can_correct(by, person, account)
    reason = _reason(reason)
    person = _locked(person)
    changed: dict[str, object] = {}
    fields: list[str] = []
    if name is not None and checked_name(name) != person.name:
        changed["name"] = [person.name, checked_name(name)]
        fields += _rename(person, checked_name(name))
    if staff_number is not None and plain(staff_number) != person.staff_number:
        changed["staff_number"] = [person.staff_number, plain(staff_number)]
        person.staff_number = plain(staff_number)[:40]
        fields.append("staff_number")
    if identity_number is not None:
        kind = identity_kind or IdentityKind(person.identity_kind)
        before = person.identity_hint
        fields += _identify(person, identity.read(identity_number, kind=kind, on=clock.day(at)))
        changed["identity"] = [before, person.identity_hint]
        ActivationCode.objects.filter(account=account, used_at__isnull=True, void_at__isnull=True).update(void_at=at)
    if not fields:
        raise Conflict(_("没有要改的内容。"))
    sql.save_or_raise(person, {"people_person_identity_index_key": IdentityTaken([person.identity_hint])}, update_fields=fields)
    record(
        PersonEvent.CORRECTED, object_id=person.pk, object_label=person.name, person_id=person.pk, unit_path=person.unit_path,
        data={"changed": changed, "reason": reason}, by=by, at=at,
    )  # fmt: skip
    return person


@transaction.atomic
def affiliate(*, person: Person, to: Org, on: date, by: Actor, at: datetime) -> Affiliation:
    """Transfer a person to another unit from a day on (调动); the history is kept, rights that hang on the old unit end at once.

    Raises NotPermitted unless both ends lie in the scope, Conflict when already there or the unit is closed, Invalid for a day
    in the future or before the present affiliation began.
    """
    permissions.check_can_transfer(by, person, _locked_account(person), to_path=to.path)
    person = _locked(person)
    if to.closed_on is not None:
        raise Conflict(_("%(unit)s已经撤销，不能调入。") % {"unit": to.name})
    if person.unit_id == to.pk:
        raise Conflict(_("%(name)s已经在%(unit)s，没有改动。") % {"name": person.name, "unit": to.name})
    if on > clock.day(at):
        raise Invalid(_("调动日期还没到，请在当天或以后办理。"), field="on")
    present = Affiliation.objects.filter(person=person, until_on__isnull=True).first()
    if present is not None:
        if on < present.from_on:
            raise Invalid(_("调动日期早于进入现单位的 %(day)s，请核对。") % {"day": present.from_on.isoformat()}, field="on")
        present.until_on = on
        present.save(update_fields=["until_on"])
    before = person.unit_path
    affiliation = Affiliation.objects.create(person=person, org=to, from_on=on)
    person.unit, person.unit_path = to, to.path
    person.save(update_fields=["unit", "unit_path"])
    record(
        PersonEvent.AFFILIATED, object_id=to.pk, object_label=to.name, person_id=person.pk, unit_path=to.path,
        data={"before": before, "after": to.path, "on": on.isoformat()}, by=by, at=at,
    )  # fmt: skip
    return affiliation


@transaction.atomic
def set_teachings(*, person: Person, teachings: Sequence[tuple[str, str]], by: Actor, at: datetime) -> list[Teaching]:
    """Say what a person teaches: (stage, subject) pairs, the first is the main one. Raises NotPermitted, Invalid."""
    permissions.check_can_set_teachings(by, person)
    wanted = checked_teachings(teachings)
    person = _locked(person)
    present = Teaching.objects.filter(person=person).order_by("-is_main", "pk")
    before = [f"{row.stage} {row.subject}" for row in present]
    after = [f"{stage} {subject}" for stage, subject in wanted]
    if before == after:
        return list(present)
    present.delete()
    rows = Teaching.objects.bulk_create(
        Teaching(person=person, stage=stage, subject=subject, is_main=not number) for number, (stage, subject) in enumerate(wanted)
    )
    record(
        PersonEvent.TAUGHT, object_id=person.pk, object_label=person.name, person_id=person.pk, unit_path=person.unit_path,
        data={"before": before, "after": after}, by=by, at=at,
    )  # fmt: skip
    return rows


@transaction.atomic
def set_mobile(*, person: Person, number: str, by: Actor, at: datetime) -> Person:
    """Keep the person's own mobile number ("" forgets it). Raises NotPermitted, mobile.BadMobile."""
    permissions.check_is_self(by, person)
    person = _locked(person)
    before = person.mobile_hint
    if number.strip():
        plain_number = mobile.read(number)
        person.mobile_cipher = mobile.seal(plain_number)
        person.mobile_index = mobile.blind_index(plain_number)
        person.mobile_hint = mobile.mask(plain_number)
    else:
        person.mobile_cipher, person.mobile_index, person.mobile_hint = None, None, ""
    person.save(update_fields=["mobile_cipher", "mobile_index", "mobile_hint"])
    record(
        PersonEvent.MOBILE_SET, object_id=person.pk, object_label=person.name, person_id=person.pk, unit_path=person.unit_path,
        data={"before": before, "after": person.mobile_hint}, by=by, at=at,
    )  # fmt: skip
    return person


@transaction.atomic
def reveal_identity(*, person: Person, reason: str, by: Actor, at: datetime) -> str:
    """Return the whole identity number, and record who read it and why (P-11). Raises NotPermitted, Invalid, Conflict."""
    permissions.check_can_reveal_identity(by, person)
    reason = _reason(reason)
    if person.identity_cipher is None:
        raise Conflict(_("%(name)s没有登记证件号。") % {"name": person.name})
    number = identity.unsealed(bytes(person.identity_cipher))
    record(
        PersonEvent.IDENTITY_REVEALED, object_id=person.pk, object_label=person.name, person_id=person.pk, unit_path=person.unit_path,
        data={"reason": reason}, by=by, at=at,
    )  # fmt: skip
    return number


@transaction.atomic
def follow_unit(*, path: str, by: Actor, at: datetime) -> int:
    """Bring the paths of all people under a moved unit up to date; return how many changed. Idempotent. Cost: one statement."""
    permissions.check_is_system(by)
    moved = sql.run(
        "UPDATE people_person SET unit_path = o.path FROM orgs_org o "
        "WHERE o.id = people_person.unit_id AND o.path LIKE %(prefix)s AND people_person.unit_path <> o.path",
        {"prefix": path + "%"},
    )
    if moved:
        record(PersonEvent.FOLLOWED, object_id=path, unit_path=path, measure=moved, by=by, at=at)
    return moved


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)


def _locked_account(person: Person) -> Account:
    return Account.objects.select_for_update(of=("self",), no_key=True).get(person=person)


def _reason(reason: str) -> str:
    reason = plain(reason)
    if not 4 <= len(reason) <= 200:
        raise Invalid(_("请写明理由，4—200 个字，审计时会看到。"), field="reason")
    return reason


def _rename(person: Person, name: str) -> list[str]:
    parts = pinyin.name_syllables(name)
    person.name, person.sort_key, person.initials = name, " ".join(parts)[:240], pinyin.initials(parts)[:60]
    return ["name", "sort_key", "initials"]


def _identify(person: Person, known: identity.Identity) -> list[str]:
    person.identity_kind, person.identity_hint = known.kind, known.hint
    person.identity_cipher, person.identity_index = known.sealed(), known.blind_index
    return ["identity_kind", "identity_hint", "identity_cipher", "identity_index"]


def note_teachers(*, count: int, by: Actor, at: datetime) -> None:
    """Note that a list of teachers was taken out, and how many stood in it. Raises NotPermitted. Cost: 2 queries."""
    permissions.check_can_list_people(by)
    record(PersonEvent.LISTED, object_id="teachers", object_label=_("教师名单"), measure=count, by=by, at=at)
