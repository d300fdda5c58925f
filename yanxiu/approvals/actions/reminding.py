"""Whoever has to decide is reminded once: a day before a step is due, or when one without a date waits for three days."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from yanxiu.approvals import permissions, queries
from yanxiu.approvals.events import ApprovalEvent
from yanxiu.approvals.models import ChainState, ChainStep, StepState
from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.records.actions import Entry, record_all

AT_ONCE = 2_000
BEFORE = timedelta(days=1)
PATIENCE = timedelta(days=3)


@transaction.atomic
def remind_due(*, by: Actor, at: datetime) -> int:
    """Note which steps are due and whom to remind (`data.people`), each once; return how many. Where nobody holds the office it stays due.

    Raises NotPermitted for people. Cost: 5 queries, whatever the number.
    """
    permissions.check_is_system(by)
    is_due = Q(due_at__lte=at + BEFORE) | Q(due_at__isnull=True, came_at__lte=at - PATIENCE)
    waiting = ChainStep.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).select_related("chain")
    due = list(
        waiting.filter(is_due, state=StepState.WAITING, reminded_at__isnull=True, chain__state=ChainState.OPEN).order_by("pk")[:AT_ONCE]
    )
    people = queries.deciders(due, on=clock.day(at))
    reminded = [step for step in due if people.get(step.pk)]
    ChainStep.objects.filter(pk__in=[step.pk for step in reminded]).update(reminded_at=at)
    record_all([_entry(step, people[step.pk]) for step in reminded], by=by, at=at)
    return len(reminded)


def _entry(step: ChainStep, people: Sequence[int]) -> Entry:
    chain = step.chain
    return Entry(
        event=ApprovalEvent.REMINDED, object_id=chain.pk, object_label=chain.title, programme_id=chain.programme_id,
        unit_path=step.unit_path, kind=chain.kind, person_id=chain.asked_by, data={"step": step.pk, "people": list(people)},
    )  # fmt: skip
