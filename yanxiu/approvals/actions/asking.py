"""Hand something in for decision; take it back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.approvals import permissions
from yanxiu.approvals.actions.locking import locked
from yanxiu.approvals.events import ApprovalEvent
from yanxiu.approvals.matters import matter_of
from yanxiu.approvals.models import Chain, ChainState, ChainStep, StepState
from yanxiu.approvals.queries import Station
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.records.actions import record


class AlreadyAsked(Conflict):
    """An open chain of the same kind is about the same object."""

    code = "approval_already_asked"


class NotOpen(Conflict):
    """The chain has ended, or its turn is another's."""

    code = "approval_not_open"


@transaction.atomic
def start(
    *, kind: str, object_type: str, object_id: int, title: str, detail: str = "", unit_path: str, stations: Sequence[Station],
    programme_id: int | None = None, by: Actor, at: datetime,
) -> Chain:  # fmt: skip
    """Hand an object in for decision: the first station has it at once. Raises NotPermitted, AlreadyAsked; Invalid. Cost: 5 queries.

    The caller has checked that the actor may hand in this object.
    """
    permissions.check_can_ask(by)
    if not stations:
        raise Invalid(_("没有上级可以送审：本单位上面没有管这件事的单位。请联系上级管理员。"))
    chain = Chain(
        kind=kind, object_type=object_type, object_id=object_id, title=title[:200], detail=detail[:200], programme_id=programme_id,
        unit_path=unit_path, asked_by=by.person_id, asked_label=by.label[:120], asked_at=at,
    )  # fmt: skip
    save_or_raise(chain, {"approvals_chain_one_open": AlreadyAsked(_("“%(title)s”已经送审，正在等意见。") % {"title": title})})
    ChainStep.objects.bulk_create(
        ChainStep(
            chain=chain, position=number, unit_path=one.unit_path, unit_label=one.unit_label[:100], level=one.level[:20],
            permission=one.permission, space_id=one.space_id, due_at=one.due_at, asked_by=by.person_id,
            state=StepState.WAITING if number == 1 else StepState.COMING, came_at=at if number == 1 else None,
        )
        for number, one in enumerate(stations, start=1)
    )  # fmt: skip
    _record(ApprovalEvent.ASKED, chain, by=by, at=at)
    return chain


@transaction.atomic
def withdraw(*, chain: Chain, by: Actor, at: datetime) -> Chain:
    """Take back what was handed in, while nobody has ended it. Raises NotPermitted, NotOpen. Cost: 5 queries and what follows."""
    permissions.check_can_withdraw(by, chain)
    chain = locked(chain.pk)
    if chain.state != ChainState.OPEN:
        raise NotOpen(_("“%(title)s”已经审完，不能再撤回送审。") % {"title": chain.title})
    ChainStep.objects.filter(chain=chain, state__in=[StepState.WAITING, StepState.COMING]).update(state=StepState.SKIPPED)
    chain.state, chain.ended_at = ChainState.WITHDRAWN, at
    chain.save(update_fields=["state", "ended_at"])
    _record(ApprovalEvent.WITHDRAWN, chain, by=by, at=at)
    matter_of(chain.kind).ended(chain, by=by, at=at)
    return chain


def _record(event: ApprovalEvent, chain: Chain, *, by: Actor, at: datetime) -> None:
    record(
        event, object_id=chain.pk, object_label=chain.title, programme_id=chain.programme_id, unit_path=chain.unit_path, kind=chain.kind,
        person_id=chain.asked_by, by=by, at=at, data={"object_type": chain.object_type, "object": chain.object_id},
    )  # fmt: skip
