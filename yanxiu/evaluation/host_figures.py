"""考核基础数据 (001 L28, L29): what each host and each workshop did, by the counters of the plan, for those who assess (S-71)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yanxiu.evaluation import standing
from yanxiu.evaluation.appraisals import Asked, Scope
from yanxiu.kit import sql
from yanxiu.kit.paging import Page, page_with
from yanxiu.programmes.plan.metrics import METRICS
from yanxiu.programmes.plan.schema.judgement import DecisionAssessment
from yanxiu.workshops.queries.recount import Recount, recount

_HOSTS = """
SELECT h.person_id, h.role, h.space_id, h.version_id, h.level, p.name, COALESCE(o.name, '') AS unit, s.title, j.grade
FROM evaluation_role h JOIN people_person p ON p.id = h.person_id JOIN workshops_space s ON s.id = h.space_id
LEFT JOIN orgs_org o ON o.id = p.unit_id
LEFT JOIN unnest(%(roles)s::text[], %(keys)s::text[]) AS k(role, key) ON k.role = h.role
LEFT JOIN evaluation_judgement j ON j.programme_id = h.programme_id AND j.key = k.key AND j.person_id = h.person_id
 AND j.superseded_at IS NULL AND j.space_id = 0 AND j.unit_id = 0
WHERE h.programme_id = %(programme)s AND h.until_at IS NULL AND h.role = ANY(%(roles)s) AND h.unit_path LIKE ANY(%(paths)s)
 AND (%(space)s = 0 OR h.space_id = %(space)s) AND (%(level)s = '' OR h.level = %(level)s)
 AND (%(words)s = '' OR p.name LIKE %(words)s || '%%' OR p.initials LIKE lower(%(words)s) || '%%' OR s.title LIKE '%%' || %(words)s || '%%')
ORDER BY length(s.path), s.title, h.space_id, p.sort_key, h.person_id OFFSET %(offset)s LIMIT %(limit)s
"""
_COUNTS = """
SELECT TRUE AS own, person_id AS id, metric, sum(count)::bigint AS n FROM records_tally
WHERE programme_id = %(programme)s AND person_id = ANY(%(people)s) AND metric = ANY(%(own)s) GROUP BY 2, 3
UNION ALL
SELECT FALSE, space_id, metric, sum(count)::bigint FROM records_tally
WHERE programme_id = %(programme)s AND space_id = ANY(%(spaces)s) AND metric = ANY(%(workshop)s) GROUP BY 2, 3
"""


@dataclass(frozen=True, kw_only=True)
class HostFigures:
    """A host in a workshop: own counters in the programme, those of the workshop, and how many of the duties are met.

    `short` names the duties that are not; soft ones are not among them. `grade` is the finding in force, "" for none.
    """

    person_id: int
    role: str
    name: str
    unit: str
    space_id: int
    workshop: str
    level: str
    own: tuple[int, ...]
    of_workshop: tuple[int, ...]
    own_named: tuple[tuple[str, int], ...]
    of_workshop_named: tuple[tuple[str, int], ...]
    met: int
    asked: int
    short: tuple[str, ...]
    grade: str


def own_metrics(asked: Asked) -> tuple[str, ...]:
    """Return the counters of a person that the plan names."""
    return asked.item.counters.person if isinstance(asked.item, DecisionAssessment) and asked.item.counters else ()


def workshop_metrics(asked: Asked) -> tuple[str, ...]:
    """Return the counters of a workshop that the plan names."""
    return asked.item.counters.workshop if isinstance(asked.item, DecisionAssessment) and asked.item.counters else ()


def labels(metrics: Sequence[str]) -> list[str]:
    """Return the words of counters."""
    return [METRICS[metric].label for metric in metrics]


def host_figures(
    scope: Scope, asked: Asked, *, at: datetime, words: str = "", level: str = "", space_id: int = 0, number: int = 1, size: int = 20
) -> Page[HostFigures]:
    """Return the hosts that the scope assesses with their figures, workshop by workshop from above. Cost: 3 queries."""
    roles = list(asked.item.of)
    facts = {
        "programme": asked.programme.pk, "roles": roles, "keys": [asked.key_of(role) for role in roles], "words": words, "level": level,
        "paths": [f"{path}%" for path in scope.paths(asked)], "space": space_id, "offset": (number - 1) * size, "limit": size + 1,
    }  # fmt: skip
    rows = sql.rows(_HOSTS, facts, plan="fresh")
    own, workshop = own_metrics(asked), workshop_metrics(asked)
    people, spaces = sorted({row["person_id"] for row in rows}), sorted({row["space_id"] for row in rows})
    sums = {"programme": asked.programme.pk, "people": people, "spaces": spaces, "own": list(own), "workshop": list(workshop)}
    counts = {(row["own"], row["id"], row["metric"]): row["n"] for row in sql.rows(_COUNTS, sums, plan="fresh")}
    versions = sorted({row["version_id"] for row in rows})
    duties = standing.of(versions=versions, persons=people, at=at) if rows else []
    found = []
    for row in rows:
        mine = [
            one for one in duties
            if (one.person_id, one.role, one.space_id) == (row["person_id"], row["role"], row["space_id"]) and _is_duty(one)
        ]  # fmt: skip
        figures = tuple(counts.get((True, row["person_id"], key), 0) for key in own)
        together = tuple(counts.get((False, row["space_id"], key), 0) for key in workshop)
        found.append(
            HostFigures(
                person_id=row["person_id"], role=row["role"], name=row["name"], unit=row["unit"], space_id=row["space_id"],
                workshop=row["title"], level=row["level"], own=figures, of_workshop=together,
                own_named=tuple(zip(labels(own), figures, strict=True)),
                of_workshop_named=tuple(zip(labels(workshop), together, strict=True)), met=sum(one.is_settled for one in mine),
                asked=len(mine), short=tuple(one.label for one in mine if not one.is_settled), grade=row["grade"] or "",
            )
        )  # fmt: skip
    return page_with(found, number=number, size=size)


def unlike(rows: Sequence[HostFigures]) -> list[Recount]:
    """Count the workshops of these hosts anew from what stands in them; return where the figures differ. Cost: one query."""
    return recount(space_ids=sorted({row.space_id for row in rows})) if rows else []


def _is_duty(one: standing.Standing) -> bool:
    return one.kind in ("count", "coverage") and one.target > 0 and not one.soft and one.assessed
