"""Reads of the ledger for its pages: a person's account, a programme's settlement and results, certificates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum

from yanxiu.credits.models import Certificate, Entry, Root, Settlement
from yanxiu.credits.papers import paper_of
from yanxiu.credits.verification import Fault, faults, present
from yanxiu.evaluation import results
from yanxiu.evaluation.models import Role
from yanxiu.evaluation.statements import WITH_STANDING
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.paging import Page, page_of
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, EnrolmentState, PlanVersion, Programme
from yanxiu.programmes.plan import outcomes
from yanxiu.programmes.plan.requirements import requirements
from yanxiu.programmes.queries import plan_of
from yanxiu.records.models import Record

PAGE = 50
PROVED_AT_ONCE = 100_000


@dataclass(frozen=True, kw_only=True)
class Balance:
    """A sum of the ledger: of a programme, year, unit and class, in one account."""

    programme_id: int
    programme: str
    year: int
    unit: str
    credit_class: str
    account: str
    amount: Decimal


def balances(person_id: int) -> list[Balance]:
    """Return the sums of a person by programme, year and account, newest first; zero sums are left out. Cost: 2 queries."""
    rows = (
        Entry.objects.filter(person_id=person_id)
        .values("programme_id", "year", "unit", "credit_class", "account")
        .annotate(sum=Sum("amount"))
        .order_by("-year", "programme_id", "account")
    )
    titles = dict(Programme.objects.filter(pk__in=[row["programme_id"] for row in rows]).values_list("pk", "title"))
    return [
        Balance(
            programme_id=row["programme_id"], programme=titles.get(row["programme_id"], ""), year=row["year"], unit=row["unit"],
            credit_class=row["credit_class"], account=row["account"], amount=row["sum"],
        )
        for row in rows
        if row["sum"]
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Line:
    """An entry with what stands behind it: its records, the number of the plan version, and whether it was reversed."""

    entry: Entry
    records: Sequence[Record]
    version: int | None
    is_reversed: bool


def lines(person_id: int, *, number: int = 1) -> Page[Line]:
    """Return a page of a person's entries, newest first, with their evidence. Cost: 2 queries, whatever the number of entries."""
    start = (number - 1) * PAGE
    entries = Entry.objects.filter(person_id=person_id).annotate(
        version_number=PlanVersion.objects.filter(pk=OuterRef("version_id")).values("number"),
        is_reversed=Exists(Entry.objects.filter(reverses=OuterRef("pk"))),
    )
    found = list(entries.order_by("-number")[start : start + PAGE + 1])
    shown = found[:PAGE]
    records = Record.objects.in_bulk([int(one) for entry in shown for one in entry.evidence])
    rows = [
        Line(
            entry=entry,
            records=[records[int(one)] for one in entry.evidence if int(one) in records],
            version=entry.version_number,
            is_reversed=entry.is_reversed,
        )
        for entry in shown
    ]
    return Page(rows=rows, number=number, has_more=len(found) > PAGE)


@dataclass(frozen=True, kw_only=True)
class ProgrammeLedger:
    """A programme with its last settlement (None: never) for the office's list."""

    programme: Programme
    last: Settlement | None


def programme_ledgers(programmes: QuerySet[Programme]) -> list[ProgrammeLedger]:
    """Return running and closed programmes with their last run. Cost: 2 queries."""
    found = list(programmes.exclude(current=None).select_related("owner").order_by("-created_at", "pk")[:100])
    runs = Settlement.objects.filter(programme__in=found).order_by("programme", "-pk").distinct("programme")
    last = {run.programme_id: run for run in runs}
    return [ProgrammeLedger(programme=one, last=last.get(one.pk)) for one in found]


def last_settlement(programme: Programme) -> Settlement | None:
    """Return the newest run of a programme. Cost: one query."""
    return Settlement.objects.filter(programme=programme).order_by("-pk").first()


