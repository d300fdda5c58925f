"""Inquiries: one whole, the list with its figures, and what a decision would do."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Length

from yanxiu.access.roles import OFFICES
from yanxiu.integrity.models import (
    Appeal,
    Consequence,
    Decision,
    Enclosure,
    Finding,
    Handling,
    Inquiry,
    InquiryState,
    Outcome,
    Signal,
    Statement,
)
from yanxiu.kit import sql
from yanxiu.orgs.models import Org
from yanxiu.records.models import Record

# What counts as hours: completed courses and lesson cases that no record voids.
_COUNTABLE = """
SELECT r.id, r.object_label AS label, r.measure AS hours, r.at AS done_at, r.object_type
FROM records_record r
WHERE r.person_id = %(person)s AND r.verb = 'completed' AND r.object_type IN ('course', 'lesson_case') AND r.measure > 0
  AND (%(programme)s::bigint IS NULL OR r.programme_id = %(programme)s)
  AND NOT EXISTS (SELECT 1 FROM records_record v WHERE v.voids = r.id)
ORDER BY r.at DESC, r.id DESC
"""


@dataclass(frozen=True, kw_only=True)
class Countable:
    """A record by which hours count now."""

    id: int
    label: str
    hours: Decimal
    done_at: datetime
    object_type: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """A statement with its files."""

    statement: Statement
    files: tuple[Enclosure, ...]


@dataclass(frozen=True, kw_only=True)
class Whole:
    """An inquiry with all that belongs to it."""

    inquiry: Inquiry
    signals: tuple[Signal, ...]
    said: tuple[Said, ...]
    decision: Decision | None
    consequences: tuple[Consequence, ...]
    appeal: Appeal | None

    @property
    def lost(self) -> Decimal:
        """The hours that the decision named."""
        return sum((one.hours for one in self.consequences), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """How the inquiries of a scope stand and ended."""

    running: int
    closed: int
    without_finding: int

    @property
    def share(self) -> float | None:
        """Share of the closed ones that ended without a finding, or whose finding was lifted."""
        return self.without_finding / self.closed if self.closed else None


def countable_records(person_id: int, programme_id: int | None) -> list[Countable]:
    """Return the records by which hours of a person count now, newest first. Cost: one query."""
    return [Countable(**row) for row in sql.rows(_COUNTABLE, {"person": person_id, "programme": programme_id})]


def office_at(path: str) -> Org:
    """Return the unit at a path. Cost: one query."""
    return Org.objects.get(path=path)


def appeal_office(seat: Org) -> Org:
    """Return the next office above a seat; the seat itself where none is above. Cost: one query."""
    ids = [int(part) for part in seat.path.strip("/").split("/")][:-1]
    above = Org.objects.filter(pk__in=ids, kind__in=OFFICES).order_by(-Length("path"), "pk").first()
    return above or seat


def whole(inquiry: Inquiry) -> Whole:
    """Return an inquiry with all that belongs to it. Cost: 6 queries."""
    decision = Decision.objects.select_related("seat").filter(inquiry=inquiry).first()
    appeal = Appeal.objects.select_related("seat").filter(decision=decision).first() if decision else None
    consequences = Consequence.objects.filter(decision__inquiry=inquiry).order_by("done_at", "pk")
    files: dict[int, list[Enclosure]] = {}
    for one in Enclosure.objects.filter(statement__inquiry=inquiry).select_related("file").order_by("pk"):
        files.setdefault(one.statement_id, []).append(one)
    said = Statement.objects.filter(inquiry=inquiry).order_by("stated_at", "pk")
    signals = Signal.objects.filter(pk__in=Handling.objects.filter(inquiry=inquiry).values("signal")).order_by("-strength", "-on_day", "pk")
    return Whole(
        inquiry=inquiry, signals=tuple(signals), said=tuple(Said(statement=one, files=tuple(files.get(one.pk, ()))) for one in said),
        decision=decision, consequences=tuple(consequences), appeal=appeal,
    )  # fmt: skip


def listed(visible: QuerySet[Inquiry], *, state: str) -> QuerySet[Inquiry]:
    """Return the inquiries of a state ("" = not closed), those due first."""
    found = visible.filter(state=state) if state else visible.exclude(state=InquiryState.CLOSED)
    return found.select_related("person__unit", "seat").order_by(F("due_at").asc(nulls_last=True), "-opened_at", "-pk")


def outcomes(visible: QuerySet[Inquiry]) -> Outcomes:
    """Count how inquiries stand and ended. Cost: one query."""
    lifted = Decision.objects.filter(
        Q(finding=Finding.NO_FAULT) | Q(pk__in=Appeal.objects.filter(outcome=Outcome.LIFTED).values("decision"))
    )
    is_closed = Q(state=InquiryState.CLOSED)
    found = visible.aggregate(
        running=Count("pk", filter=~is_closed),
        closed=Count("pk", filter=is_closed),
        without_finding=Count("pk", filter=is_closed & Q(pk__in=lifted.values("inquiry"))),
    )
    return Outcomes(**found)


def overdue_appeals(*, at: datetime) -> list[Inquiry]:
    """Return decided inquiries whose time for appeal is over. Cost: one query."""
    return list(Inquiry.objects.filter(state=InquiryState.DECIDED, appeal_due_at__lte=at).order_by("pk")[:500])


def history(inquiry: Inquiry) -> list[Record]:
    """Return what happened to an inquiry, oldest first. Cost: one query."""
    found = Record.objects.filter(object_type="inquiry", object_id=str(inquiry.pk))
    return list(found.order_by("at", "pk")[:100])
