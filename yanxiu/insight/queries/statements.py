"""The one statement of boards and lists: every participant under a path with what she has chosen, begun, earned and passed."""

from collections.abc import Sequence

from yanxiu.evaluation import results
from yanxiu.evaluation.statements import WITH_STANDING
from yanxiu.insight.columns import Column, Measures

_SCOPE = """,
scope AS MATERIALIZED (
    SELECT e.id, e.person_id, e.unit_id, e.unit_path, e.stage, e.subject FROM programmes_enrolment e
    WHERE e.version_id = ANY(%(versions)s) AND e.state = 'active' AND e.role = 'learner' AND e.unit_path LIKE %(path)s || '%%'
      AND (%(stage)s = '' OR e.stage = %(stage)s)
),
result AS (RESULT_BODY),
share AS (SELECT person_id, bool_or(status = 'late' AND assessed AND NOT soft AND cardinality(kinds) <= 1) AS is_late SHARES
    FROM standing WHERE role = 'learner' GROUP BY person_id),
choice AS (
    SELECT s.enrolment_id, sum(o.hours) AS hours FROM scope e
    JOIN learning_selection s ON s.enrolment_id = e.id AND s.dropped_at IS NULL AND s.block = ANY(%(blocks)s)
    JOIN programmes_offering o ON o.id = s.offering_id GROUP BY 1
),
begun AS (
    SELECT p.enrolment_id FROM scope e JOIN learning_progress p ON p.person_id = e.person_id AND p.enrolment_id = e.id AND p.seconds > 0
    UNION SELECT x.enrolment_id FROM scope e JOIN learning_stepdone x ON x.enrolment_id = e.id
),
person AS (
    SELECT e.*, COALESCE(a.state = 'active', FALSE) AS is_active, COALESCE(c.hours, 0) AS chosen_hours,
           COALESCE(c.hours, 0) >= %(least)s AS has_chosen, b.enrolment_id IS NOT NULL AS has_begun,
           COALESCE(r.passed, FALSE) AS has_passed, COALESCE(w.is_late, FALSE) AS is_late PICKED
    FROM scope e
    LEFT JOIN people_account a ON a.person_id = e.person_id
    LEFT JOIN choice c ON c.enrolment_id = e.id
    LEFT JOIN begun b ON b.enrolment_id = e.id
    LEFT JOIN share w ON w.person_id = e.person_id
    LEFT JOIN (SELECT person_id, bool_or(passed) AS passed FROM result GROUP BY 1) r ON r.person_id = e.person_id
)
"""
_NOBODY = "SELECT NULL::bigint AS person_id, FALSE AS passed WHERE FALSE"


def with_people(measures: Measures, *, versions: Sequence[int], path: str, at: object, stage: str = "") -> tuple[str, dict[str, object]]:
    """Return the CTEs up to `person` and their parameters. Per column i of the measures: `share_i` (0–1) and `got_i` (in its unit).

    `share_t` is the share of all hours. What does not concern a person (another stage) is null.
    """
    facts: dict[str, object] = {
        "versions": list(versions), "persons": None, "path": path, "at": at, "stage": stage, "blocks": list(measures.blocks),
        "least": measures.least,
    }  # fmt: skip
    body = results.statement(measures.rule, facts) if measures.rule else _NOBODY
    named = [(str(number), column) for number, column in enumerate(measures.columns)]
    if measures.total:
        named.append(("t", measures.total))
    shares = "".join(_share(name, column, facts) for name, column in named)
    picked = "".join(f", w.share_{name}, w.got_{name}" for name, _ in named)
    text = _SCOPE.replace("RESULT_BODY", body).replace("SHARES", shares).replace("PICKED", picked)
    return WITH_STANDING + text, facts


def _share(name: str, column: Column, facts: dict[str, object]) -> str:
    """The columns of one measure: what is over the target of one block does not make up for another; waived counts as met."""
    facts[f"keys_{name}"] = list(column.keys)
    mine = f"FILTER (WHERE key = ANY(%(keys_{name})s))"
    got = "CASE WHEN status = 'waived' OR met THEN target ELSE LEAST(value, target) END"
    return f", sum({got}) {mine} / NULLIF(sum(target) {mine}, 0) AS share_{name}, sum({got}) {mine} AS got_{name}"
