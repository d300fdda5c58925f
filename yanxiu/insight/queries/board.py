"""A unit and what lies below it, in figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yanxiu.insight.columns import Column
from yanxiu.insight.queries.place import Place
from yanxiu.insight.queries.statements import with_people
from yanxiu.kit import sql

BUCKETS = 6

_BOARD = """
SELECT COALESCE(o.name, '') AS name, COALESCE(o.kind, '') AS kind, x.*
FROM (
    SELECT COALESCE(NULLIF(split_part(unit_path, '/', %(depth)s), ''), '0')::bigint AS child, count(*)::int AS people,
           count(*) FILTER (WHERE is_active)::int AS active, count(*) FILTER (WHERE has_chosen)::int AS chosen,
           count(*) FILTER (WHERE has_begun)::int AS begun, count(*) FILTER (WHERE has_passed)::int AS passed,
           count(*) FILTER (WHERE is_late)::int AS late COLUMNS
    FROM person GROUP BY 1
) x LEFT JOIN orgs_org o ON o.id = x.child
ORDER BY x.child = 0 DESC, o.name, x.child
"""


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """A unit below (its own staff: `child` 0) with everybody under it. `sums` and `counts` make the mean share of each column.

    `schedules` are the sums of where each one's own version stands by its schedule today.
    """

    child: int
    name: str
    kind: str
    people: int
    active: int
    chosen: int
    begun: int
    passed: int
    late: int
    sums: tuple[float, ...]
    counts: tuple[int, ...]
    done: tuple[int, ...]
    schedules: tuple[float, ...]
    spread: tuple[int, ...]

    def share(self, number: int) -> float | None:
        """Return the share of column `number`, None when it concerns nobody here."""
        return self.sums[number] / self.counts[number] if self.counts[number] else None

    def expected(self, number: int) -> float | None:
        """Return where its people stand by their schedules in column `number`, None when nothing is dated."""
        return self.schedules[number] / self.counts[number] if self.counts[number] and self.schedules[number] else None


@dataclass(frozen=True, kw_only=True)
class Board:
    """The figures of a place: its rows (own staff first), and all of them together as one row."""

    place: Place
    rows: Sequence[UnitRow]
    all: UnitRow

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.place.measures.columns if self.place.measures else ()


def board(place: Place, *, at: datetime, stage: str = "") -> Board:
    """Return the figures of a place. Cost: one query, whatever the number of people and units."""
    rows = _rows(place, at=at, stage=stage)
    return Board(place=place, rows=rows, all=_together(rows, len(place.measures.columns) if place.measures else 0))


def _rows(place: Place, *, at: datetime, stage: str) -> list[UnitRow]:
    if place.measures is None:
        return []
    head, facts = with_people(place.measures, versions=place.versions, path=place.unit.path, at=at, stage=stage)
    number = len(place.measures.columns)
    parts = [_sums(one) for one in range(number)]
    if place.measures.total:
        parts += [f", count(*) FILTER (WHERE LEAST(floor(share_t * {BUCKETS}), {BUCKETS - 1}) = {one} AND share_t > 0 AND NOT has_passed)"
                  f"::int AS spread_{one}" for one in range(BUCKETS)]  # fmt: skip
    text = head + _BOARD.replace("COLUMNS", "".join(parts))
    found = sql.rows(text, {**facts, "depth": place.unit.path.count("/") + 1})
    names = ("child", "name", "kind", "people", "active", "chosen", "begun", "passed", "late")
    return [
        UnitRow(
            **{name: row[name] for name in names},
            sums=tuple(float(row[f"sum_{one}"] or 0) for one in range(number)),
            counts=tuple(row[f"count_{one}"] for one in range(number)),
            done=tuple(row[f"done_{one}"] for one in range(number)),
            schedules=tuple(float(row[f"schedule_{one}"] or 0) for one in range(number)),
            spread=tuple(row.get(f"spread_{one}", 0) for one in range(BUCKETS)),
        )
        for row in found
    ]


def _sums(one: int) -> str:
    return (
        f", sum(share_{one}) AS sum_{one}, count(share_{one})::int AS count_{one}"
        f", count(*) FILTER (WHERE share_{one} >= 1)::int AS done_{one}"
        f", sum(expected_{one}) FILTER (WHERE share_{one} IS NOT NULL) AS schedule_{one}"
    )


def _together(rows: Sequence[UnitRow], number: int) -> UnitRow:
    def added(name: str) -> int:
        return sum(int(getattr(row, name)) for row in rows)

    return UnitRow(
        child=0, name="", kind="", people=added("people"), active=added("active"), chosen=added("chosen"), begun=added("begun"),
        passed=added("passed"), late=added("late"),
        sums=tuple(sum(row.sums[one] for row in rows) for one in range(number)),
        counts=tuple(sum(row.counts[one] for row in rows) for one in range(number)),
        done=tuple(sum(row.done[one] for row in rows) for one in range(number)),
        schedules=tuple(sum(row.schedules[one] for row in rows) for one in range(number)),
        spread=tuple(sum(row.spread[one] for row in rows) for one in range(BUCKETS)),
    )  # fmt: skip
