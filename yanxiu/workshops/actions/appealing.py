"""Appeals against measures: by the person, ruled on by the next office up and another person; lifted, everything is as it was."""

from datetime import datetime

from django.db import transaction

from yanxiu.integrity import actions as integrity
from yanxiu.integrity.models import Measure, MeasureAppeal, Ruling
from yanxiu.kit.actor import Actor
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import moderating


@transaction.atomic
def appeal_measure(*, measure: Measure, reason: str, by: Actor, at: datetime) -> MeasureAppeal:
    """Appeal against a measure, oneself, in time, once. Raises NotFound, NotPermitted, Invalid, Conflict."""
    permissions.check_can_appeal_measure(by, measure)
    return integrity.appeal_measure(measure=measure, reason=reason, by=by, at=at)


@transaction.atomic
def rule_on_appeal(*, appeal: MeasureAppeal, ruling: Ruling, opinion: str, by: Actor, at: datetime) -> MeasureAppeal:
    """Rule on an appeal for the next office up. Lifted: the post is public and counts as of then, the seat is given back, the mute ends.

    Raises NotFound, NotPermitted, Invalid, Conflict (ruled on already; the measure was undone, then keep is the only ruling).
    """
    permissions.check_can_rule(by, appeal)
    done = integrity.rule_on_appeal(appeal=appeal, ruling=ruling, opinion=opinion, by=by, at=at)
    if ruling == Ruling.LIFTED and done.measure.undone_at is None:
        measure = integrity.undo_measure(measure=done.measure, reason=done.opinion[:300], by=by, at=at)
        moderating.put_back(measure, by=by, at=at)
    return done
