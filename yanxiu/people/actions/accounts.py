"""The verbs that offices do to accounts: issue codes, require a new password, suspend, restore; and one's own preferences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.text import plain
from yanxiu.people import codes, permissions
from yanxiu.people.actions.doors import new_stamp
from yanxiu.people.events import AccountEvent
from yanxiu.people.models import Account, AccountState, ActivationCode, Person
from yanxiu.records.actions import Entry, record, record_all

TEXT_SIZES = ("normal", "large")
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, kw_only=True)
class IssuedCode:
    """What an activation slip shows. `code` is in clear here and nowhere else; `expires_on` is its last day, Shanghai."""

    person_id: int
    name: str
    staff_number: str
    unit_name: str
    username: str
    code: str
    expires_on: str


@transaction.atomic
def issue_codes(*, person_ids: Sequence[int], by: Actor, at: datetime) -> list[IssuedCode]:
    """Give each person a fresh activation code, by unit and name; earlier ones are void. The codes are returned once.

    Valid thirty days, five tries, one use. Serves first activation and forgotten passwords alike: the old password works until the
    code is used. Raises NotPermitted when one of them is out of reach, Conflict when one is suspended. Cost: 6 queries.
    """
    wanted = set(person_ids)
    accounts = list(
        permissions.accounts_in_reach(by, permissions.ISSUE_CODES)
        .filter(person__in=wanted)
        .select_for_update(of=("self",), no_key=True)
        .select_related("person__unit")
        .order_by("pk")
    )
    if not wanted:
        raise Invalid(_("还没有选教师。请先勾选要发激活条的人。"))
    if len(accounts) != len(wanted):
        raise NotPermitted(
            _("选中的 %(wanted)d 人里有 %(missing)d 人不归这里发激活条：不在范围里，或担任管理职务、由上级办理。")
            % {"wanted": len(wanted), "missing": len(wanted) - len(accounts)}
        )
    suspended = [account.person.name for account in accounts if account.state == AccountState.SUSPENDED]
    if suspended:
        raise Conflict(_("%(names)s 的账号已停用，请先恢复再发激活条。") % {"names": "、".join(suspended[:5])})
    expires_at = at + timedelta(days=codes.DAYS)
    fresh = {account.pk: codes.make() for account in accounts}
    ActivationCode.objects.filter(account__in=list(fresh), used_at__isnull=True, void_at__isnull=True).update(void_at=at)
    ActivationCode.objects.bulk_create(
        (
            ActivationCode(
                account=account, code_hash=codes.hashed(account.pk, fresh[account.pk]), issued_at=at, issued_by=by.person_id,
                expires_at=expires_at,
            )
            for account in accounts
        ),
        batch_size=1000,
    )  # fmt: skip
    record_all([_entry(AccountEvent.CODE_ISSUED, account) for account in accounts], by=by, at=at)
    accounts.sort(key=lambda account: (account.person.unit_path, account.person.sort_key, account.pk))
    return [_slip(account, fresh[account.pk], expires_at) for account in accounts]


@transaction.atomic
def require_password_change(*, person: Person, by: Actor, at: datetime) -> Account:
    """From the next request on, let the person do nothing but choose a new password (AU-02)."""
    account = _locked(person)
    permissions.check_can_issue_code(by, person, account)
    account.must_change_password = True
    account.save(update_fields=["must_change_password"])
    record_all([_entry(AccountEvent.CHANGE_REQUIRED, account)], by=by, at=at)
    return account


@transaction.atomic
def suspend(*, person: Person, reason: str, by: Actor, at: datetime) -> Account:
    """Close an account: its sessions and codes end at once, nothing is deleted. Raises NotPermitted, Conflict, Invalid."""
    account = _locked(person)
    permissions.check_can_suspend(by, person, account)
    reason = _reason(reason)
    if account.state == AccountState.SUSPENDED:
        raise Conflict(_("%(name)s的账号已经停用。") % {"name": person.name})
    account.state, account.security_stamp = AccountState.SUSPENDED, new_stamp()
    account.save(update_fields=["state", "security_stamp"])
    ActivationCode.objects.filter(account=account, used_at__isnull=True, void_at__isnull=True).update(void_at=at)
    record_all([_entry(AccountEvent.SUSPENDED, account, reason=reason)], by=by, at=at)
    return account


@transaction.atomic
def restore(*, person: Person, reason: str, by: Actor, at: datetime) -> Account:
    """Open a suspended account again, as it was: in use, or waiting for activation. Raises NotPermitted, Conflict, Invalid."""
    account = _locked(person)
    permissions.check_can_suspend(by, person, account)
    reason = _reason(reason)
    if account.state != AccountState.SUSPENDED:
        raise Conflict(_("%(name)s的账号没有停用。") % {"name": person.name})
    account.state = AccountState.ACTIVE if account.activated_at else AccountState.INVITED
    account.save(update_fields=["state"])
    record_all([_entry(AccountEvent.RESTORED, account, reason=reason)], by=by, at=at)
    return account


@transaction.atomic
def set_text_size(*, person: Person, text_size: str, by: Actor, at: datetime) -> Account:
    """Remember normal or large text for one's own account."""
    return _prefer(person, "text_size", text_size, TEXT_SIZES, by=by, at=at)


