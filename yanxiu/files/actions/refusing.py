"""Links that end before they run out: of people whose account was closed, to files that went out of sight."""

from collections.abc import Sequence
from datetime import datetime

from yanxiu.files import generations, permissions, queries, refused
from yanxiu.files.models import Rendition, StoredFile
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


def end_links(*, files: Sequence[StoredFile], number: int, by: Actor, at: datetime) -> int:  # noqa: ARG001 - an action
    """End the links to files, and to what was made from them, that carry less than `number`; return how many names. Twice is once.

    `number` is the record of what put them out of sight. Pages that still show them make links that carry it. For the system; what led to
    it is on record there. Cost: one query.
    """
    permissions.check_can_judge_links(by)
    made = Rendition.objects.filter(file__in=[one.pk for one in files]).exclude(storage_name="").order_by("pk")
    names = [*(one.storage_name for one in files), *made.values_list("storage_name", flat=True)]
    for name in names:
        generations.raise_to(queries.folder(), name, number)
    return len(names)
