"""The one statement of boards and lists: every participant under a path with what she has chosen, begun, earned and passed."""

from collections.abc import Mapping, Sequence

from yanxiu.evaluation import results
from yanxiu.evaluation.statements import WITH_STANDING
from yanxiu.insight.columns import Column, Measures

_SCOPE = """,
scope AS MATERIALIZED (
    SELECT e.id, e.version_id, e.person_id, e.unit_id, e.unit_path, e.stage, e.subject FROM programmes_enrolment e
    WHERE e.version_id = ANY(%(versions)s) AND e.state = 'active' AND e.role = 'learner' AND e.unit_path LIKE %(path)s || '%%'
      AND (%(stage)s = '' OR e.stage = %(stage)s)
),
result AS (RESULT_BODY),
share AS (SELECT person_id, bool_or(status = 'late' AND assessed AND NOT soft AND cardinality(kinds) <= 1) AS is_late SHARES
    FROM standing WHERE role = 'learner' GROUP BY person_id),
begun AS (
    SELECT p.enrolment_id FROM scope e JOIN learning_progress p ON p.person_id = e.person_id AND p.enrolment_id = e.id AND p.seconds > 0
    UNION SELECT x.enrolment_id FROM scope e JOIN learning_stepdone x ON x.enrolment_id = e.id
),
person AS (
    SELECT e.*, COALESCE(a.state = 'active', FALSE) AS is_active, c.chosen_hours,
           c.chosen_hours >= LEAST_HOURS AS has_chosen, b.enrolment_id IS NOT NULL AS has_begun,
           COALESCE(r.passed, FALSE) AS has_passed, COALESCE(w.is_late, FALSE) AS is_late PICKED
    FROM scope e
    LEFT JOIN people_account a ON a.person_id = e.person_id
    JOIN learning_uptake c ON c.enrolment_id = e.id
    LEFT JOIN begun b ON b.enrolment_id = e.id
    LEFT JOIN share w ON w.person_id = e.person_id
    LEFT JOIN (SELECT person_id, bool_or(passed) AS passed FROM result GROUP BY 1) r ON r.person_id = e.person_id
)
"""
_NOBODY = "SELECT NULL::bigint AS person_id, FALSE AS passed WHERE FALSE"


# Of a school the evaluator reads the tallies of its staff by key, not a whole province's.
_OF_STAFF = WITH_STANDING.replace("%(persons)s::bigint[] IS NULL OR ", "").replace(
    "%(persons)s::bigint[]",
    "ARRAY(SELECT k.person_id FROM programmes_enrolment k WHERE k.version_id = ANY(%(versions)s) AND k.unit_path LIKE %(path)s || '%%')",
)


def with_people(
    measures: Measures, *, versions: Sequence[int], path: str, at: object, stage: str = "", is_school: bool = False
) -> tuple[str, dict[str, object]]:
    """Return the CTEs up to `person` and their parameters; everybody is judged by the version she is pinned to.

    Per column i of the measures: `share_i` (0–1), `got_i` and `target_i` (in its unit), `expected_i` (0–1, the schedule of her version).
    `share_t` is the share of all hours. What does not concern a person (another stage, another version) is null.
    """
    facts: dict[str, object] = {"versions": list(versions), "path": path, "at": at, "stage": stage}
    facts |= {} if is_school else {"persons": None}
    own = dict(measures.own)
    named = [(str(number), column) for number, column in enumerate(measures.columns)]
    if measures.total:
        named.append(("t", measures.total))
    pieces = {
        "RESULT_BODY": _results(own, facts),
        "SHARES": "".join(_share(name, column, facts) for name, column in named),
        "PICKED": "".join(_picked(name, column, facts) for name, column in named),
        "LEAST_HOURS": _by_version("{}", {version: one.least for version, one in own.items()}, "least", facts),
    }
    text = _SCOPE
    for word, piece in pieces.items():
        text = text.replace(word, piece)
    return (_OF_STAFF if is_school else WITH_STANDING) + text, facts


def _by_version(condition: str, values: Mapping[int, object], name: str, facts: dict[str, object]) -> str:
    """An expression over `e` that is another for each version; versions without a value have null."""
    if not values:
        return "NULL"
    cases = []
    for version, value in values.items():
        facts[f"{name}_{version}"] = value
        cases.append(f"WHEN {int(version)} THEN {condition.format(f'%({name}_{version})s')}")
    return f"CASE e.version_id {' '.join(cases)} END"


def _results(own: Mapping[int, Measures], facts: dict[str, object]) -> str:
    """Whether people pass, each by the rule of her version; versions of one rule are judged together."""
    rules = {version: one.rule for version, one in own.items() if one.rule is not None}
    alike = [(rule, [version for version, other in rules.items() if other == rule]) for rule in rules.values()]
    parts = []
    for number, (rule, of) in enumerate(one for place, one in enumerate(alike) if one not in alike[:place]):
        facts[f"ruled_{number}"] = of
        passed = results.expression(rule.tree, facts)
        facts[f"rule_role_{number}"] = rule.subject_role
        parts.append(
            f"SELECT person_id, {passed} AS passed FROM standing WHERE role = %(rule_role_{number})s "
            f"AND version_id = ANY(%(ruled_{number})s) GROUP BY person_id, role, space_id"
        )
    return " UNION ALL ".join(parts) or _NOBODY


def _share(name: str, column: Column, facts: dict[str, object]) -> str:
    """The columns of one measure: what is over the target of one block does not make up for another; waived counts as met."""
    facts[f"rows_{name}"] = list(column.requirements)
    mine = f"FILTER (WHERE requirement_id = ANY(%(rows_{name})s))"
    got = "CASE WHEN status = 'waived' OR met THEN target ELSE LEAST(value, target) END"
    return (
        f", sum({got}) {mine} / NULLIF(sum(target) {mine}, 0) AS share_{name}, sum({got}) {mine} AS got_{name}"
        f", sum(target) {mine} AS target_{name}"
    )


def _picked(name: str, column: Column, facts: dict[str, object]) -> str:
    schedule = {version: one.expected for version, one in column.own.items() if one.expected is not None}
    expected = _by_version("{}::float8", schedule, f"expected_{name}", facts)
    return f", w.share_{name}, w.got_{name}, w.target_{name}, {expected if schedule else 'NULL::float8'} AS expected_{name}"
