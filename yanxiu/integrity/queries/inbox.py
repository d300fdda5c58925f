"""The inbox of signals: by person, the clearest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from yanxiu.integrity.models import Handling, Inquiry, InquiryState, Signal, SignalKind, Strength
from yanxiu.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A person with signals that wait: how many, how clear, which kinds, the newest day. The name is ours, never shown."""

    person: Person
    count: int
    strength: int
    kinds: tuple[str, ...]
    newest: date

    @property
    def word(self) -> str:
        """How clear the clearest is."""
        return str(Strength(self.strength).label)


@dataclass(frozen=True, kw_only=True)
class KindCount:
    """How many signals of a kind came, and how many were set aside."""

    kind: str
    count: int
    dismissed: int


def waiting(visible: QuerySet[Signal]) -> QuerySet[Signal]:
    """Return those that nobody has handled."""
    return visible.exclude(Exists(Handling.objects.filter(signal=OuterRef("pk"))))


def suspects(
    visible: QuerySet[Signal], *, kind: str = "", least: int = Strength.NOTABLE, name: str = "", start: int = 0, size: int = 20
) -> list[Suspect]:
    """Return people with signals that wait, the clearest first; one more than `size` when others follow. Cost: 2 queries."""
    found = waiting(visible).filter(strength__gte=least)
    if kind:
        found = found.filter(kind=kind)
    if name:
        found = found.filter(person__name__icontains=name)
    grouped = (
        found.values("person_id")
        .annotate(
            count=Count("pk"), clearest=Max("strength"), newest=Max("on_day"),
            kinds=Coalesce(ArrayAgg("kind", distinct=True, order_by="kind"), Value([])),
        )
        .order_by("-clearest", "-count", "-newest", "person_id")[start : start + size + 1]
    )  # fmt: skip
    rows = list(grouped)
    people = Person.objects.select_related("unit").in_bulk([row["person_id"] for row in rows])
    return [
        Suspect(
            person=people[row["person_id"]], count=row["count"], strength=row["clearest"], newest=row["newest"],
            kinds=tuple(str(SignalKind(one).label) for one in row["kinds"]),
        )
        for row in rows
    ]  # fmt: skip


def signals_of(visible: QuerySet[Signal], person: Person) -> tuple[list[Signal], list[tuple[Signal, Handling]]]:
    """Return the signals about a person that wait, the clearest first, and those handled, newest first. Cost: 2 queries."""
    mine = visible.filter(person=person)
    open_ones = list(waiting(mine).order_by("-strength", "-on_day", "pk")[:50])
    done = Handling.objects.filter(signal__in=mine).select_related("signal").order_by("-handled_at", "-pk")[:30]
    return open_ones, [(one.signal, one) for one in done]


def open_inquiry_of(person: Person) -> Inquiry | None:
    """Return the inquiry into a person that is not closed. Cost: one query."""
    return Inquiry.objects.filter(person=person).exclude(state=InquiryState.CLOSED).first()


def kind_counts(visible: QuerySet[Signal]) -> list[KindCount]:
    """Count the signals of a scope by kind, most first. Cost: one query."""
    dismissed = Exists(Handling.objects.filter(signal=OuterRef("pk"), inquiry__isnull=True))
    counted = visible.annotate(is_dismissed=dismissed).values("kind", "is_dismissed").annotate(count=Count("pk")).order_by("kind")
    sums: dict[str, list[int]] = {}
    for row in counted:
        pair = sums.setdefault(row["kind"], [0, 0])
        pair[0] += row["count"]
        pair[1] += row["count"] if row["is_dismissed"] else 0
    found = [KindCount(kind=str(SignalKind(kind).label), count=all_, dismissed=aside) for kind, (all_, aside) in sums.items()]
    return sorted(found, key=lambda one: (-one.count, one.kind))


def people_in(signals: Sequence[Signal]) -> dict[int, str]:
    """Return the names of others who stand in the stretches of signals, by id. Cost: one query."""
    ids = {strip["person"] for one in signals for strip in one.facts.get("strips", []) if strip.get("person")}
    return dict(Person.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "name"))
