"""What an incident rests on, and what it bars from."""

from collections.abc import Iterable
from datetime import date

from yanxiu.integrity.models import Bar, BarKind, Decision, Evidence, Finding, Signal, SignalKind


def evidence_of(signals: Iterable[Signal]) -> list[Evidence]:
    """Return what was handed over with signals, the oldest first. Cost: one query where one of them was handed over."""
    ids = [one.pk for one in signals if one.kind == SignalKind.CONDUCT]
    return list(Evidence.objects.filter(signal__in=ids).order_by("written_at", "pk")) if ids else []


def bars_of(decision: Decision | None) -> list[Bar]:
    """Return what a decision bars from. Cost: one query where an incident was found."""
    is_incident = decision is not None and decision.finding == Finding.INCIDENT
    return list(Bar.objects.filter(decision=decision).order_by("pk")) if is_incident else []


def bar_on(person_id: int, day: date, *, kind: BarKind) -> Bar | None:
    """Return the bar of a kind that holds for a person on a day, None for none. Cost: one query."""
    found = Bar.objects.filter(person_id=person_id, kind=kind, lifted_at__isnull=True, from_day__lte=day, to_day__gt=day)
    return found.order_by("pk").first()
