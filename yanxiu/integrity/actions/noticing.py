"""Signals come in, and are set aside. Neither touches anything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import permissions, rules
from yanxiu.integrity.actions import writing
from yanxiu.integrity.events import SignalEvent
from yanxiu.integrity.models import Handling, Signal, SignalKind, Strength
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.people.models import Person
from yanxiu.records.actions import record


@dataclass(frozen=True, kw_only=True)
class Noticed:
    """A circumstance about a person on a day, with the sentences, figures and stretches that show it (`Signal.facts`).

    `about` tells several of a kind and day apart ("" = there is one).
    """

    person_id: int
    kind: SignalKind
    strength: Strength
    on_day: date
    lines: tuple[str, ...]
    figures: Mapping[str, float]
    strips: tuple[Mapping[str, object], ...] = ()
    programme_id: int | None = None
    programme_title: str = ""
    about: str = ""

    @property
    def key(self) -> str:
        return ":".join(filter(None, (self.kind, str(self.person_id), self.on_day.isoformat(), self.about)))


@transaction.atomic
def raise_signals(*, noticed: Sequence[Noticed], by: Actor, at: datetime) -> int:
    """Keep what was noticed, one signal per person, kind and day; return how many are new. For the system. Cost: 5 queries."""
    permissions.check_is_system(by)
    keys = {one.key: one for one in noticed}
    known = set(Signal.objects.filter(key__in=keys).values_list("key", flat=True))
    people = Person.objects.in_bulk([one.person_id for one in keys.values()])
    fresh = [one for key, one in keys.items() if key not in known and one.person_id in people]
    Signal.objects.bulk_create(
        [
            Signal(
                person_id=one.person_id, unit_path=people[one.person_id].unit_path, programme_id=one.programme_id, key=one.key,
                programme_title=one.programme_title[:120], kind=one.kind, strength=one.strength, on_day=one.on_day, raised_at=at,
                facts={"lines": list(one.lines), "figures": dict(one.figures), "strips": list(one.strips)[: rules.MOST_LINES]},
            )
            for one in fresh
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    if fresh:
        record(SignalEvent.RAISED, object_id=max(one.on_day for one in fresh).isoformat(), measure=len(fresh), by=by, at=at)
    return len(fresh)


@transaction.atomic
def dismiss(*, signals: Sequence[Signal], reason: str, by: Actor, at: datetime) -> int:
    """Set signals about one person aside for a reason; return how many. Raises NotFound, NotPermitted, Invalid, Conflict if handled."""
    person = the_one_person(signals)
    permissions.check_can_dismiss(by, person)
    reason = writing.words(reason, field="reason", name=_("理由"), most=rules.LONGEST_REASON)
    waiting = lock_waiting(signals)
    who = writing.person_of(by)
    Handling.objects.bulk_create(
        [Handling(signal=one, reason=reason, handled_by=who, handled_label=by.label[:120], handled_at=at) for one in waiting]
    )
    record(
        SignalEvent.DISMISSED, object_id=person.pk, person_id=person.pk, unit_path=person.unit_path, measure=len(waiting),
        data={"signals": [one.pk for one in waiting], "reason": reason}, by=by, at=at,
    )  # fmt: skip
    return len(waiting)


def the_one_person(signals: Sequence[Signal]) -> Person:
    """Return the person whom all signals are about. Raises Conflict for none or several."""
    ids = {one.person_id for one in signals}
    if len(ids) != 1:
        raise Conflict(_("请选同一位教师的线索，至少一条。"))
    return Person.objects.get(pk=ids.pop())


def lock_waiting(signals: Sequence[Signal]) -> list[Signal]:
    """Return the signals, locked, if nobody has handled one of them. Raises Conflict."""
    found = list(Signal.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in signals]).order_by("pk"))
    if Handling.objects.filter(signal__in=found).exists():
        raise Conflict(_("选中的线索里有刚被别人处理的，请刷新后再看。"))
    return found
