"""The verbs at the door: sign in, prove an activation code, activate, change the password, sign out."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.text import half_width, person_name
from yanxiu.people import codes, device, identity, passwords, permissions, queries, throttle, vault
from yanxiu.people.actions.persons import set_mobile, set_teachings
from yanxiu.people.events import AccountEvent
from yanxiu.people.models import Account, AccountState, ActivationCode, OpenSession
from yanxiu.records.actions import record

NETWORK_LIMIT = 100
PAIR_LIMIT = 8
ACCOUNT_LIMIT = 20
DEVICE_LIMIT = 10


class SignInRefused(Invalid):
    """Name and password do not belong together; whether the name exists is not said (AU-06)."""

    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__(_("账号和密码对不上，请核对后再试。还没激活过的，请从「首次登录」进。"))


class Suspended(NotPermitted):
    """The password is right, the account is suspended."""

    code = "suspended"

    def __init__(self) -> None:
        super().__init__(_("这个账号已停用。要恢复，请找学校管理员。"))


class CodeRefused(Invalid):
    """Account, name and activation code do not belong together, or the code is used, void or too old."""

    code = "code_refused"

    def __init__(self) -> None:
        super().__init__(_("账号、姓名和激活码对不上，或激活码已过期、已用过、已换新。请照最近一张激活条核对；还不行，请学校管理员重发。"))


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Who came in. `opens_activation`: nobody did; the page that asks for the activation code opens for this account."""

    account: Account
    opens_activation: bool = False


@dataclass(frozen=True, kw_only=True)
class Proof:
    """An account and the code by which somebody proved to own it; worth something for half an hour, once."""

    account_id: int
    code_id: int


def sign_in(*, typed: str, password: str, network: str, by: Actor, at: datetime, device_mark: str = "") -> SignIn:
    """Let a person in by account name, identity number or mobile number, and password. The view starts the session.

    Raises SignInRefused, Suspended, TooMany. Cost: 5 queries and one password hash, whether the account exists or not.
    """
    account = queries.account_named(typed)
    limits = _limits(account, typed, network=network, device_mark=device_mark)
    throttle.take(limits, at=at)
    right = passwords.matches(password, account.password if account else None)
    if account is None or not right or account.state == AccountState.INVITED:
        if account is not None and _is_opened_by_initials(account, typed, password):
            return SignIn(account=account, opens_activation=True)
        _record_refusal(account, network=network, by=by, at=at)
        raise SignInRefused
    if account.state == AccountState.SUSPENDED:
        _record_refusal(account, network=network, by=by, at=at)
        raise Suspended
    throttle.give_back(limits, forget=tuple(key for key in limits if not key.startswith("net:")), at=at)
    with transaction.atomic():
        account.last_login = at
        account.security_stamp = account.security_stamp or new_stamp()
        account.save(update_fields=["last_login", "security_stamp"])
        _record(AccountEvent.SIGNED_IN, account, by=actor_of(account), at=at, data={"network": network})
    return SignIn(account=account)


def prove_code(*, typed: str, name: str, code: str, network: str, by: Actor, at: datetime, account_id: int | None = None) -> Proof:
    """Check an activation code of the account meant by `typed` and the person's name, or of `account_id` when that is known.

    Each wrong try counts; after five the code is void. Raises CodeRefused, TooMany.
    """
    account = Account.objects.select_related("person").get(pk=account_id) if account_id else queries.account_named(typed)
    limits = _limits(account, typed, network=network, device_mark="")
    throttle.take(limits, at=at)
    is_named = account is not None and (account_id is not None or person_name(name) == account.person.name)
    proof = _tried(account, code, at=at) if account is not None and is_named else None
    if account is None or proof is None or account.state == AccountState.SUSPENDED:
        _record_refusal(account, network=network, by=by, at=at)
        raise CodeRefused
    throttle.give_back(limits, at=at)
    return proof


@transaction.atomic
def activate(
    *,
    proof: Proof,
    password: str,
    by: Actor,
    at: datetime,
    teachings: Sequence[tuple[str, str]] | None = None,
    mobile_number: str | None = None,
) -> Account:
    """Set the first or a new password by a proved code, confirm what the person teaches and the phone; the code is used up.

    None leaves teachings or phone as they are. Raises CodeRefused when the code was used or replaced meanwhile, WeakPassword, Invalid.
    """
    account = _locked(proof.account_id)
    if by.person_id not in {None, account.person_id}:
        raise NotPermitted(_("现在登录的是另一个人，请先退出登录再激活。"))
    used = ActivationCode.objects.filter(
        pk=proof.code_id, account=account, used_at__isnull=True, void_at__isnull=True, expires_at__gt=at
    ).update(used_at=at)
    if used != 1 or account.state == AccountState.SUSPENDED:
        raise CodeRefused
    _set_password(account, password, at=at)
    account.state = AccountState.ACTIVE
    account.activated_at = account.activated_at or at
    account.last_login = at
    account.save(update_fields=[*_PASSWORD_FIELDS, "state", "activated_at", "last_login"])
    me = actor_of(account)
    if teachings is not None:
        set_teachings(person=account.person, teachings=teachings, by=me, at=at)
    if mobile_number is not None:
        set_mobile(person=account.person, number=mobile_number, by=me, at=at)
    _record(AccountEvent.ACTIVATED, account, by=me, at=at)
    return account


