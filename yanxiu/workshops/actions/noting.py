"""Writing down that a list of people left the platform as a file (security EX)."""

from datetime import datetime

from django.db import transaction

from yanxiu.kit.actor import Actor
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.events import DeskEvent
from yanxiu.workshops.models import Space


@transaction.atomic
def note_list(*, space: Space, what: str, count: int, by: Actor, at: datetime) -> None:
    """Note the export of a list of a workshop's members (`what`: silent, points, deeds …). Raises NotPermitted. Cost: one query."""
    permissions.check_can_list_members(by, space)
    record(
        DeskEvent.LIST_EXPORTED, object_id=space.pk, object_label=space.title, programme_id=space.programme_id, space_id=space.counted_id,
        unit_path=space.org.path, kind=what, measure=count, by=by, at=at,
    )  # fmt: skip
