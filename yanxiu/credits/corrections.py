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

# Those of the batch. An entry is judged by the version it was given by while she takes part by it, else by that of her enrolment, else of a
# role: by one version only, for another knows nothing of what it gives.
_OF_BATCH = """
JOIN (
    SELECT x.person_id, array_agg(x.version_id ORDER BY x.place, x.version_id) AS versions FROM (
        SELECT n.person_id, n.version_id, 0 AS place FROM programmes_enrolment n
        WHERE n.programme_id = %(programme_id)s AND n.state = 'active'
        UNION ALL SELECT h.person_id, h.version_id, 1 FROM evaluation_role h WHERE h.programme_id = %(programme_id)s AND h.until_at IS NULL
    ) x WHERE %(persons)s::bigint[] IS NULL OR x.person_id = ANY(%(persons)s::bigint[]) GROUP BY x.person_id
) member ON member.person_id = e.person_id
 AND CASE WHEN e.version_id = ANY(member.versions) THEN e.version_id ELSE member.versions[1] END = ANY(%(versions)s)
"""

# Something of hers, or of a space she answers for, was voided, or what she was freed of is asked of her again: nothing else makes what was
# given fall. (Records that came in late may show that it was earned in an earlier year.)
_TOUCHED = """
EXISTS (
    SELECT 1 FROM records_record t WHERE t.programme_id = e.programme_id AND t.verb IN ('voided', 'unwaived')
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

# What a grade gives beside entries that stand; the bonus of one that was reversed by hand is not looked at.
_OF_NO_ROUND = "regexp_replace({key}, '(@[0-9]+)+$', '')"
_UNMULTIPLIED = f"""
WITH given (
    person_id, programme_id, version_id, award, account, unit, credit_class, amount, year, source_key, label, reason, evidence, reverses
) AS (EARNED),
met AS (
    SELECT MAX(x.id) AS id, COALESCE(MAX(x.amount), 0) AS amount, bool_or(x.is_ground) AS has_ground
    FROM (
        SELECT {_OF_NO_ROUND.format(key="e.source_key")} AS key, e.id, NULL::numeric AS amount, FALSE AS is_ground
        FROM credits_entry e {_OF_BATCH}
        WHERE e.programme_id = %(programme_id)s AND e.award = %(award)s AND e.source_key LIKE 'bonus:%%' AND {_STANDS}
        UNION ALL SELECT {_OF_NO_ROUND.format(key="g.source_key")}, NULL, g.amount, FALSE FROM given g
        UNION ALL SELECT 'bonus:' || {_OF_NO_ROUND.format(key="e.source_key")}, NULL, NULL, TRUE
        FROM credits_entry e
        WHERE e.programme_id = %(programme_id)s AND (%(persons)s::bigint[] IS NULL OR e.person_id = ANY(%(persons)s::bigint[]))
          AND e.award = %(award)s AND e.source_key ~ '^(earn|register):' AND {_STANDS}
    ) x GROUP BY x.key
)
{_REVERSAL} JOIN met d ON d.id = e.id
WHERE d.has_ground AND d.amount <> e.amount AND {_TOUCHED}
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
       OR regexp_replace(regexp_replace(e.source_key, '^(bonus:)?((leave|register):)?', ''), '(@[0-9]+)+$', '') IN (SELECT key FROM gone))
"""

_ANY = "SELECT 1 FROM credits_entry WHERE programme_id = %(programme)s LIMIT 1"
_ANY_OF = """
SELECT 1 FROM unnest(%(persons)s::bigint[]) p(id) CROSS JOIN LATERAL (
    SELECT FROM credits_entry e WHERE e.programme_id = %(programme)s AND e.person_id = p.id LIMIT 1
) any_of LIMIT 1
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


def unmultiplied(award: AwardSpec, batch: Batch) -> Select | None:
    """Bonuses of grades that somebody has no longer since something was voided; None where no grade gives any."""
    wanted = awards.multiply(award, batch)
    if wanted is None:
        return None
    given, facts = wanted
    return _UNMULTIPLIED.replace("EARNED", given), {**facts, "why": "考核结果有变，按现在的结果重记"}


def following(batch: Batch) -> Select:
    """Registrations and bonuses of what was taken back."""
    return _FOLLOWING, {**batch.parameters, "why": "所依据的入账已冲销"}


def has_voids(programme_id: int) -> bool:
    """Tell whether any record of the programme was ever voided, or a waiver taken back. Cost: one query."""
    wanted = "SELECT 1 FROM records_record WHERE programme_id = %(programme)s AND verb IN ('voided', 'unwaived') LIMIT 1"
    return bool(sql.rows(wanted, {"programme": programme_id}))


def has_entries(batch: Batch) -> bool:
    """Tell whether anything was entered for anybody of the batch: a first settlement has nothing to correct. Cost: one query."""
    facts = {"programme": batch.programme_id, "persons": batch.persons}
    return bool(sql.rows(_ANY if batch.persons is None else _ANY_OF, facts))
