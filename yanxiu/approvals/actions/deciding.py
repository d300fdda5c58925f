"""Decide a step, many steps of a kind, and take a decision back until the next one has acted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.approvals import permissions
from yanxiu.approvals.actions.asking import NotOpen
from yanxiu.approvals.actions.locking import locked
from yanxiu.approvals.events import ApprovalEvent
from yanxiu.approvals.matters import matter_of
from yanxiu.approvals.models import Chain, ChainState, ChainStep, StepState
from yanxiu.approvals.queries import why_not_undone
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, DomainError, Invalid, NotPermitted
from yanxiu.kit.sql import save_or_raise
from yanxiu.kit.text import plain
from yanxiu.records.actions import record

LONGEST_OPINION = 500
MOST_AT_ONCE = 100
VERDICTS = {
    StepState.APPROVED: (ChainState.APPROVED, ApprovalEvent.APPROVED),
    StepState.RETURNED: (ChainState.RETURNED, ApprovalEvent.RETURNED),
    StepState.REFUSED: (ChainState.REFUSED, ApprovalEvent.REFUSED),
}
_EYES = {
    "approvals_step_four_eyes": NotPermitted("自己送审的由别人审。"),
    "approvals_step_other_eyes": NotPermitted("您已经审过这件的另一步，每一步要由不同的人审。"),
}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What became of many: how many were decided, and which were not, each with its reason."""

    decided: int
    left: Sequence[tuple[str, str]]


@transaction.atomic
def decide(*, chain: Chain, verdict: StepState, opinion: str = "", seen: int | None = None, by: Actor, at: datetime) -> ChainStep:
    """Decide the step that waits: approve (the next has it, or the chain ends), return, or refuse (it ends).

    `seen` is the step that was looked at: where somebody has decided that one meanwhile, nothing is decided about the next in its place.
    Returning and refusing need words. Raises NotPermitted, NotOpen; Invalid. Cost: 8 queries, and what follows by the kind.
    """
    said = _checked(verdict, opinion)
    chain = locked(chain.pk)
    steps = list(ChainStep.objects.filter(chain=chain).select_related("chain").order_by("position"))
    step = next((one for one in steps if one.state == StepState.WAITING), None)
    if step is None or chain.state != ChainState.OPEN:
        permissions.check_can_see_chain(by, chain)
        raise NotOpen(_("“%(title)s”现在没有待审的一步：可能已有人审过，或已撤回。") % {"title": chain.title})
    if seen is not None and seen != step.pk:
        permissions.check_can_see_chain(by, chain)
        raise NotOpen(_overtaken(chain, step, next((one for one in steps if one.pk == seen), None)))
    permissions.check_can_decide(by, step, steps=steps)
    step.state, step.opinion, step.decided_at = verdict, said, at
    step.decided_by, step.decided_label = by.person_id, by.label[:120]
    save_or_raise(step, _EYES, update_fields=["state", "opinion", "decided_by", "decided_label", "decided_at"])
    ends_as, event = VERDICTS[verdict]
    _record(event, chain, step, by=by, at=at)
    step.chain = chain
    matter = matter_of(chain.kind)
    matter.decided(step, by=by, at=at)
    if verdict != StepState.APPROVED or not _pass_on(step, at=at):
        chain.state, chain.ended_at = ends_as, at
        chain.save(update_fields=["state", "ended_at"])
        matter.ended(chain, by=by, at=at)
    return step


def decide_many(*, chains: Sequence[Chain], verdict: StepState, opinion: str = "", by: Actor, at: datetime) -> Batch:
    """Decide the waiting steps of many chains of one kind; those that cannot be are told with their reason, the others are done.

    Raises Invalid for none, too many, or more than one kind. Cost: that of `decide`, for each.
    """
    _checked(verdict, opinion)
    if not chains:
        raise Invalid(_("还没有选。请先在左边勾上要一起审的。"))
    if len(chains) > MOST_AT_ONCE:
        raise Invalid(_("一次最多审 %(most)s 件，您选了 %(count)s 件。请分几次。") % {"most": MOST_AT_ONCE, "count": len(chains)})
    if len({chain.kind for chain in chains}) > 1:
        raise Invalid(_("一起审的要是同一类。请先在“类型”里选一类，再勾。"))
    left: list[tuple[str, str]] = []
    for chain in chains:
        try:
            decide(chain=chain, verdict=verdict, opinion=opinion, by=by, at=at)
        except DomainError as error:
            left.append((chain.title, error.message))
    return Batch(decided=len(chains) - len(left), left=left)