@transaction.atomic
def set_theme(*, person: Person, theme: str, by: Actor, at: datetime) -> Account:
    """Remember light, dark or automatic colours for one's own account."""
    return _prefer(person, "theme", theme, THEMES, by=by, at=at)


@transaction.atomic
def remember_hat(*, person: Person, hat: str, by: Actor, at: datetime) -> Account:
    """Remember the hat that a person put on last, for the next sign-in. Nothing is recorded when it is the same.

    The hat is known to access alone; whoever reads it checks that it is still held.
    """
    permissions.check_is_self(by, person)
    account = _locked(person)
    if account.last_hat == hat[:20]:
        return account
    account.last_hat = hat[:20]
    account.save(update_fields=["last_hat"])
    record(
        AccountEvent.PREFERRED, object_id=account.pk, object_label=account.username, person_id=person.pk,
        unit_path=person.unit_path, data={"last_hat": account.last_hat}, by=by, at=at,
    )  # fmt: skip
    return account


def _prefer(person: Person, field: str, value: str, choices: Sequence[str], *, by: Actor, at: datetime) -> Account:
    permissions.check_is_self(by, person)
    if value not in choices:
        raise Invalid(_("没有这个选项，请从页面上的按钮里选。"), field=field)
    account = _locked(person)
    setattr(account, field, value)
    account.save(update_fields=[field])
    record(
        AccountEvent.PREFERRED, object_id=account.pk, object_label=account.username, person_id=person.pk,
        unit_path=person.unit_path, data={field: value}, by=by, at=at,
    )  # fmt: skip
    return account


def _slip(account: Account, code: str, expires_at: datetime) -> IssuedCode:
    person = account.person
    return IssuedCode(
        person_id=person.pk,
        name=person.name,
        staff_number=person.staff_number,
        unit_name=person.unit.name if person.unit else "",
        username=account.username,
        code=codes.grouped(code),
        expires_on=clock.day(expires_at).isoformat(),
    )


def _entry(event: AccountEvent, account: Account, **data: object) -> Entry:
    return Entry(
        event=event, object_id=account.pk, object_label=account.username, person_id=account.person_id,
        unit_path=account.person.unit_path, data=data,
    )  # fmt: skip


def _locked(person: Person) -> Account:
    return Account.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(person=person)


def _reason(reason: str) -> str:
    reason = plain(reason)
    if not 4 <= len(reason) <= 200:
        raise Invalid(_("请写明理由，4—200 个字，本人和审计会看到。"), field="reason")
    return reason