def last_root() -> Root | None:
    """Return the newest root. Cost: one query."""
    return Root.objects.order_by("-pk").first()


def roots(*, number: int) -> Page[Root]:
    """Return a page of the roots, newest first. Cost: one query."""
    return page_of(Root.objects.order_by("-pk"), number=number)


@dataclass(frozen=True, kw_only=True)
class Faulty:
    """A place where the ledger is not as it was sealed, and whose it is."""

    name: str
    fault: Fault


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How many entries there are, and what is wrong with them; `faults` is None where they are too many to recompute for a page."""

    entries: int
    faults: Sequence[Faulty] | None


def proof() -> Proof:
    """Recompute all chains, of a hundred thousand entries at most. Cost: 3 queries, two of them over all entries."""
    there = present()
    if there.entries > PROVED_AT_ONCE:
        return Proof(entries=there.entries, faults=None)
    found = faults(there=there)
    names = dict(Person.objects.filter(pk__in={one.person_id for one in found}).values_list("pk", "name"))
    return Proof(entries=there.entries, faults=[Faulty(name=names.get(one.person_id, "全部台账"), fault=one) for one in found])


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One participant of a programme: passed or not, what is missing (labels), sums, and the certificate if there is one."""

    person_id: int
    name: str
    unit: str
    passed: bool
    missing: tuple[str, ...]
    provisional: Decimal
    registered: Decimal
    certificate_id: int | None


