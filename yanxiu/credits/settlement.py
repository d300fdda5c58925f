"""Settling: every participant of a programme is evaluated and the ledger written, in batches, idempotent and resumable."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction

from yanxiu.credits import awards, corrections, ledger, standings
from yanxiu.credits.models import Settlement
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.programmes.models import PlanVersion, Programme
from yanxiu.programmes.plan import outcomes
from yanxiu.programmes.plan.requirements import requirements
from yanxiu.programmes.plan.specs import AwardSpec, PassRule
from yanxiu.programmes.queries import plan_of

BATCH = 20_000

_SETTLED = """
SELECT person_id FROM programmes_enrolment WHERE version_id = %(version)s AND state = 'active'
UNION SELECT person_id FROM evaluation_role WHERE version_id = %(version)s AND until_at IS NULL
"""
_PEOPLE = f"SELECT person_id FROM ({_SETTLED}) p WHERE person_id > %(after)s ORDER BY person_id LIMIT %(limit)s"
_HOW_MANY = f"SELECT COUNT(*) AS n FROM ({_SETTLED}) p"


Rules = tuple[tuple[AwardSpec, ...], tuple[PassRule, ...]]


def rules_of(version: PlanVersion) -> Rules:
    """Return the awards of a version and the rules of passing that they ask. Cost: none once the plan is at hand."""
    plan = plan_of(version)
    return outcomes.awards(plan), outcomes.pass_rules(plan, requirements(plan, version.parameters))


def passes(rules: Rules, batch: awards.Batch, *, touched: bool, again: bool = True) -> tuple[list[awards.Select], ...]:
    """Return what a batch asks, in order: each pass reads what the ones before wrote.

    `touched`: something was voided at some time; `again`: something was entered before for anybody of it. A first settlement is one
    pass, whose later parts read its own candidates.
    """
    given, passing = rules
    touched = touched and again
    lapsed = given if again else ()
    asked = (
        [corrections.voided(batch)] if touched else [],
        [
            *(corrections.outdated(award, passing, batch) for award in lapsed),
            *(corrections.unregistered(award, passing, batch) for award in given if touched),
            *(corrections.unmultiplied(award, batch) for award in given if touched),
        ],
        [corrections.following(batch)] if lapsed else [],
        [awards.earn(award, passing, batch) for award in given],
        [awards.register(award, passing, batch) for award in given],
        [awards.multiply(award, batch) for award in given],
    )
    found = tuple([select for select in selects if select is not None] for selects in asked)
    if again:
        return found
    *_, earned, registered, multiplied = found
    return ([*earned, *map(awards.of_candidates, [*registered, *multiplied])],)


def settle_batch(*, version: PlanVersion, persons: list[int] | None, as_of: datetime, by: Actor, at: datetime) -> int:
    """Settle people of one version (null: all) in the running transaction; return the number of new entries."""
    rules = rules_of(version)
    batch = awards.Batch(programme_id=version.programme_id, version_id=version.pk, persons=persons, at=as_of)
    standings.lay_down(batch.parameters, with_standing=any(_asks(award) for award in rules[0]))
    touched, again = corrections.has_voids(version.programme_id), corrections.has_entries(batch)
    asked = passes(rules, batch, touched=touched, again=again)
    return sum(ledger.append(*selects, by=by, at=at, is_first=not again).entries for selects in asked if selects)


def _asks(award: AwardSpec) -> bool:
    """Tell whether the award depends on where somebody stands, not on what was recorded alone."""
    return bool(award.rule in {"per_block", "on_pass"} or award.register_only_if or award.multipliers)


def participants(version: PlanVersion) -> int:
    """Return how many are settled by a version. Cost: one query."""
    return int(sql.rows(_HOW_MANY, {"version": version.pk})[0]["n"])


def batches(version: PlanVersion, *, after: int = 0, size: int = BATCH) -> Iterator[list[int]]:
    """Yield the participants of a version in order of id. Cost: one query a batch."""
    while True:
        found = [row["person_id"] for row in sql.rows(_PEOPLE, {"version": version.pk, "after": after, "limit": size})]
        if not found:
            return
        yield found
        after = found[-1]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An amount that the ledger has and the evidence does not give, or the other way round."""

    person_id: int
    source_key: str
    account: str
    label: str
    in_ledger: Decimal
    by_evidence: Decimal


# Manual reversals are decisions of people, not of rules; the rules are compared without them. What somebody was given by a version by which
# she takes part no longer (she left, or was moved to another) stays as it is. An amount that was taken back and earned again stands under a
# later generation of its key (`#2`, a registration `@2`). A year that no record tells is that in which it was settled first.
_COMPARE = """
WITH takes_part AS (
    SELECT person_id, version_id FROM programmes_enrolment WHERE programme_id = %(programme)s AND state = 'active'
    UNION SELECT person_id, version_id FROM evaluation_role WHERE programme_id = %(programme)s AND until_at IS NULL
)
SELECT COALESCE(s.person_id, n.person_id) AS person_id, source_key, COALESCE(s.account, n.account) AS account,
       COALESCE(s.label, n.label) AS label, COALESCE(s.amount, 0) AS in_ledger, COALESCE(n.amount, 0) AS by_evidence
FROM (SELECT person_id, version_id, evidence, account, label, amount, year, regexp_replace(source_key, '([#@][0-9]+)+$', '') AS source_key
      FROM public.credits_entry WHERE programme_id = %(programme)s AND source_key !~ '^(void|reverse):'
        AND NOT EXISTS (SELECT 1 FROM public.credits_entry v WHERE v.reverses = public.credits_entry.id AND v.source_key LIKE 'void:%%')) s
FULL JOIN (SELECT * FROM pg_temp.credits_entry) n USING (source_key)
WHERE (n.amount IS NOT NULL OR (s.person_id, s.version_id) IN (SELECT person_id, version_id FROM takes_part))
  AND (COALESCE(s.amount, 0) <> COALESCE(n.amount, 0) OR s.account IS DISTINCT FROM n.account
       OR s.year IS DISTINCT FROM n.year AND (s.evidence <> '[]'::jsonb OR n.evidence <> '[]'::jsonb))
ORDER BY 1, 2 LIMIT %(limit)s
"""


def settled_as_of(programme: Programme) -> datetime | None:
    """Return the moment as of which the programme was last settled, or None. Cost: one query."""
    return Settlement.objects.filter(programme=programme, finished_at__isnull=False).order_by("-pk").values_list("as_of", flat=True).first()


def differences(programme: Programme, *, as_of: datetime, limit: int = 100) -> list[Difference]:
    """Settle the programme again from evidence and rule versions on an empty shadow ledger, and compare. Empty = equal.

    Nothing is stored: the shadow is a temporary table and the transaction is rolled back.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in ("credits_entry", "credits_head"):
                cursor.execute(
                    f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES) "
                    "ON COMMIT DROP"
                )
        for version in PlanVersion.objects.filter(programme=programme).order_by("number"):
            settle_batch(version=version, persons=None, as_of=as_of, by=SYSTEM, at=as_of)
        found = [Difference(**row) for row in sql.rows(_COMPARE, {"programme": programme.pk, "limit": limit})]
        transaction.set_rollback(True)
    return found
