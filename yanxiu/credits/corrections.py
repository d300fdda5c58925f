"""What lost its ground is taken back, before anything is earned: each correction is one SELECT of reversals (`void:…`).

What counts stays exactly what the records give: an amount whose records were voided, a block or result that no longer holds or comes
to another amount, a registration whose gate is not passed any more (its hours are provisional again), and what stood on any of them.
What is right again afterwards is earned anew in the same batch, as the next generation of its key (`statements.APPEND`).
"""

from yanxiu.credits import awards
from yanxiu.credits.awards import Batch, Select
from yanxiu.kit import sql
from yanxiu.programmes.plan.specs import AwardSpec, PassRule

_REVERSAL = """
SELECT e.person_id, e.programme_id, e.version_id, e.award, e.account, e.unit, e.credit_class, -e.amount, e.year, 'void:' || e.source_key,
       e.label, %(why)s::text, e.evidence, e.id
FROM credits_entry e
"""
_STANDS = "e.reverses IS NULL AND NOT EXISTS (SELECT 1 FROM credits_entry v WHERE v.reverses = e.id)"

# Those of the batch: an entry of somebody who moved to another version is judged with that version.
_OF_BATCH = """
JOIN (
    SELECT person_id FROM programmes_enrolment WHERE version_id = ANY(%(versions)s) AND state = 'active'
    UNION SELECT person_id FROM evaluation_role WHERE version_id = ANY(%(versions)s) AND until_at IS NULL
) member ON member.person_id = e.person_id AND (%(persons)s::bigint[] IS NULL OR e.person_id = ANY(%(persons)s::bigint[]))
"""

# Something of hers, or of a space she answers for, was voided: nothing else makes what was given fall. (Records that came in late may
# show that it was earned in an earlier year.)
_TOUCHED = """
EXISTS (
    SELECT 1 FROM records_record t WHERE t.programme_id = e.programme_id AND t.verb = 'voided'
      AND (t.person_id = e.person_id OR t.space_id IN (
          SELECT h.space_id FROM evaluation_role h
          WHERE h.version_id = ANY(%(versions)s) AND h.person_id = e.person_id AND h.until_at IS NULL AND h.space_id > 0))
)
"""

_VOIDED = f"""{_REVERSAL}
WHERE e.programme_id = %(programme_id)s AND (%(persons)s::bigint[] IS NULL OR e.person_id = ANY(%(persons)s::bigint[])) AND {_STANDS}
  AND EXISTS (SELECT 1 FROM jsonb_array_elements_text(e.evidence) x JOIN records_record v ON v.voids = x::bigint)
"""

# One entry at most stands for a key: what it says and what would be given now meet by grouping (see `resting`).
_OUTDATED = f"""
WITH given (
    person_id, programme_id, version_id, award, account, unit, credit_class, amount, year, source_key, label, reason, evidence, reverses
) AS (EARNED),
met AS (
    SELECT MAX(x.id) AS id, bool_or(x.is_given) AS is_given, MAX(x.amount) AS amount, MAX(x.year) AS year,
           bool_or(x.has_evidence) AS has_evidence
    FROM (
        SELECT regexp_replace(e.source_key, '#[0-9]+$', '') AS key, e.id, FALSE AS is_given, NULL::numeric AS amount, NULL::int AS year,
               FALSE AS has_evidence
        FROM credits_entry e {_OF_BATCH}
        WHERE e.programme_id = %(programme_id)s AND e.award = %(award)s AND e.source_key LIKE 'earn:%%' AND {_STANDS}
        UNION ALL SELECT g.source_key, NULL, TRUE, g.amount, g.year, g.evidence <> '[]'::jsonb FROM given g
    ) x GROUP BY x.key
)
{_REVERSAL} JOIN met d ON d.id = e.id
WHERE NOT d.is_given AND {_TOUCHED}
   OR d.amount <> e.amount OR d.year <> e.year AND d.has_evidence
   OR (d.year <> e.year OR e.evidence = '[]'::jsonb AND d.has_evidence) AND {_TOUCHED}
"""

_UNREGISTERED = f"""
WHO_CTE,
result AS (RESULT_BODY)
{_REVERSAL} {_OF_BATCH}
WHERE e.programme_id = %(programme_id)s AND e.award = %(award)s AND e.source_key ~ '^(leave|register):' AND {_STANDS}
  AND e.person_id NOT IN (SELECT q.person_id FROM result q WHERE q.passed) AND {_TOUCHED}
"""

# A registration stands on its earning, a bonus on either.
_FOLLOWING = f"""
WITH gone AS MATERIALIZED (
    SELECT DISTINCT substr(v.source_key, 6) AS key FROM credits_entry v
    WHERE v.programme_id = %(programme_id)s AND v.reverses IS NOT NULL AND v.source_key LIKE 'void:%%'
      AND (%(persons)s::bigint[] IS NULL OR v.person_id = ANY(%(persons)s::bigint[]))
)
{_REVERSAL}
WHERE e.programme_id = %(programme_id)s AND (%(persons)s::bigint[] IS NULL OR e.person_id = ANY(%(persons)s::bigint[])) AND {_STANDS}
  AND e.source_key ~ '^(leave|register|bonus):'
  AND (regexp_replace(e.source_key, '^bonus:', '') IN (SELECT key FROM gone)
       OR regexp_replace(regexp_replace(e.source_key, '^(bonus:)?((leave|register):)?', ''), '@[0-9]+$', '') IN (SELECT key FROM gone))
"""


def voided(batch: Batch) -> Select:
    """What rests on a record that was voided since, in whichever account it stands; pairs that moved it stay balanced."""
    return _VOIDED, {**batch.parameters, "why": "所依据的记录已撤销"}


def outdated(award: AwardSpec, rules: tuple[PassRule, ...], batch: Batch) -> Select | None:
    """Blocks and results that hold no longer or come to another amount. None for other rules: their entries rest on one record each."""
    wanted = awards.earn(award, rules, batch) if award.rule in {"per_block", "on_pass"} else None
    if wanted is None:
        return None
    earned, facts = wanted
    return _OUTDATED.replace("EARNED", earned), {**facts, "why": "依据有变，按现在的记录重记"}


def unregistered(award: AwardSpec, rules: tuple[PassRule, ...], batch: Batch) -> Select | None:
    """Registrations whose gate is not passed any more since something was voided; None without a gate."""
    passing = awards.rules_of(rules, award.register_only_if or "", award.to)
    if not passing:
        return None
    facts = awards.facts_of(award, batch) | {"why": f"{passing[0].label}不再合格，转回暂记"}
    return awards.completed(_UNREGISTERED, year_at="", result=awards.passing_results(passing, facts)), facts


def following(batch: Batch) -> Select:
    """Registrations and bonuses of what was taken back."""
    return _FOLLOWING, {**batch.parameters, "why": "所依据的入账已冲销"}


def has_voids(programme_id: int) -> bool:
    """Tell whether any record of the programme was ever voided. Cost: one query."""
    wanted = "SELECT 1 FROM records_record WHERE programme_id = %(programme)s AND verb = 'voided' LIMIT 1"
    return bool(sql.rows(wanted, {"programme": programme_id}))


def has_entries(programme_id: int) -> bool:
    """Tell whether anything was entered for the programme: a first settlement has nothing to correct. Cost: one query."""
    return bool(sql.rows("SELECT 1 FROM credits_entry WHERE programme_id = %(programme)s LIMIT 1", {"programme": programme_id}))
