"""What is kept for boards of large programmes, and whether it still fits."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from yanxiu.insight.models import KeptBoard
from yanxiu.insight.queries.place import Place
from yanxiu.kit import sql
from yanxiu.kit.compiled import Compiled

MANY = 500
"""From so many participants on a programme's boards are kept; those of fewer are reckoned at each look."""
OLD = timedelta(minutes=30)
_OF_PROGRAMME = Compiled(lambda programme: KeptBoard.objects.filter(programme=programme).order_by("pk"), programme=int)

_ROWS = """
SELECT f.*, COALESCE(o.name, '') AS name, COALESCE(o.kind, '') AS kind
FROM insight_keptfigure f LEFT JOIN orgs_org o ON o.id = f.child
WHERE f.programme_id = %(programme)s AND f.stage = %(stage)s AND f.parent = %(path)s
ORDER BY f.child = 0 DESC, o.name, f.child
"""
_GROWTH = """
SELECT d.day, d.hours FROM insight_keptgrowth g CROSS JOIN LATERAL unnest(g.days, g.hours) d(day, hours)
WHERE g.programme_id = %(programme)s AND g.path = %(path)s ORDER BY d.day
"""

_DUE = """
SELECT p.id FROM programmes_programme p LEFT JOIN insight_keptboard k ON k.programme_id = p.id
WHERE p.state = 'running' AND p.current_id IS NOT NULL
  AND (SELECT count(*) FROM (SELECT FROM programmes_enrolment e WHERE e.programme_id = p.id AND e.state = 'active' LIMIT %(many)s) few)
      >= %(many)s
  AND (k.id IS NULL OR k.as_of < %(before)s OR EXISTS (
      SELECT FROM records_record r WHERE r.xid::text::bigint >= k.xid AND r.programme_id = p.id))
ORDER BY p.id
"""


def kept_of(place: Place, *, at: datetime) -> KeptBoard | None:
    """Return what is kept of the place's programme. None when nothing is, when it measured something else, or when it is old and can be
    reckoned at once. Cost: one query."""
    if place.programme is None or place.measures is None:
        return None
    kept = _OF_PROGRAMME.first(programme=place.programme.pk)
    if kept is None or (kept.versions, kept.columns) != (list(place.versions), place.measures.names):
        return None
    is_slow = kept.people >= MANY * 10
    return kept if is_slow or at - kept.as_of < OLD else None


def kept_rows(place: Place, *, stage: str) -> list[dict[str, Any]]:
    """Return the kept rows of the place's board, its own people first. Cost: one query."""
    return sql.rows(_ROWS, {"programme": place.programme.pk if place.programme else 0, "stage": stage, "path": place.unit.path})


def kept_growth(place: Place) -> list[tuple[date, Decimal]]:
    """Return the kept hours of each day under the place's unit. Cost: one query."""
    found = sql.rows(_GROWTH, {"programme": place.programme.pk if place.programme else 0, "path": place.unit.path})
    return [(row["day"], row["hours"]) for row in found]


def due(*, before: datetime) -> list[int]:
    """Return the large running programmes about which something was recorded since they were kept, or kept before. Cost: one query."""
    return [row["id"] for row in sql.rows(_DUE, {"many": MANY, "before": before})]
