"""Study that happened elsewhere and comes in with its server times: a teaching point's, or that of a generated region.

The bounds of the beat gateway hold here too: each stretch is a lease of server time that overlaps no other of the person, and
nothing is credited beyond it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.html import strip_tags

from yanxiu.catalogue.models import LessonCase, Step, StepKind
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.text import characters
from yanxiu.learning import finishing, rules
from yanxiu.learning.carrying import lock, write
from yanxiu.learning.models import How, Item, Lease
from yanxiu.programmes.models import Enrolment

# Rows are there before they grow, and only grow by union: what was seen before stays seen.
_PREPARE = """
INSERT INTO learning_progress AS p (person_id, enrolment_id, kind, item_id, watched, seconds, position, updated_at)
SELECT %(person)s, %(enrolment)s, s.kind, s.item_id, repeat('0', s.length)::bit varying, 0, 0, s.at
FROM unnest(%(kinds)s::int[], %(items)s::bigint[], %(lengths)s::int[], %(ends)s::timestamptz[]) AS s(kind, item_id, length, at)
ON CONFLICT (person_id, enrolment_id, kind, item_id) DO UPDATE
SET watched = CASE WHEN length(p.watched) = length(excluded.watched) THEN p.watched ELSE excluded.watched END,
    seconds = CASE WHEN length(p.watched) = length(excluded.watched) THEN p.seconds ELSE 0 END,
    position = CASE WHEN length(p.watched) = length(excluded.watched) THEN p.position ELSE 0 END
"""
_UNION = """
UPDATE learning_progress p SET watched = p.watched | m.mask, seconds = bit_count(p.watched | m.mask)::int,
       position = GREATEST(p.position, m.seconds), updated_at = m.at
FROM (
    SELECT s.*, (repeat('1', s.seconds) || repeat('0', s.length - s.seconds))::bit varying AS mask
    FROM unnest(%(kinds)s::int[], %(items)s::bigint[], %(lengths)s::int[], %(seconds)s::int[], %(ends)s::timestamptz[])
      AS s(kind, item_id, length, seconds, at)
) m
WHERE p.person_id = %(person)s AND p.enrolment_id = %(enrolment)s AND p.kind = m.kind AND p.item_id = m.item_id
RETURNING p.kind, p.item_id, p.seconds
"""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """The first `seconds` of a film, a sound or a lesson case (or the reading of a text), studied until `ended_at`."""

    item: Step | LessonCase
    seconds: int
    ended_at: datetime

    @property
    def kind(self) -> Item:
        return Item.CASE if isinstance(self.item, LessonCase) else Item.STEP

    @property
    def is_text(self) -> bool:
        return isinstance(self.item, Step) and self.item.kind == StepKind.TEXT

    @property
    def spent(self) -> int:
        """The seconds of server time that it took."""
        if isinstance(self.item, Step) and self.is_text:
            return rules.reading_seconds(characters(strip_tags(self.item.body)))
        return min(self.seconds, self.item.seconds)


@transaction.atomic
def restore_study(*, enrolment: Enrolment, sitting: Sequence[Stretch], by: Actor, at: datetime) -> bool:
    """Take up what was studied at one sitting, stretch after stretch, the last ending at `at`; what it makes done is done then.

    Returns True if something became done. For the system only. Raises NotPermitted; Conflict when a stretch would overlap another of
    the person; Invalid for a step that cannot be studied so. Cost: 5 queries, 10 when something becomes done, whatever their number.
    """
    if not by.is_system:
        raise NotPermitted("学习记录只由后台同步，不能手工补记。")
    for one in sitting:
        if isinstance(one.item, Step) and one.item.kind not in (StepKind.VIDEO, StepKind.AUDIO, StepKind.TEXT):
            raise Invalid(f"“{one.item.title}”不是视频、音频或阅读，不能这样补记。")
    lock(enrolment)
    _lease(enrolment, sitting)
    seen = _seen(enrolment, [one for one in sitting if not one.is_text])
    through = [one for one in sitting if one.is_text or seen[one.kind, one.item.pk] >= rules.seconds_needed(one.item.seconds)]
    steps = [
        finishing.Done(enrolment_id=enrolment.pk, step_id=one.item.pk, how=How.READ if one.is_text else How.WATCHED)
        for one in through
        if one.kind == Item.STEP
    ]
    cases = [(enrolment.pk, one.item.pk) for one in through if one.kind == Item.CASE]
    done = bool(steps) and write(finishing.steps(steps, at=at), by=by, at=at)
    return (bool(cases) and write(finishing.cases(cases, "watched", at=at), by=by, at=at)) or done


def _lease(enrolment: Enrolment, sitting: Sequence[Stretch]) -> None:
    last = Lease.objects.filter(person_id=enrolment.person_id).aggregate(number=Max("number"), ended=Max("ended_at"))
    ended, first = last["ended"], (last["number"] or 0) + 1
    leases = []
    for number, one in enumerate(sitting, start=first):
        starts = one.ended_at - timedelta(seconds=one.spent)
        if ended is not None and ended > starts:
            raise Conflict("这段学习与已有的学习时间重叠，没有补记。")
        ended = one.ended_at
        lease = Lease(
            person_id=enrolment.person_id, number=number, nonce=secrets.randbits(62), enrolment_id=enrolment.pk, kind=one.kind,
            item_id=one.item.pk, rate=100, credited=one.spent, started_at=starts, ended_at=one.ended_at,
        )  # fmt: skip
        leases.append(lease)
    Lease.objects.bulk_create(leases)


def _seen(enrolment: Enrolment, watched: Sequence[Stretch]) -> dict[tuple[int, int], int]:
    """Let what was watched grow; return the seconds seen by kind and item."""
    if not watched:
        return {}
    facts: dict[str, object] = {
        "person": enrolment.person_id,
        "enrolment": enrolment.pk,
        "kinds": [int(one.kind) for one in watched],
        "items": [one.item.pk for one in watched],
        "lengths": [one.item.seconds for one in watched],
        "seconds": [one.spent for one in watched],
        "ends": [one.ended_at for one in watched],
    }
    sql.rows(_PREPARE + " RETURNING p.item_id", facts)
    return {(row["kind"], row["item_id"]): int(row["seconds"]) for row in sql.rows(_UNION, facts)}
