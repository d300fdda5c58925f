"""Reminding silent members (S-36): the same person at most once in three days, whoever presses the button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.events import DeskEvent
from yanxiu.workshops.models import Space

PAUSE = timedelta(days=3)

# One row for each member, taken only when the last reminder is old enough: two hosts at once remind her once.
_NUDGE = """
INSERT INTO workshops_nudge (workshop_id, person_id, nudged_at, times)
SELECT %(workshop)s, m.person_id, %(at)s, 1 FROM workshops_membership m
WHERE m.workshop_id = %(workshop)s AND m.state = 'member' AND m.person_id = ANY(%(people)s) ORDER BY m.person_id
ON CONFLICT (workshop_id, person_id) DO UPDATE SET nudged_at = excluded.nudged_at, times = workshops_nudge.times + 1
WHERE workshops_nudge.nudged_at <= %(before)s
RETURNING person_id
"""


@dataclass(frozen=True, kw_only=True)
class Nudged:
    """What became of a reminder: whom it reaches, and how many were reminded lately or are members no more."""

    people: tuple[int, ...]
    skipped: int


@transaction.atomic
def nudge(*, workshop: Space, people: Sequence[int], by: Actor, at: datetime) -> Nudged:
    """Remind members (person ids) that the workshop waits for them. Raises NotPermitted; Invalid for nobody; Conflict when all were lately.

    Cost: 2 queries, whatever the number.
    """
    permissions.check_can_nudge(by, workshop)
    wanted = sorted(set(people))
    if not wanted:
        raise Invalid(_("没有发出：还没有选人。"), field="people")
    facts = {"workshop": workshop.counted_id, "people": wanted, "at": at, "before": at - PAUSE}
    reached = tuple(sorted(row["person_id"] for row in sql.rows(_NUDGE, facts)))
    if not reached:
        raise Conflict(_("没有发出：选中的人三天内都提醒过，过三天可以再提醒。"))
    record(
        DeskEvent.NUDGED, object_id=workshop.counted_id, object_label=workshop.title, programme_id=workshop.programme_id,
        space_id=workshop.counted_id, unit_path=workshop.org.path, measure=len(reached), data={"people": list(reached)}, by=by, at=at,
    )  # fmt: skip
    return Nudged(people=reached, skipped=len(wanted) - len(reached))
