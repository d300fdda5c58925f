"""Sign-ins on devices: open one, end another, end all others."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound
from yanxiu.people import device, permissions
from yanxiu.people.actions.doors import actor_of, new_stamp
from yanxiu.people.events import SessionEvent
from yanxiu.people.models import Account, OpenSession, Person
from yanxiu.records.actions import record


@transaction.atomic
def open_session(*, account: Account, agent: str, network: str, by: Actor, at: datetime) -> OpenSession:
    """Note on which device (told from the browser's `agent`) a person came in. The view keeps its id in the session."""
    if not by.is_anonymous:
        permissions.check_is_self(by, account.person)
    made = OpenSession.objects.create(
        account=account, device=device.described(agent), network=device.shortened(network), opened_at=at
    )  # fmt: skip
    _record(SessionEvent.OPENED, made, account, by=actor_of(account))
    return made


@transaction.atomic
def end_session(*, person: Person, session_id: int, by: Actor, at: datetime) -> OpenSession:
    """End one's own sign-in on a device, from its next request on. Ending it again changes nothing. Raises NotFound."""
    permissions.check_is_self(by, person)
    found = OpenSession.objects.select_for_update(of=("self",), no_key=True).filter(pk=session_id, account__person=person).first()
    if found is None:
        raise NotFound(_("没有这一处登录，可能已经退出。请看“登录的设备”里的列表。"))
    if found.ended_at is None:
        found.ended_at = at
        found.save(update_fields=["ended_at"])
        _record(SessionEvent.ENDED, found, Account.objects.select_related("person").get(pk=found.account_id), by=by)
    return found


@transaction.atomic
def end_other_sessions(*, person: Person, keep: int, by: Actor, at: datetime) -> tuple[int, str]:
    """End all sign-ins of a person but one, those without a row too; return how many rows ended and the new security stamp."""
    permissions.check_is_self(by, person)
    account = Account.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(person=person)
    account.security_stamp = new_stamp()
    account.save(update_fields=["security_stamp"])
    ended = OpenSession.objects.filter(account=account, ended_at__isnull=True).exclude(pk=keep).update(ended_at=at)
    record(
        SessionEvent.OTHERS_ENDED, object_id=account.pk, object_label=account.username, person_id=person.pk, unit_path=person.unit_path,
        measure=ended, by=by, at=at,
    )  # fmt: skip
    return ended, account.security_stamp


def _record(event: SessionEvent, one: OpenSession, account: Account, *, by: Actor) -> None:
    at = one.ended_at or one.opened_at
    record(
        event, object_id=one.pk, object_label=one.device, person_id=account.person_id, unit_path=account.person.unit_path, by=by, at=at
    )  # fmt: skip
