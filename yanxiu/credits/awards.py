"""From award rules to ledger candidates: each rule is one SELECT over standing, records and entries.

A batch runs in passes, because each reads what the one before wrote: take back what lost its ground (`corrections`) → earn → register →
multiply. Source keys say what an entry is for (`earn:…`, `register:earn:…`, `bonus:earn:…`, `void:…`), so settling twice adds nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from yanxiu.credits import resting, standings
from yanxiu.evaluation import results
from yanxiu.programmes.plan.specs import AwardSpec, PassRule

Select = tuple[str, dict[str, object]]

_UNITS = {"hour": "学时", "credit": "学分"}

# Later results belong to the next year (C-22, D-07): years are those of the cut-off, in Shanghai.
_YEAR = (
    "(EXTRACT(YEAR FROM {at} AT TIME ZONE 'Asia/Shanghai') + CASE WHEN %(cutoff)s <> '' "
    "AND to_char({at} AT TIME ZONE 'Asia/Shanghai', 'MM-DD') > %(cutoff)s THEN 1 ELSE 0 END)::int"
)

_SINCE = "COALESCE(since, %(at)s::timestamptz)"

# A record that lets something count again after an appeal is an earning of its own: the first one stays reversed (`restores`).
_EARN_FROM_RECORDS = """
WHO_CTE,
who AS (SELECT DISTINCT programme_id, version_id, person_id FROM participant WHERE role = ANY(%(roles)s)),
earned AS (
    SELECT DISTINCT ON (w.person_id, r.object_type, r.object_id)
           w.*, r.id, r.object_type, r.object_id, r.object_label, r.measure, r.at, r.kind, r.data
    FROM who w
    JOIN records_record r ON r.programme_id = w.programme_id AND r.person_id = w.person_id
     AND r.programme_id = %(programme_id)s AND (%(persons)s::bigint[] IS NULL OR r.person_id = ANY(%(persons)s::bigint[]))
     AND r.verb = ANY(%(verbs)s) AND r.verb || ' ' || r.object_type = ANY(%(events)s)
    WHERE r.measure > 0 AND r.at < %(at)s::timestamptz AND (cardinality(%(blocks)s::text[]) = 0 OR r.kind = ANY(%(blocks)s))
      AND r.id NOT IN (SELECT v.voids FROM records_record v WHERE v.programme_id = %(programme_id)s AND v.voids IS NOT NULL)
    ORDER BY w.person_id, r.object_type, r.object_id, r.id
)
SELECT person_id, programme_id, version_id, %(award)s::text, %(account)s::text, %(unit)s::text, %(credit_class)s::text,
       round(measure * %(ratio)s::numeric, 2), YEAR_OF_AT,
       'earn:' || programme_id || ':' || %(award)s || ':' || object_type || ':' || object_id || ':' || person_id
       || CASE WHEN data ->> 'restores' IS NULL THEN '' ELSE ':' || id END,
       COALESCE(NULLIF(object_label, ''), object_id), %(reason)s::text, jsonb_build_array(id), NULL::bigint
FROM earned
"""

_EARN_ON_RESULT = f"""
WHO_CTE,
result AS (RESULT_BODY),
{resting.RESULT}
SELECT p.person_id, v.programme_id, v.id, %(award)s::text, %(account)s::text, %(unit)s::text, %(credit_class)s::text,
       round(%(amount)s::numeric * %(ratio)s::numeric, 2), YEAR_OF_AT,
       'earn:' || v.programme_id || ':' || %(award)s || ':result:' || p.role || ':' || p.person_id,
       %(label)s::text, %(reason)s::text, p.evidence, NULL::bigint
FROM passing p JOIN programmes_planversion v ON v.id = ANY(%(versions)s)
WHERE p.role = ANY(%(roles)s)
"""

_EARN_PER_BLOCK = f"""
WHO_CTE,
{resting.BLOCK}
SELECT s.person_id, s.programme_id, s.version_id, %(award)s::text, %(account)s::text, %(unit)s::text, %(credit_class)s::text,
       round(s.value * %(ratio)s::numeric, 2), YEAR_OF_AT,
       'earn:' || s.programme_id || ':' || %(award)s || ':block:' || s.key || ':' || s.person_id,
       s.label, %(reason)s::text, s.evidence, NULL::bigint
