"""The inside of keeping a board: every row of every unit's board of a programme, by the statement that reckons a board anew.

Sums over people add up, so each unit is summed once for itself and then into all units above it.
"""

from collections.abc import Iterable

from yanxiu.insight.columns import Measures
from yanxiu.insight.queries.board import BUCKETS, sums_of
from yanxiu.insight.queries.statements import with_people

_PLAIN = ("people", "active", "chosen", "begun", "passed", "late")

_FIGURES = """,
own AS MATERIALIZED (
    SELECT string_to_array(trim(BOTH '/' FROM unit_path), '/') AS units, stage AS own_stage, SUMS FROM person GROUP BY 1, 2
)
INSERT INTO insight_keptfigure (programme_id, parent, child, stage, PLAIN, sums, counts, done, schedules, spread)
SELECT %(programme)s, '/' || array_to_string(o.units[1:n.depth], '/') || '/', COALESCE(o.units[n.depth + 1], '0')::bigint, s.stage,
       ADDED
FROM own o CROSS JOIN LATERAL generate_series(1, cardinality(o.units)) n(depth)
CROSS JOIN LATERAL (SELECT '' AS stage UNION SELECT o.own_stage) s
GROUP BY 2, 3, 4
"""

GROWTH = """
WITH own AS MATERIALIZED (
    SELECT string_to_array(trim(BOTH '/' FROM r.unit_path), '/') AS units, (r.at AT TIME ZONE 'Asia/Shanghai')::date AS day,
           sum(r.measure) AS hours
    FROM records_record r
    JOIN records_metricsource s ON s.verb = r.verb AND s.object_type = r.object_type AND s.metric = 'hours.earned'
    WHERE r.programme_id = %(programme)s AND r.voids IS NULL AND r.measure > 0
      AND r.id NOT IN (SELECT v.voids FROM records_record v WHERE v.programme_id = %(programme)s AND v.voids IS NOT NULL)
    GROUP BY 1, 2
)
INSERT INTO insight_keptgrowth (programme_id, path, days, hours)
SELECT %(programme)s, path, array_agg(day ORDER BY day), array_agg(hours ORDER BY day)
FROM (
    SELECT '/' || array_to_string(o.units[1:n.depth], '/') || '/' AS path, o.day, sum(o.hours) AS hours
    FROM own o CROSS JOIN LATERAL generate_series(1, cardinality(o.units)) n(depth) GROUP BY 1, 2
) x GROUP BY path
"""
"""The hours of each day, of every unit with anybody below it."""


def figures(measures: Measures, *, versions: list[int], at: object, programme_id: int) -> tuple[str, dict[str, object]]:
    """Return the statement that lays down the figures of all units, and its parameters."""
    head, facts = with_people(measures, versions=versions, path="/", at=at)
    number = len(measures.columns)
    spread = [f"sum(spread_{one})" if measures.total else "0" for one in range(BUCKETS)]
    arrays = [
        _array((f"COALESCE(sum(sum_{one}), 0)" for one in range(number)), "float8"),
        _array((f"sum(count_{one})" for one in range(number)), "int"),
        _array((f"sum(done_{one})" for one in range(number)), "int"),
        _array((f"COALESCE(sum(schedule_{one}), 0)" for one in range(number)), "float8"),
        _array(spread, "int"),
    ]
    added = ", ".join([*(f"sum({name})" for name in _PLAIN), *arrays])
    text = _FIGURES.replace("SUMS", sums_of(measures)).replace("PLAIN", ", ".join(_PLAIN)).replace("ADDED", added)
    return head + text, {**facts, "programme": programme_id}


def _array(parts: Iterable[str], kind: str) -> str:
    return f"ARRAY[{', '.join(parts)}]::{kind}[]"
