"""Results: the plan's pass rules over standing, as one set-based statement per rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yanxiu.evaluation import statements
from yanxiu.kit import sql
from yanxiu.programmes.plan.specs import All, AtLeast, Node, PassRule, Ref


@dataclass(frozen=True, kw_only=True)
class Result:
    """Whether a participant passes a rule, and the requirements of it that are not met yet."""

    person_id: int
    role: str
    space_id: int
    rule: str
    passed: bool
    missing: tuple[str, ...]


def keys_of(tree: Node) -> tuple[str, ...]:
    """Return the requirement keys that a pass tree names, in order, each once."""
    if isinstance(tree, Ref):
        return (tree.key,)
    return tuple(dict.fromkeys(key for part in tree.of for key in keys_of(part)))


def expression(tree: Node, parameters: dict[str, object]) -> str:
    """Turn a pass tree into an SQL boolean over the grouped rows of one participant; values go into `parameters`.

    A requirement that does not apply to the participant (another stage) counts as met.
    """
    if isinstance(tree, Ref):
        name = f"key_{len(parameters)}"
        parameters[name] = tree.key
        return f"COALESCE(bool_and(met OR status = 'waived') FILTER (WHERE key = %({name})s), TRUE)"
    parts = [expression(part, parameters) for part in tree.of]
    if isinstance(tree, AtLeast):
        return "(" + " + ".join(f"({part})::int" for part in parts) + f") >= {int(tree.k)}"
    return "(" + (" AND " if isinstance(tree, All) else " OR ").join(parts or ["TRUE"]) + ")"


def statement(rule: PassRule, parameters: dict[str, object], *, version_id: int | None = None) -> str:
    """Return the CTE body that yields (person_id, role, space_id, passed, missing) of a rule, to stand after WITH_STANDING.

    `version_id` where standing is of several versions, each with rules of its own.
    """
    passed = expression(rule.tree, parameters)
    parameters.update({"rule_role": rule.subject_role, "rule_keys": list(keys_of(rule.tree))})
    return (
        f"SELECT person_id, role, space_id, {passed} AS passed, "
        "COALESCE(array_agg(key ORDER BY number) FILTER (WHERE key = ANY(%(rule_keys)s) AND NOT met AND status <> 'waived'), '{}') "
        "AS missing "
        f"FROM standing WHERE role = %(rule_role)s{'' if version_id is None else f' AND version_id = {int(version_id)}'} "
        "GROUP BY person_id, role, space_id"
    )


def since(tree: Node, parameters: dict[str, object]) -> str:
    """Turn a pass tree into the SQL moment since which it holds, over the grouped rows (key, since) of one participant.

    A leaf is infinity while it is not met, and null when no record made it so; then it holds nothing up. All of several hold with the
    last, any with the first, at least k with the k-th of them.
    """
    if isinstance(tree, Ref):
        name = f"key_{len(parameters)}"
        parameters[name] = tree.key
        return f"MAX(since) FILTER (WHERE key = %({name})s)"
    parts = ", ".join(since(part, parameters) for part in tree.of) or "NULL::timestamptz"
    if isinstance(tree, AtLeast):
        return f"(ARRAY(SELECT one FROM unnest(ARRAY[{parts}]) one ORDER BY one NULLS FIRST))[{int(tree.k)}]"
    return f"{'GREATEST' if isinstance(tree, All) else 'LEAST'}({parts})"


def moments(rule: PassRule, parameters: dict[str, object]) -> str:
    """Return the CTE body that yields (person_id, role, space_id, since) of a rule from `leaf` (person_id, role, space_id, key, since)."""
    moment = since(rule.tree, parameters)
    parameters["rule_role"] = rule.subject_role
    return (
        f"SELECT person_id, role, space_id, NULLIF({moment}, 'infinity') AS since "
        "FROM leaf WHERE role = %(rule_role)s GROUP BY person_id, role, space_id"
    )


def of_rule(
    rule: PassRule, *, versions: Sequence[int], at: datetime, persons: Sequence[int] | None = None, path: str = "/"
) -> list[Result]:
    """Evaluate one pass rule for the participants. Cost: one query."""
    parameters: dict[str, object] = {
        "versions": list(versions), "persons": None if persons is None else list(persons), "path": path, "at": at,
    }  # fmt: skip
    body = statement(rule, parameters)
    found = sql.rows(f"{statements.WITH_STANDING} {body} ORDER BY person_id, space_id", parameters, plan="fresh")
    return [Result(rule=rule.id, **{**row, "missing": tuple(row["missing"])}) for row in found]
