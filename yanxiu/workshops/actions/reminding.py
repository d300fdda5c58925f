"""Whoever stands at a level is reminded of a question that waits there too long: by the plan's days, once a level (F-37)."""

from datetime import datetime, timedelta

from django.db import transaction

from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.programmes.models import ProgrammeState
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.events import GuidanceEvent
from yanxiu.workshops.models import GuidanceQuestion, GuidanceState
from yanxiu.workshops.queries import guidance as queries

AT_ONCE = 2_000


def remind_slow(*, by: Actor, at: datetime) -> int:
    """Note which questions wait too long at their level, and whom to remind (`data.people`); return how many.

    A question is reminded of once at each level; where nobody stands it stays due. Raises NotPermitted for people. Cost: one query, and
    5 a question.
    """
    permissions.check_is_system(by)
    waiting = GuidanceQuestion.objects.filter(
        state=GuidanceState.OPEN, reminded_at__isnull=True, waiting_since__lte=at - timedelta(days=1),
        programme__state=ProgrammeState.RUNNING,
    )  # fmt: skip
    due = waiting.order_by("waiting_since", "pk").values_list("pk", flat=True)[:AT_ONCE]
    return sum(_remind_of(pk, by=by, at=at) for pk in list(due))


@transaction.atomic
def _remind_of(question_id: int, *, by: Actor, at: datetime) -> bool:
    found = GuidanceQuestion.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment")
    question = found.get(pk=question_id)
    chain = queries.rungs(plan_of(question.enrolment.version_id), question.block)
    rung = next((one for one in chain if one.number == question.rung), None)
    if rung is None or question.state != GuidanceState.OPEN or question.reminded_at is not None:
        return False
    if at - question.waiting_since < timedelta(days=rung.days):
        return False
    (filled,) = queries.chain_of(question.enrolment, [rung], on=clock.day(at))
    people = sorted({one.person_id for one in filled.people})
    if not people:
        return False
    question.reminded_at = at
    question.save(update_fields=["reminded_at"])
    record(
        GuidanceEvent.REMINDED, object_id=question.pk, object_label=question.title, programme_id=question.programme_id,
        unit_path=question.unit_path, kind=question.level, person_id=question.enrolment.person_id, by=by, at=at,
        data={"block": question.block, "rung": question.rung, "days": rung.days, "people": people},
    )  # fmt: skip
    return True
