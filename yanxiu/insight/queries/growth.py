"""How the hours of a unit's people grow, day by day."""

from datetime import date
from decimal import Decimal

from yanxiu.insight.queries.board import Board
from yanxiu.insight.queries.kept import kept_growth, kept_of
from yanxiu.kit import sql

_GROWTH = """
SELECT (r.at AT TIME ZONE 'Asia/Shanghai')::date AS day, sum(r.measure) AS hours
FROM records_record r
JOIN records_metricsource s ON s.verb = r.verb AND s.object_type = r.object_type AND s.metric = 'hours.earned'
WHERE r.programme_id = %(programme)s AND r.unit_path LIKE %(path)s || '%%' AND r.voids IS NULL AND r.measure > 0
  AND r.id NOT IN (SELECT v.voids FROM records_record v WHERE v.programme_id = %(programme)s AND v.voids IS NOT NULL)
GROUP BY 1 ORDER BY 1
"""


def growth(board: Board) -> list[tuple[date, Decimal]]:
    """Return the hours earned under a board's unit on each day that has any, oldest first. Cost: one query, 2 of a school."""
    place = board.place
    if place.programme is None or not board.all.people:
        return []
    if board.kept or (place.is_leaf and kept_of(place, at=board.as_of)):
        return kept_growth(place)
    rows = sql.rows(_GROWTH, {"programme": place.programme.pk, "path": place.unit.path})
    return [(row["day"], row["hours"]) for row in rows]
