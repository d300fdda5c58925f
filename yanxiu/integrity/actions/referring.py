"""Those who keep order hand over what may be an incident (C-111): the words as they stand now, kept as evidence with a signal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import permissions, rules
from yanxiu.integrity.actions import writing
from yanxiu.integrity.events import SignalEvent
from yanxiu.integrity.models import Evidence, ReportReason, Signal, SignalKind, Strength
from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.people.models import Person
from yanxiu.records.actions import record


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """What is handed over: a thing of the person, its words, and sentences about it."""

    object_type: str
    object_id: int
    title: str
    place: str
    words: str
    written_at: datetime
    facts: tuple[str, ...] = ()
    record_id: int | None = None


@transaction.atomic
def refer(
    *, person: Person, exhibits: Sequence[Exhibit], rule: ReportReason, reason: str, by: Actor, at: datetime,
    programme_id: int | None = None, programme_title: str = "",
) -> Signal:  # fmt: skip
    """Hand what a person wrote to the office above her unit; the caller has asked who keeps order where it stands.

    It becomes a signal like any other: nothing follows but that somebody of the office looks. Raises NotPermitted (own words, nobody),
    Invalid, Conflict when there is nothing to hand over or all of it was handed over before. Cost: 5 queries.
    """
    permissions.check_can_act_against(by, person.pk)
    who = writing.person_of(by)
    reason = writing.words(reason, field="reason", name=_("移送的原因"), most=rules.LONGEST_REASON)
    known = set(
        Evidence.objects.filter(
            object_type__in={one.object_type for one in exhibits}, object_id__in=[one.object_id for one in exhibits]
        ).values_list("object_type", "object_id")
    )
    fresh = [one for one in exhibits if (one.object_type, one.object_id) not in known]
    if not fresh:
        raise Conflict(_("这些内容已经移送过，由上级核查。"))
    label = ReportReason(rule).label
    lines = [_("%(label)s：%(who)s移送了 %(n)d 条内容。%(reason)s") % {"label": label, "who": by.label, "n": len(fresh), "reason": reason}]
    lines += [line for one in fresh for line in one.facts][:10]
    made = Signal.objects.create(
        person=person, unit_path=person.unit_path, programme_id=programme_id, programme_title=programme_title[:120],
        kind=SignalKind.CONDUCT, strength=Strength.STRONG, on_day=clock.day(at), raised_at=at,
        facts={"lines": lines, "figures": {"exhibits": len(fresh)}, "strips": []},
        key=f"conduct:{person.pk}:{fresh[0].object_type}:{fresh[0].object_id}"[:80],
    )  # fmt: skip
    Evidence.objects.bulk_create(
        [
            Evidence(
                signal=made, object_type=one.object_type, object_id=one.object_id, title=one.title[:200], place=one.place[:120],
                words=one.words, facts=list(one.facts), record_id=one.record_id, written_at=one.written_at, secured_by=who,
                secured_label=by.label[:120], secured_at=at,
            )
            for one in fresh
        ]
    )  # fmt: skip
    record(
        SignalEvent.REFERRED, object_id=person.pk, person_id=person.pk, programme_id=programme_id, unit_path=person.unit_path,
        kind=str(rule), measure=len(fresh), data={"signals": [made.pk], "reason": reason}, by=by, at=at,
    )  # fmt: skip
    return made