FROM block s
"""

_NOT_REVERSED = "AND NOT EXISTS (SELECT 1 FROM credits_entry v WHERE v.reverses = e.id)"

# A provisional amount leaves its account and enters the registered one; the two entries sum to nothing new.
# What rests on voided records was taken back before (`corrections.voided`), so it is not looked up again. An entry of an earlier version
# is moved as well: by the version that holds for her now.
_REGISTER = f"""
WHO_CTE,
result AS (RESULT_BODY)
SELECT e.person_id, e.programme_id, e.version_id, e.award, move.account, e.unit, e.credit_class, move.sign * e.amount, e.year,
       move.prefix || e.source_key, e.label, %(reason)s::text, e.evidence, NULL::bigint
FROM credits_entry e
JOIN (SELECT DISTINCT programme_id, person_id FROM participant WHERE role = ANY(%(roles)s)) p
  ON p.programme_id = e.programme_id AND p.person_id = e.person_id
JOIN (SELECT DISTINCT person_id FROM result WHERE passed) q ON q.person_id = e.person_id
CROSS JOIN (VALUES ('provisional', -1, 'leave:'), ('registered', 1, 'register:')) AS move(account, sign, prefix)
WHERE e.programme_id = %(programme_id)s AND (%(persons)s::bigint[] IS NULL OR e.person_id = ANY(%(persons)s::bigint[]))
  AND e.award = %(award)s AND e.account = 'provisional' AND e.source_key LIKE 'earn:%%'
  {_NOT_REVERSED}
"""

# The multiplier is an entry of its own, so that both halves explain themselves (C-14). Of several that somebody has earned the largest
# counts, once: never twice on one course (D-10).
_MULTIPLY = f"""
WHO_CTE
SELECT DISTINCT ON (e.source_key)
       e.person_id, e.programme_id, e.version_id, e.award, e.account, e.unit, e.credit_class, round(e.amount * (g.x - 1), 2),
       e.year, 'bonus:' || e.source_key, e.label, g.reason, e.evidence, NULL::bigint
FROM credits_entry e
JOIN (
    SELECT DISTINCT s.programme_id, s.person_id, s.role, m.x, m.domain, m.reason
    FROM standing s
    JOIN unnest(%(conditions)s::text[], %(grades)s::text[], %(factors)s::numeric[], %(domains)s::text[], %(reasons)s::text[])
      AS m(condition, grade, x, domain, reason) ON s.grade = m.grade AND (s.key = m.condition OR s.key LIKE m.condition || '.%%')
    WHERE s.role = ANY(%(roles)s) AND s.role <> 'learner'
) g ON g.programme_id = e.programme_id AND g.person_id = e.person_id
LEFT JOIN records_record r ON r.id = (e.evidence ->> 0)::bigint AND jsonb_array_length(e.evidence) = 1
WHERE e.programme_id = %(programme_id)s AND (%(persons)s::bigint[] IS NULL OR e.person_id = ANY(%(persons)s::bigint[]))
  AND e.award = %(award)s AND e.account = 'registered' AND (e.source_key LIKE 'earn:%%' OR e.source_key LIKE 'register:%%')
  AND (g.domain = 'all' OR COALESCE(r.data ->> 'domain', '') = '' OR g.role LIKE (r.data ->> 'domain') || '%%')
  {_NOT_REVERSED}
ORDER BY e.source_key, g.x DESC
"""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Whom a settlement looks at: the participants of one version, `persons` of them (null: all), as of `at`."""

    programme_id: int
    version_id: int
    persons: list[int] | None
    at: datetime

    @property
    def parameters(self) -> dict[str, object]:
        facts = {"programme_id": self.programme_id, "versions": [self.version_id], "persons": self.persons}
        return {**facts, "path": "/", "at": self.at}


def completed(body: str, *, year_at: str, result: str = "") -> str:
    return body.replace("WHO_CTE", standings.WITH).replace("YEAR_OF_AT", _YEAR.replace("{at}", year_at)).replace("RESULT_BODY", result)


