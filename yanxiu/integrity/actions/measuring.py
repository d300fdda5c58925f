"""Measures: taken with a rule and a reason, undone, appealed against, ruled on by the next office up and another person.

What a measure does to the thing itself is done by the domain of the thing, in the same transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import permissions, rules
from yanxiu.integrity.actions import writing
from yanxiu.integrity.actions.reporting import Thing
from yanxiu.integrity.events import MeasureEvent
from yanxiu.integrity.models import Measure, MeasureAppeal, MeasureKind, ReportReason, Ruling
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record


@transaction.atomic
def take_measure(
    *, kind: MeasureKind, thing: Thing, rule: ReportReason, reason: str, appeal_seat: Org, by: Actor, at: datetime,
    until: datetime | None = None, before: Mapping[str, object] | None = None,
) -> Measure:  # fmt: skip
    """Keep a measure about a thing (its author), or about a person in a space (`object_type` ""); the caller has asked who keeps order.

    Raises Invalid (reason, span), Conflict when one of the kind holds already, NotPermitted against oneself. Cost: 4 queries.
    """
    permissions.check_can_act_against(by, thing.person_id)
    reason = writing.words(reason, field="reason", name=_("原因"), most=rules.LONGEST_REASON, least=2)
    if until is not None and not at < until <= at + timedelta(days=rules.MOST_MUTE_DAYS):
        raise Invalid(_("禁言 1 到 %(most)d 天。") % {"most": rules.MOST_MUTE_DAYS}, field="days")
    made = Measure(
        kind=kind, object_type=thing.object_type, object_id=thing.object_id or None, title=thing.title[:200],
        person_id=thing.person_id or 0, space_id=thing.space_id, place=thing.place[:120], unit_path=thing.unit_path,
        programme_id=thing.programme_id, rule=rule,
        reason=reason, until=until, before=dict(before or {}), taken_by=writing.person_of(by), taken_label=by.label[:120], taken_at=at,
        appeal_due_at=writing.appeal_due(at), appeal_seat=appeal_seat,
    )  # fmt: skip
    sql.save_or_raise(
        made,
        {
            "integrity_measure_one_on_object": Conflict(_("这条内容已有一项没有撤销的处理，请先撤销那一项。")),
            "integrity_measure_one_ban": Conflict(_("这位教师已被移出，不用再移。")),
        },
    )
    _note(MeasureEvent.TAKEN, made, by=by, at=at, reason=reason)
    return made


@transaction.atomic
def undo_measure(*, measure: Measure, reason: str, by: Actor, at: datetime) -> Measure:
    """Mark a measure as undone; the caller restores what it did. Raises Invalid, Conflict when it was undone, NotPermitted for oneself."""
    permissions.check_can_act_against(by, measure.person_id)
    reason = writing.words(reason, field="reason", name=_("撤销的原因"), most=rules.LONGEST_REASON, least=2)
    measure = Measure.objects.select_for_update(of=("self",), no_key=True).select_related("appeal_seat").get(pk=measure.pk)
    if measure.undone_at is not None:
        raise Conflict(_("这项处理已由%(who)s撤销。") % {"who": measure.undone_label})
    measure.undone_by, measure.undone_label, measure.undone_at, measure.undone_reason = by.person_id, by.label[:120], at, reason
    measure.save(update_fields=["undone_by", "undone_label", "undone_at", "undone_reason"])
    _note(MeasureEvent.UNDONE, measure, by=by, at=at, reason=reason)
    return measure


@transaction.atomic
def appeal_measure(*, measure: Measure, reason: str, by: Actor, at: datetime) -> MeasureAppeal:
    """Appeal, oneself, before the end of the last day. Raises NotPermitted, Invalid, Conflict (too late, undone, appealed before)."""
    permissions.check_can_appeal_measure(by, measure)
    measure = Measure.objects.select_for_update(of=("self",), no_key=True).get(pk=measure.pk)
    if measure.undone_at is not None:
        raise Conflict(_("这项处理已经撤销，不用申诉。"))
    reason = writing.appeal_reason(reason, due_at=measure.appeal_due_at, at=at)
    made = MeasureAppeal(measure=measure, reason=reason, appealed_at=at, against=measure.taken_by)
    if MeasureAppeal.objects.filter(measure=measure).exists():
        raise Conflict(_("这项处理已经申诉过，一项处理可以申诉一次。"))
    made.save(force_insert=True)
    _note(MeasureEvent.APPEALED, measure, by=by, at=at)
    return made


@transaction.atomic
def rule_on_appeal(*, appeal: MeasureAppeal, ruling: Ruling, opinion: str, by: Actor, at: datetime) -> MeasureAppeal:
    """Rule on an appeal for the next office up. Lifted, the measure is undone; the caller restores what it did.

    Raises NotPermitted (another office, who took the measure, who is concerned), Invalid, Conflict when it was ruled on.
    """
    appeal = MeasureAppeal.objects.select_for_update(of=("self",), no_key=True).select_related("measure__appeal_seat").get(pk=appeal.pk)
    permissions.check_can_rule_on(by, appeal)
    measure = appeal.measure
    if appeal.ruled_at is not None:
        raise Conflict(_("这件申诉已由%(who)s决定。") % {"who": appeal.ruled_label})
    appeal.ruling, appeal.opinion = ruling, writing.appeal_opinion(opinion)
    appeal.seat, appeal.ruled_by, appeal.ruled_label, appeal.ruled_at = measure.appeal_seat, by.person_id, by.label[:120], at
    appeal.save(update_fields=["ruling", "opinion", "seat", "ruled_by", "ruled_label", "ruled_at"])
    _note(MeasureEvent.RULED, measure, by=by, at=at, ruling=str(ruling))
    return appeal


def _note(event: MeasureEvent, measure: Measure, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=measure.pk, object_label=measure.title or measure.place, person_id=measure.person_id, kind=measure.kind,
        programme_id=measure.programme_id, space_id=measure.space_id, unit_path=measure.unit_path, by=by, at=at,
        data={"object": f"{measure.object_type}:{measure.object_id or 0}", "rule": measure.rule, **data},
    )  # fmt: skip
