"""Inquiries: one whole, the list with its figures, and what a decision would do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import JSONObject, Length

from yanxiu.access.roles import OFFICES
from yanxiu.integrity.events import InquiryEvent
from yanxiu.integrity.models import (
    Appeal,
    Bar,
    BarKind,
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
from yanxiu.kit.components import wording
from yanxiu.orgs.models import Org
from yanxiu.records.models import Record

# What counts as hours: completed courses and lesson cases, attended sessions that give hours; those that no record voids.
_COUNTABLE = """
SELECT r.id, r.object_label AS label, r.measure AS hours, r.at AS done_at, r.object_type
FROM records_record r
WHERE r.person_id = %(person)s
  AND (r.verb, r.object_type) IN (('completed', 'course'), ('completed', 'lesson_case'), ('attended', 'session'))
  AND r.measure > 0
  AND (%(programme)s::bigint IS NULL OR r.programme_id = %(programme)s)
  AND NOT EXISTS (SELECT 1 FROM records_record v WHERE v.voids = r.id)
ORDER BY r.at DESC, r.id DESC
"""


INCIDENTS = "incidents"
_NAMING = (Finding.HOURS, Finding.INCIDENT)


@dataclass(frozen=True, kw_only=True)
class Countable:
    """A record by which hours count now."""

    id: int
    label: str
    hours: Decimal
    done_at: datetime
    object_type: str


@dataclass(frozen=True, kw_only=True)
class SaidFile:
    """A file of a statement: the id of its enclosure, and its name."""

    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """A statement with its files."""

    statement: Statement
    files: tuple[SaidFile, ...]


@dataclass(frozen=True, kw_only=True)
class Happened:
    """A line of the history of an inquiry."""

    at: datetime
    who: str
    verb: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Whole:
    """An inquiry with all that belongs to it."""

    inquiry: Inquiry
    signals: tuple[Signal, ...]
    said: tuple[Said, ...]
    decision: Decision | None
    consequences: tuple[Consequence, ...]
    appeal: Appeal | None
    history: tuple[Happened, ...]

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
    """Return an inquiry with all that belongs to it. Cost: 3 queries, 4 once decided, 5 when records were named."""
    happened = history(inquiry)
    decision, appeal = _decided(inquiry, is_appealed=any(one.verb == InquiryEvent.APPEALED.verb for one in happened))
    named = Consequence.objects.filter(decision=decision).order_by("done_at", "pk") if decision and decision.finding in _NAMING else ()
    files = Enclosure.objects.filter(statement=OuterRef("pk")).order_by("pk").values(json=JSONObject(id="pk", name="file__name"))
    said = Statement.objects.filter(inquiry=inquiry).annotate(files=ArraySubquery(files)).order_by("stated_at", "pk")
    taken = Handling.objects.filter(inquiry=inquiry).values("signal")
    signals = Signal.objects.filter(pk__in=taken).order_by("-strength", "-on_day", "pk")
    return Whole(
        inquiry=inquiry,
        signals=tuple(signals),
        said=tuple(Said(statement=one, files=tuple(SaidFile(**file) for file in one.files)) for one in said),
        decision=decision,
        consequences=tuple(named),
        appeal=appeal,
        history=tuple(happened),
    )


def _decided(inquiry: Inquiry, *, is_appealed: bool) -> tuple[Decision | None, Appeal | None]:
    if inquiry.state in (InquiryState.OPEN, InquiryState.ASKED, InquiryState.ANSWERED):
        return None, None
    if is_appealed:
        appeal = Appeal.objects.select_related("decision__seat").get(decision__inquiry=inquiry)
        return appeal.decision, appeal
    return Decision.objects.select_related("seat").filter(inquiry=inquiry).first(), None


def listed(visible: QuerySet[Inquiry], *, state: str) -> QuerySet[Inquiry]:
    """Return the inquiries of a state ("" = not closed, "incidents" = in which an incident was found), those due first."""
    if state == INCIDENTS:
        found = visible.filter(pk__in=Decision.objects.filter(finding=Finding.INCIDENT).values("inquiry"))
    else:
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


def history(inquiry: Inquiry) -> list[Happened]:
    """Return what happened to an inquiry, oldest first. Cost: one query."""
    words = {event.verb: event.zh for event in InquiryEvent}
    found = Record.objects.filter(object_type="inquiry", object_id=str(inquiry.pk)).order_by("at", "pk")
    return [Happened(at=one.at, who=one.actor_label, verb=one.verb, word=words.get(one.verb, one.verb)) for one in found[:100]]


def table(visible: QuerySet[Inquiry]) -> list[list[str]]:
    """Return the inquiries of a scope as rows of words, newest first, at most 5,000. Cost: 5 queries."""
    rows = list(visible.select_related("person__unit").order_by("-opened_at", "-pk")[:5_000])
    decisions = {one.inquiry_id: one for one in Decision.objects.filter(inquiry__in=[row.pk for row in rows])}
    ids = [one.pk for one in decisions.values()]
    hours = {
        one["decision"]: one["sum"] for one in Consequence.objects.filter(decision__in=ids).values("decision").annotate(sum=Sum("hours"))
    }
    appeals = {one.decision_id: one for one in Appeal.objects.filter(decision__in=ids)}
    bars = {one.decision_id: one for one in Bar.objects.filter(decision__in=ids).order_by("pk")}
    return [_line(row, decisions.get(row.pk), hours, appeals, bars) for row in rows]


def _line(
    row: Inquiry, decision: Decision | None, hours: dict[int, Decimal], appeals: dict[int, Appeal], bars: dict[int, Bar]
) -> list[str]:
    bar = bars.get(decision.pk) if decision else None
    appeal = appeals.get(decision.pk) if decision else None
    return [
        str(row.pk),
        row.person.name,
        row.person.unit.name if row.person.unit else "",
        row.programme_title,
        str(InquiryState(row.state).label),
        wording.moment_short(row.opened_at),
        wording.moment_short(row.due_at) if row.due_at else "",
        str(Finding(decision.finding).label) if decision else "",
        wording.number(hours.get(decision.pk, Decimal(0))) if decision else "",
        str(Outcome(appeal.outcome).label) if appeal and appeal.outcome else "",
        wording.moment_short(row.closed_at) if row.closed_at else "",
        said_of(bar) if bar else "",
    ]


def said_of(bar: Bar) -> str:
    """Return a bar in words: what of, until which day, and whether it was lifted."""
    until = f"{BarKind(bar.kind).label}，到 {(bar.to_day - timedelta(days=1)).isoformat()}"
    return f"{until}（已撤销）" if bar.lifted_at is not None else until