def facts_of(award: AwardSpec, batch: Batch) -> dict[str, object]:
    return {
        **batch.parameters,
        "award": award.id,
        "account": "provisional" if award.register_only_if else "registered",
        "unit": _UNITS[award.unit],
        "credit_class": award.credit_class or "",
        "ratio": award.ratio,
        "roles": list(award.to),
        "blocks": list(award.blocks),
        "cutoff": award.cutoff or "",
    }


def rules_of(rules: Iterable[PassRule], name: str, roles: tuple[str, ...]) -> list[PassRule]:
    return [rule for rule in rules if rule.id == name and rule.subject_role in roles]


def passing_results(rules: list[PassRule], parameters: dict[str, object]) -> str:
    """The union of the results of a rule over its roles (one tree each)."""
    return _united("r", rules, parameters, results.statement)


def _passing_moments(rules: list[PassRule], parameters: dict[str, object]) -> str:
    """The union of the moments since which a rule is passed over its roles."""
    return _united("m", rules, parameters, results.moments)


def _united(
    prefix: str, rules: list[PassRule], parameters: dict[str, object], statement: Callable[[PassRule, dict[str, object]], str]
) -> str:
    bodies = []
    for number, rule in enumerate(rules):
        own: dict[str, object] = {}
        body = statement(rule, own)
        for name, value in own.items():
            body = body.replace(f"%({name})s", f"%({prefix}{number}_{name})s")
            parameters[f"{prefix}{number}_{name}"] = value
        bodies.append(body)
    return " UNION ALL ".join(f"({body})" for body in bodies)


def earn(award: AwardSpec, rules: tuple[PassRule, ...], batch: Batch) -> Select | None:
    """What the rule gives. None when it can give nothing (its pass rule is not of its roles)."""
    facts = facts_of(award, batch)
    if award.rule in {"per_course", "confirmed"}:
        by_course = award.rule == "per_course"
        events = ["completed course", "completed lesson_case", "attended session"] if by_course else ["confirmed hours"]
        facts |= {
            "events": events,
            "verbs": sorted({event.split()[0] for event in events}),
            "reason": "课程学完，整门计" if by_course else f"{award.confirm or '上级'}认定",
        }
        return completed(_EARN_FROM_RECORDS, year_at="at"), facts
    if award.rule == "per_block":
        return completed(_EARN_PER_BLOCK, year_at=_SINCE), {**facts, "reason": "整块完成"}
    passing = rules_of(rules, award.condition or "", award.to)
    if not passing or award.amount is None:
        return None
    keys = sorted({key for rule in passing for key in results.keys_of(rule.tree)})
    facts |= {"amount": award.amount, "label": passing[0].label, "reason": f"{passing[0].label}通过", "keys": keys}
    body = completed(_EARN_ON_RESULT, year_at=_SINCE, result=passing_results(passing, facts))
    return body.replace("MOMENT_BODY", _passing_moments(passing, facts)), facts


def of_candidates(select: Select) -> Select:
    """Return what a first settlement asks of its own candidates, instead of what stands in the ledger; none of them was reversed."""
    statement, facts = select
    return statement.replace("FROM credits_entry e", "FROM credits_candidate e").replace(_NOT_REVERSED, ""), facts


def register(award: AwardSpec, rules: tuple[PassRule, ...], batch: Batch) -> Select | None:
    """Provisional amounts of those who pass the gate move to the registered account; None without a gate."""
    passing = rules_of(rules, award.register_only_if or "", award.to)
    if not passing:
        return None
    facts = facts_of(award, batch) | {"reason": f"{passing[0].label}合格，转入登记"}
    return completed(_REGISTER, year_at="", result=passing_results(passing, facts)), facts


def multiply(award: AwardSpec, batch: Batch) -> Select | None:
    """What grades add to amounts of their own domain; None where no grade gives more than the amount itself."""
    found = [one for one in award.multipliers if one.x != 1]
    if not found:
        return None
    facts = facts_of(award, batch) | {
        "conditions": [one.condition for one in found], "grades": [one.grade for one in found], "factors": [one.x for one in found],
        "domains": [one.domain for one in found], "reasons": [f"考核{one.grade}，按 {one.x:f} 倍计" for one in found],
    }  # fmt: skip
    return completed(_MULTIPLY, year_at=""), facts
