"""Reads of records: differences between counts and records, and what a person or thing has behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from yanxiu.kit import sql
from yanxiu.records import statements
from yanxiu.records.models import Record, Tally


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A counter whose stored value is not what the records say."""

    programme_id: int
    person_id: int
    space_id: int
    metric: str
    kind: str
    slice: int
    stored_count: int
    record_count: int
    stored_amount: Decimal
    record_amount: Decimal


def differences(*, limit: int = 100) -> list[Difference]:
    """Recount everything and compare with the stored tallies; empty = equal. Cost: one pass over all records."""
    return [Difference(**row) for row in sql.rows(statements.DIFFERENCES, {"limit": limit})]


def of_person(person_id: int, *, programme_id: int | None = None, since: datetime | None = None) -> QuerySet[Record]:
    """Return what concerns a person, newest first (行为记录)."""
    found = Record.objects.filter(person_id=person_id)
    if programme_id is not None:
        found = found.filter(programme_id=programme_id)
    if since is not None:
        found = found.filter(at__gte=since)
    return found.order_by("-at", "-pk")


def of_object(object_type: str, object_id: object) -> QuerySet[Record]:
    """Return the history of a thing, newest first."""
    return Record.objects.filter(object_type=object_type, object_id=str(object_id)).order_by("-at", "-pk")


def count_of(metric: str, *, programme_id: int = 0, person_ids: Sequence[int] | None = None, space_id: int | None = None) -> int:
    """Return one counter summed over kinds and slices. Cost: one query."""
    found = Tally.objects.filter(metric=metric, programme_id=programme_id)
    if person_ids is not None:
        found = found.filter(person_id__in=person_ids)
    if space_id is not None:
        found = found.filter(space_id=space_id)
    return int(found.aggregate(n=Sum("count"))["n"] or 0)
