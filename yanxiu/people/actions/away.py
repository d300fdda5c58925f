"""Accounts on a machine of a teaching point: they come without password and open by a code that the centre printed."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotPermitted
from yanxiu.people import codes
from yanxiu.people.models import Account, AccountState, ActivationCode


@transaction.atomic
def expect(*, doors: Mapping[int, str], until: datetime, by: Actor, at: datetime) -> int:
    """Let the accounts (by id) activate with these codes until then; return how many. Who is in already keeps the own password.

    For the system only. Raises NotPermitted. Cost: 3 queries.
    """
    if not by.is_system:
        raise NotPermitted(_("教学点的激活码由课程包带来，不能手工设置。"))
    waiting = list(Account.objects.filter(pk__in=list(doors), state=AccountState.INVITED).order_by("pk").values_list("pk", flat=True))
    ActivationCode.objects.filter(account__in=waiting, used_at__isnull=True, void_at__isnull=True).update(void_at=at)
    ActivationCode.objects.bulk_create(
        (
            ActivationCode(account_id=pk, code_hash=codes.hashed(pk, codes.canonical(doors[pk])), issued_at=at, expires_at=until)
            for pk in waiting
        ),
        batch_size=1000,
    )
    return len(waiting)