# Everybody is judged once, for the counts and for the page; what stands in the ledger is summed for those on the page alone.
_OUTCOMES = """
, result AS (RESULT_BODY),
outcome AS MATERIALIZED (
    SELECT q.person_id, p.name, p.initials, p.sort_key, o.name AS unit, q.passed, q.missing, c.id AS certificate_id
    FROM (SELECT person_id, bool_or(passed) AS passed, (array_agg(missing::text ORDER BY passed DESC))[1]::text[] AS missing
          FROM result GROUP BY 1) q
    JOIN people_person p ON p.id = q.person_id
    LEFT JOIN orgs_org o ON o.id = p.unit_id
    LEFT JOIN credits_certificate c ON c.person_id = q.person_id AND c.programme_id = %(programme)s AND c.revoked_at IS NULL
),
page AS MATERIALIZED (
    SELECT * FROM outcome q
    WHERE (%(passed)s::boolean IS NULL OR q.passed = %(passed)s)
      AND (%(words)s = '' OR q.name LIKE '%%' || %(words)s || '%%' OR q.initials LIKE lower(%(words)s) || '%%')
    ORDER BY q.unit, q.sort_key, q.person_id
    LIMIT %(limit)s OFFSET %(offset)s
)
SELECT k.*, q.person_id, q.name, q.unit, q.passed, q.missing,
       COALESCE(s.provisional, 0) AS provisional, COALESCE(s.registered, 0) AS registered, q.certificate_id
FROM (SELECT count(*) FILTER (WHERE passed) AS all_passed, count(*) AS all_people, count(certificate_id) AS all_certified FROM outcome) k
LEFT JOIN page q ON TRUE
LEFT JOIN LATERAL (
    SELECT SUM(e.amount) FILTER (WHERE e.account = 'provisional') AS provisional,
           SUM(e.amount) FILTER (WHERE e.account = 'registered') AS registered
    FROM credits_entry e WHERE e.programme_id = %(programme)s AND e.person_id = q.person_id
) s ON TRUE
ORDER BY q.unit, q.sort_key, q.person_id
"""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many participants of a programme pass, do not, and hold a certificate."""

    passed: int = 0
    failed: int = 0
    certified: int = 0


def outcomes_of(
    programme: Programme, actor: Actor, *, at: datetime, passed: bool | None = None, words: str = "", number: int = 1, size: int = PAGE
) -> tuple[Page[Outcome], Counts]:
    """Return a page of the participants the actor may see, each with the result by the version that holds for her; and counts of all.

    `passed` filters; `words` searches names and pinyin initials. A programme without a pass rule gives an empty page. Cost: 3 queries at
    most.
    """
    rows, counts = _outcome_rows(programme, actor, at=at, passed=passed, words=words, limit=size + 1, offset=(number - 1) * size)
    return Page(rows=rows[:size], number=number, has_more=len(rows) > size), counts


def all_outcomes(programme: Programme, actor: Actor, *, at: datetime) -> Iterator[Outcome]:
    """Yield every participant in scope for an export, in one pass. Cost: one query."""
    yield from _outcome_rows(programme, actor, at=at, passed=None, words="", limit=2_000_000, offset=0)[0]


def _outcome_rows(
    programme: Programme, actor: Actor, *, at: datetime, passed: bool | None, words: str, limit: int, offset: int
) -> tuple[list[Outcome], Counts]:
    paths = actor.paths("credits.view")
    if not paths:
        return [], Counts()
    versions = list(PlanVersion.objects.filter(programme=programme).filter(_OF_SOMEBODY).order_by("pk"))
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    parameters: dict[str, object] = {
        "versions": [version.pk for version in versions], "persons": None, "path": paths[0], "at": at, "programme": programme.pk,
        "passed": passed, "words": escaped, "limit": limit, "offset": offset,
    }  # fmt: skip
    body, labels = _results(versions, parameters)
    if not body:
        return [], Counts()
    found = sql.rows(WITH_STANDING + _OUTCOMES.replace("RESULT_BODY", body), parameters, plan="fresh")
    passing, people = found[0]["all_passed"], found[0]["all_people"]
    return [_outcome(row, labels) for row in found if row["person_id"]], Counts(
        passed=passing, failed=people - passing, certified=found[0]["all_certified"]
    )


# Versions by which anybody takes part: after a new one was published, some may stay with the one they began by.
_OF_SOMEBODY = Exists(Enrolment.objects.filter(version=OuterRef("pk"), state=EnrolmentState.ACTIVE)) | Exists(
    Role.objects.filter(version=OuterRef("pk"), until_at__isnull=True)
)


def _results(versions: Sequence[PlanVersion], parameters: dict[str, object]) -> tuple[str, dict[str, str]]:
    """Return the union of what each version asks for its certificate, over its roles, and the labels of the requirements."""
    bodies: list[str] = []
    labels: dict[str, str] = {}
    for version in versions:
        plan, condition = plan_of(version), paper_of(version).condition
        specs = requirements(plan, version.parameters)
        labels |= {spec.key: spec.label for spec in specs}
        for rule in outcomes.pass_rules(plan, specs):
            if rule.id != condition:
                continue
            own: dict[str, object] = {}
            body = results.statement(rule, own, version_id=version.pk)
            for name, value in own.items():
                body = body.replace(f"%({name})s", f"%(v{len(bodies)}_{name})s")
                parameters[f"v{len(bodies)}_{name}"] = value
            bodies.append(f"({body})")
    return " UNION ALL ".join(bodies), labels


def _outcome(row: Mapping[str, Any], labels: Mapping[str, str]) -> Outcome:
    missing = tuple(labels.get(key, key) for key in row["missing"])
    return Outcome(
        person_id=row["person_id"], name=row["name"], unit=row["unit"] or "", passed=row["passed"], missing=missing,
        provisional=row["provisional"], registered=row["registered"], certificate_id=row["certificate_id"],
    )  # fmt: skip


def certificates_of(person_id: int) -> list[Certificate]:
    """Return a person's certificates, newest first. Cost: one query."""
    return list(Certificate.objects.filter(person=person_id).select_related("programme").order_by("-issued_at", "-pk"))


def certificate_by_code(code: str) -> Certificate | None:
    """Return the certificate of a code for the public page. Cost: one query, found or not."""
    return Certificate.objects.filter(code=code).select_related("programme").first()
