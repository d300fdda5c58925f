"""Links of people whose account was closed: refused at once, not when they run out."""

from datetime import datetime

from yanxiu.files import permissions, queries, refused
from yanxiu.kit.actor import Actor
from yanxiu.people.models import Account, AccountState


def judge_links(*, person_id: int, by: Actor, at: datetime) -> bool:  # noqa: ARG001 - an action
    """Refuse the links of a person whose account is closed, let those of another work; return whether they are refused. Cost: 1 query.

    For the system. What led to it is on record with the account.
    """
    permissions.check_can_judge_links(by)
    is_closed = Account.objects.filter(person=person_id, state=AccountState.SUSPENDED).exists()
    if is_closed:
        refused.add(queries.folder(), person_id)
    else:
        refused.remove(queries.folder(), person_id)
    return is_closed