def change_password(*, account: Account, old: str, new: str, network: str, by: Actor, at: datetime) -> str:
    """Change one's own password; return the new security stamp, which ends all other sessions.

    Raises NotPermitted, Invalid when the old one is wrong or the new one equal, WeakPassword, TooMany.
    """
    permissions.check_is_self(by, account.person)
    limits = {f"change:{account.pk}": PAIR_LIMIT}
    throttle.take(limits, at=at)  # outside the transaction: a refused try counts
    with transaction.atomic():
        account = _locked(account.pk)
        if not passwords.matches(old, account.password):
            raise Invalid(_("现在的密码不对，请核对。"), field="old")
        if old == new:
            raise Invalid(_("新密码和现在的一样，请换一个。"), field="password")
        _set_password(account, new, at=at)
        account.save(update_fields=list(_PASSWORD_FIELDS))
        _record(AccountEvent.PASSWORD_CHANGED, account, by=by, at=at, data={"network": network})
    throttle.give_back(limits, forget=tuple(limits), at=at)
    return account.security_stamp


@transaction.atomic
def sign_out(*, account_id: int, by: Actor, at: datetime, session_id: int = 0) -> None:
    """Note that a person left, and that the device is signed out; the view ends the session."""
    account = Account.objects.select_related("person").get(pk=account_id)
    permissions.check_is_self(by, account.person)
    OpenSession.objects.filter(pk=session_id, account=account, ended_at__isnull=True).update(ended_at=at)
    _record(AccountEvent.SIGNED_OUT, account, by=by, at=at)


def new_stamp() -> str:
    """Return a fresh security stamp; sessions that hold another end at their next request."""
    return secrets.token_hex(8)


def actor_of(account: Account) -> Actor:
    """Return the person behind an account as actor without any hat."""
    return Actor(person_id=account.person_id, label=account.person.name)


_PASSWORD_FIELDS = ("password", "security_stamp", "must_change_password", "password_changed_at")


def _set_password(account: Account, password: str, *, at: datetime) -> None:
    person = account.person
    number = identity.unsealed(bytes(person.identity_cipher)) if person.identity_cipher else ""
    unit_name = person.unit.name if person.unit else ""
    passwords.check(password, name=person.name, username=account.username, identity_number=number, unit_name=unit_name)
    account.password = passwords.hashed(password)
    account.security_stamp = new_stamp()
    account.must_change_password = False
    account.password_changed_at = at


def _limits(account: Account | None, typed: str, *, network: str, device_mark: str) -> dict[str, int]:
    if account is not None and (known := device.key_of(device_mark, account.pk)):
        return {known: DEVICE_LIMIT}
    subject = f"account:{account.pk}" if account else f"name:{vault.index(half_width(typed[:200]).lower(), purpose='throttle').hex()[:32]}"
    return {f"net:{network}": NETWORK_LIMIT, f"pair:{subject}|{network}": PAIR_LIMIT, subject: ACCOUNT_LIMIT}


def _is_opened_by_initials(account: Account, typed: str, password: str) -> bool:
    return (
        settings.SIGN_IN_BY_INITIALS
        and account.state == AccountState.INVITED
        and bytes(account.person.identity_index or b"") == identity.blind_index(typed)
        and bool(account.person.initials)
        and password.lower() == account.person.initials
    )


_TRY = """
UPDATE people_activationcode SET tries = tries + 1
WHERE account_id = %(account)s AND used_at IS NULL AND void_at IS NULL AND expires_at > %(at)s AND tries < %(most)s
RETURNING id, code_hash, tries
"""


def _tried(account: Account, code: str, *, at: datetime) -> Proof | None:
    found = sql.rows(_TRY, {"account": account.pk, "at": at, "most": codes.TRIES})
    if not found:
        return None
    (row,) = found
    if codes.matches(row["code_hash"], account.pk, code):
        # A right try does not count: who leaves and comes back on the last one is not locked out.
        sql.run("UPDATE people_activationcode SET tries = tries - 1 WHERE id = %(id)s", {"id": row["id"]})
        return Proof(account_id=account.pk, code_id=row["id"])
    if row["tries"] >= codes.TRIES:
        with transaction.atomic():
            ActivationCode.objects.filter(pk=row["id"]).update(void_at=at)
            _record(AccountEvent.CODE_VOIDED, account, by=actor_of(account), at=at)
    return None


def _locked(account_id: int) -> Account:
    found = Account.objects.select_for_update(of=("self",), no_key=True).select_related("person__unit").filter(pk=account_id).first()
    if found is None:
        raise Conflict(_("这个账号已经不在了，请找学校管理员。"))
    return found


def _record_refusal(account: Account | None, *, network: str, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        record(
            AccountEvent.REFUSED, object_id=account.pk if account else 0, person_id=account.person_id if account else None,
            unit_path=account.person.unit_path if account else "", data={"network": network}, by=by, at=at,
        )  # fmt: skip


def _record(event: AccountEvent, account: Account, *, by: Actor, at: datetime, data: dict[str, object] | None = None) -> None:
    record(
        event, object_id=account.pk, object_label=account.username, person_id=account.person_id, unit_path=account.person.unit_path,
        data=data, by=by, at=at,
    )  # fmt: skip
