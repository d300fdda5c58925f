"""我的学时: every requirement of one participation with what stands behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from yanxiu.credits.models import AccountKind, Entry
from yanxiu.evaluation import standing
from yanxiu.evaluation.standing import Standing
from yanxiu.kit import sql
from yanxiu.kit.compiled import Compiled
from yanxiu.portal.queries.work import Work, work_of
from yanxiu.programmes.models import Enrolment, ProgrammeState

MOST = 400

# The records that were counted, as the fold counts them: voided ones and those that void are left out. Those of a person and those that
# she made are looked up apart, each by its index: together every record of the programme was read.
_COUNTED = """
SELECT r.id, r.at, r.object_type, r.object_id, r.object_label, r.kind, r.measure, s.metric
FROM records_metricsource s
JOIN records_record r ON r.programme_id = %(programme)s AND r.verb = s.verb AND r.object_type = s.object_type AND WHOSE
WHERE s.metric = ANY(%(metrics)s::text[]) AND r.voids IS NULL AND NOT EXISTS (SELECT 1 FROM records_record v WHERE v.voids = r.id)
"""
_EVIDENCE = f"""
{_COUNTED.replace("WHOSE", "NOT s.for_actor AND r.person_id = %(person)s")} UNION ALL
{_COUNTED.replace("WHOSE", "s.for_actor AND r.actor_id = %(person)s")}
ORDER BY at, id LIMIT %(limit)s
"""
_DECISIONS = """
SELECT 'waived' AS what, w.key, w.reason, '' AS grade, w.granted_at AS at FROM evaluation_waiver w
WHERE w.programme_id = %(programme)s AND w.person_id = %(person)s AND w.revoked_at IS NULL
UNION ALL
SELECT 'judged', j.key, j.reason, j.grade, j.judged_at FROM evaluation_judgement j
WHERE j.programme_id = %(programme)s AND j.person_id = %(person)s AND j.superseded_at IS NULL
"""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A record that counts for a metric: of a block or kind, with its hours or points."""

    id: int
    at: datetime
    object_type: str
    object_id: str
    object_label: str
    kind: str
    measure: Decimal | None
    metric: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a person decided about a requirement (`key`): a waiver or a finding, with the reason."""

    what: str
    key: str
    reason: str
    grade: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What the ledger holds of a year: provisional and registered amounts."""

    year: int
    unit: str
    provisional: Decimal
    registered: Decimal


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that the page of one participation is made of. `siblings` are the same person's other participations."""

    enrolment: Enrolment
    siblings: Sequence[Enrolment]
    rows: Sequence[Standing]
    work: Sequence[Work]
    evidence: Sequence[Evidence]
    decisions: Mapping[str, Decision]
    ledger: Sequence[Registered]

    def behind(self, row: Standing) -> list[Evidence]:
        """Return the records that count for a requirement, oldest first."""
        return [
            one
            for one in self.evidence
            if one.metric == row.metric
            and (not row.kinds or one.kind in row.kinds)
            and (row.starts_at is None or one.at >= row.starts_at)
            and (row.ends_at is None or one.at < row.ends_at)
        ]


def participations(found: QuerySet[Enrolment], person_id: int) -> list[Enrolment]:
    """Return a person's participations among those visible, running programmes first, newest first. Cost: one query."""
    return _running_first(list(_of(found, person_id)))


def own_participations(person_id: int) -> list[Enrolment]:
    """Return one's own participations, which everybody sees, in the same order. Cost: one query."""
    return _running_first(_OWN(person=person_id))


def _of(found: QuerySet[Enrolment], person: int) -> QuerySet[Enrolment]:
    rows = found.filter(person_id=person).exclude(programme__state=ProgrammeState.DRAFT)
    return rows.select_related("programme", "unit", "person", "version").defer("version__source").order_by("-enrolled_at", "-pk")


_OWN = Compiled(lambda person: _of(Enrolment.objects.all(), person), person=int)


def _running_first(rows: list[Enrolment]) -> list[Enrolment]:
    return sorted(rows, key=lambda one: (one.programme.state != ProgrammeState.RUNNING, one.left_at is not None))


def facts_of(enrolment: Enrolment, siblings: Sequence[Enrolment], *, at: datetime) -> Facts:
    """Return what stands behind one participation. Cost: 5 queries."""
    with sql.planned("kept"):
        rows = standing.of(versions=[enrolment.version_id], persons=[enrolment.person_id], at=at)
        work = work_of(enrolment.person_id, [enrolment.pk])
    mine = [row for row in rows if row.role == enrolment.role and row.space_id == 0]
    place: dict[str, object] = {"programme": enrolment.programme_id, "person": enrolment.person_id}
    metrics = sorted({row.metric for row in mine if row.metric})
    found = sql.rows(_EVIDENCE, {**place, "metrics": metrics, "limit": MOST})
    return Facts(
        enrolment=enrolment,
        siblings=siblings,
        rows=mine,
        work=work,
        evidence=[Evidence(**row) for row in found],
        decisions={row["key"]: Decision(**row) for row in sql.rows(_DECISIONS, place)},
        ledger=_ledger(enrolment),
    )


def _ledger(enrolment: Enrolment) -> list[Registered]:
    found = Entry.objects.filter(person_id=enrolment.person_id, programme_id=enrolment.programme_id)
    sums: dict[tuple[int, str], dict[str, Decimal]] = {}
    for row in found.values("year", "unit", "account").annotate(sum=Sum("amount")).order_by("-year", "unit", "account"):
        sums.setdefault((row["year"], row["unit"]), {})[row["account"]] = row["sum"]
    nothing = Decimal(0)
    return [
        Registered(
            year=year,
            unit=unit,
            provisional=held.get(AccountKind.PROVISIONAL, nothing),
            registered=held.get(AccountKind.REGISTERED, nothing),
        )
        for (year, unit), held in sums.items()
    ]
