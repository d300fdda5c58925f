"""Writing down that a list of people left the platform as a file (security EX)."""

from datetime import datetime

from django.db import transaction

from yanxiu.kit.actor import Actor
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
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


@transaction.atomic
def note_spaces(*, unit: Org, what: str, count: int, by: Actor, at: datetime) -> None:
    """Note the export of a list of spaces, or of their figures (`what`), at a unit and below. Raises NotFound. Cost: one query."""
    permissions.check_can_see_figures(by, unit)
    record(
        DeskEvent.SPACES_EXPORTED, object_id=unit.pk, object_label=unit.name, unit_path=unit.path, kind=what, measure=count, by=by, at=at
    )


@transaction.atomic
def note_deeds(*, person: Person, by: Actor, at: datetime) -> None:
    """Note the export of what somebody did. Raises NotFound. Cost: 2 queries."""
    permissions.check_can_see_deeds(by, person)
    record(
        DeskEvent.DEEDS_EXPORTED,
        object_id=person.pk,
        object_label=person.name,
        person_id=person.pk,
        unit_path=person.unit_path,
        by=by,
        at=at,
    )
