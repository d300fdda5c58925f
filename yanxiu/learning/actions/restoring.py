"""Study that happened elsewhere and comes in with its server times: a teaching point's, or that of a generated region.

The bounds of the beat gateway hold here too: each stretch is a lease of server time that overlaps no other of the person, and
nothing is credited beyond it.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.html import strip_tags

from yanxiu.catalogue.models import LessonCase, Step, StepKind
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.text import characters
from yanxiu.learning import finishing, rules, statements
from yanxiu.learning.carrying import lock, write
from yanxiu.learning.models import How, Item, Lease
from yanxiu.programmes.models import Enrolment

# Only growth by union: what was seen before stays seen.
_UNION = """
UPDATE learning_progress p SET watched = p.watched | m.mask, seconds = bit_count(p.watched | m.mask)::int,
       position = GREATEST(p.position, %(seconds)s), updated_at = %(at)s
FROM (SELECT (repeat('1', %(seconds)s) || repeat('0', %(length)s - %(seconds)s))::bit varying AS mask) m
WHERE p.person_id = %(person_id)s AND p.enrolment_id = %(enrolment_id)s AND p.kind = %(kind)s AND p.item_id = %(item_id)s
RETURNING p.seconds
"""


@transaction.atomic
def restore_study(*, enrolment: Enrolment, item: Step | LessonCase, seconds: int, by: Actor, at: datetime) -> bool:
    """Take up that the first `seconds` of a film (or the reading of a text) were studied in the stretch ending at `at`.

    Returns True if something became done by it. For the system only. Raises NotPermitted; Conflict when the stretch would overlap
    another of the person; Invalid for a step that is neither film nor text. Cost: 8 queries, 12 when something becomes done.
    """
    if not by.is_system:
        raise NotPermitted("学习记录只由后台同步，不能手工补记。")
    kind = Item.CASE if isinstance(item, LessonCase) else Item.STEP
    if isinstance(item, Step) and item.kind not in (StepKind.VIDEO, StepKind.AUDIO, StepKind.TEXT):
        raise Invalid(f"“{item.title}”不是视频、音频或阅读，不能这样补记。")
    is_text = isinstance(item, Step) and item.kind == StepKind.TEXT
    spent = rules.reading_seconds(characters(strip_tags(item.body))) if is_text and isinstance(item, Step) else min(seconds, item.seconds)
    lock(enrolment)
    _lease(enrolment, kind, item.pk, spent, at=at)
    if is_text:
        return write(finishing.steps([finishing.Done(enrolment_id=enrolment.pk, step_id=item.pk, how=How.READ)], at=at), by=by, at=at)
    if _seen(enrolment, kind, item, spent, at=at) < rules.seconds_needed(item.seconds):
        return False
    if kind == Item.CASE:
        return write(finishing.cases([(enrolment.pk, item.pk)], "watched", at=at), by=by, at=at)
    return write(finishing.steps([finishing.Done(enrolment_id=enrolment.pk, step_id=item.pk, how=How.WATCHED)], at=at), by=by, at=at)


def _lease(enrolment: Enrolment, kind: Item, item_id: int, seconds: int, *, at: datetime) -> None:
    starts = at - timedelta(seconds=seconds)
    last = Lease.objects.filter(person_id=enrolment.person_id).aggregate(number=Max("number"), ended=Max("ended_at"))
    if last["ended"] is not None and last["ended"] > starts:
        raise Conflict("这段学习与已有的学习时间重叠，没有补记。")
    Lease.objects.create(
        person_id=enrolment.person_id, number=(last["number"] or 0) + 1, nonce=secrets.randbits(62), enrolment_id=enrolment.pk, kind=kind,
        item_id=item_id, rate=100, credited=seconds, started_at=starts, ended_at=at,
    )  # fmt: skip


def _seen(enrolment: Enrolment, kind: Item, item: Step | LessonCase, seconds: int, *, at: datetime) -> int:
    place: dict[str, object] = {
        "person_id": enrolment.person_id,
        "enrolment_id": enrolment.pk,
        "kind": kind,
        "item_id": item.pk,
        "length": item.seconds,
        "at": at,
    }
    sql.rows(statements.PREPARE_PROGRESS, place)
    return int(sql.rows(_UNION, {**place, "seconds": seconds})[0]["seconds"])