@transaction.atomic
def undo(*, chain: Chain, by: Actor, at: datetime) -> ChainStep:
    """Take one's own decision back: while the next step has not acted, or, at the end of a chain, within a day, if its kind lets one.

    Raises NotPermitted, Conflict. Cost: 7 queries, and what follows by the kind.
    """
    permissions.check_can_see_chain(by, chain)
    chain = locked(chain.pk)
    found = ChainStep.objects.filter(chain=chain, decided_by=by.person_id or 0).first()
    permissions.check_can_undo(by, found)
    step = cast("ChainStep", found)
    matter = matter_of(chain.kind)
    reason = why_not_undone(chain, step, at=at)
    if reason:
        raise Conflict(reason)
    is_ended = chain.state != ChainState.OPEN
    ChainStep.objects.filter(chain=chain, position__gt=step.position).update(state=StepState.COMING, came_at=None)
    step.state, step.opinion, step.decided_by, step.decided_label, step.decided_at = StepState.WAITING, "", None, "", None
    step.save(update_fields=["state", "opinion", "decided_by", "decided_label", "decided_at"])
    if is_ended:
        chain.state, chain.ended_at = ChainState.OPEN, None
        save_or_raise(chain, {"approvals_chain_one_open": _asked_again(chain)}, update_fields=["state", "ended_at"])
    _record(ApprovalEvent.UNDONE, chain, step, by=by, at=at)
    if is_ended and matter.reopened is not None:
        matter.reopened(chain, by=by, at=at)
    return step


def _overtaken(chain: Chain, now: ChainStep, before: ChainStep | None) -> str:
    words = {"title": chain.title, "unit": now.unit_label, "level": now.level, "who": before.decided_label if before is not None else ""}
    if words["who"]:
        return _("“%(title)s”刚由%(who)s审过这一步，现在等%(unit)s（%(level)s）审。请看过再定。") % words
    return _("“%(title)s”现在等%(unit)s（%(level)s）审。请看过再定。") % words


def _asked_again(chain: Chain) -> Conflict:
    return Conflict(_("“%(title)s”已经重新送审，这一次的意见不能再撤回。") % {"title": chain.title})


def _checked(verdict: StepState, opinion: str) -> str:
    if verdict not in VERDICTS:
        raise Invalid(_("请选同意、退回补正或不同意。"))
    said = plain(opinion)
    if verdict != StepState.APPROVED and not said:
        raise Invalid(_("请写明原因，送审的人要照着改。"), field="opinion")
    if len(said) > LONGEST_OPINION:
        words = {"count": len(said), "most": LONGEST_OPINION}
        raise Invalid(_("意见有 %(count)s 字，最多 %(most)s 字。") % words, field="opinion")
    return said


def _pass_on(step: ChainStep, *, at: datetime) -> bool:
    """Let the next step have it; tell whether there is one."""
    following = ChainStep.objects.filter(chain=step.chain_id, position__gt=step.position, state=StepState.COMING).order_by("position")
    found = following.first()
    if found is None:
        return False
    found.state, found.came_at, found.reminded_at = StepState.WAITING, at, None
    found.save(update_fields=["state", "came_at", "reminded_at"])
    return True


def _record(event: ApprovalEvent, chain: Chain, step: ChainStep, *, by: Actor, at: datetime) -> None:
    record(
        event, object_id=chain.pk, object_label=chain.title, programme_id=chain.programme_id, unit_path=step.unit_path, kind=chain.kind,
        person_id=chain.asked_by, by=by, at=at,
        data={"step": step.pk, "level": step.level, "opinion": step.opinion, "object_type": chain.object_type, "object": chain.object_id},
    )  # fmt: skip
