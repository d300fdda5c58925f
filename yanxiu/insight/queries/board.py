"""A unit and what lies below it, in figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yanxiu.insight.columns import Column, Measures
from yanxiu.insight.models import KeptBoard
from yanxiu.insight.queries.kept import kept_of, kept_rows
from yanxiu.insight.queries.place import Place
from yanxiu.insight.queries.statements import with_people
from yanxiu.kit import sql

BUCKETS = 6
_ARRAYS = ("sums", "counts", "done", "schedules", "spread")
_NAMES = ("child", "name", "kind", "people", "active", "chosen", "begun", "passed", "late")

_BOARD = """
SELECT COALESCE(o.name, '') AS name, COALESCE(o.kind, '') AS kind, x.*
FROM (
    SELECT COALESCE(NULLIF(split_part(unit_path, '/', %(depth)s), ''), '0')::bigint AS child, SUMS FROM person GROUP BY 1
) x LEFT JOIN orgs_org o ON o.id = x.child
ORDER BY x.child = 0 DESC, o.name, x.child
"""


_SUMS = """count(*)::int AS people,
           count(*) FILTER (WHERE is_active)::int AS active, count(*) FILTER (WHERE has_chosen)::int AS chosen,
           count(*) FILTER (WHERE has_begun)::int AS begun, count(*) FILTER (WHERE has_passed)::int AS passed,
           count(*) FILTER (WHERE is_late)::int AS late"""


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
    """The figures of a place as of a moment: its rows (own staff first), and all of them together as one row.

    `kept` is where they were read, None when they were reckoned at the look.
    """

    place: Place
    as_of: datetime
    kept: KeptBoard | None
    rows: Sequence[UnitRow]
    all: UnitRow

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.place.measures.columns if self.place.measures else ()


def board(place: Place, *, at: datetime, stage: str = "") -> Board:
    """Return the figures of a place: kept ones of a large programme, else reckoned, as those of a school are.

    Cost: 2 queries, one of a school, whatever the number of people.
    """
    kept = None if place.is_leaf else kept_of(place, at=at)
    rows = _kept_rows(place, stage=stage) if kept else _rows(place, at=at, stage=stage)
    together = _together(rows, len(place.measures.columns) if place.measures else 0)
    return Board(place=place, rows=rows, all=together, as_of=kept.as_of if kept else at, kept=kept)


def _kept_rows(place: Place, *, stage: str) -> list[UnitRow]:
    rows: list[dict[str, Any]] = [
        {**{name: row[name] for name in _NAMES}, **{name: tuple(row[name]) for name in _ARRAYS}} for row in kept_rows(place, stage=stage)
    ]
    return [UnitRow(**row) for row in rows]


def sums_of(measures: Measures) -> str:
    """Return what a board sums over people, as the list of a SELECT from `person`."""
    parts = [_sums(one) for one in range(len(measures.columns))]
    if measures.total:
        parts += [f", count(*) FILTER (WHERE LEAST(floor(share_t * {BUCKETS}), {BUCKETS - 1}) = {one} AND share_t > 0 AND NOT has_passed)"
                  f"::int AS spread_{one}" for one in range(BUCKETS)]  # fmt: skip
    return _SUMS + "".join(parts)


def _rows(place: Place, *, at: datetime, stage: str) -> list[UnitRow]:
    if place.measures is None:
        return []
    head, facts = with_people(
        place.measures, versions=place.versions, path=place.unit.path, at=at, stage=stage, is_school=place.is_leaf
    )  # fmt: skip
    number = len(place.measures.columns)
    text = head + _BOARD.replace("SUMS", sums_of(place.measures))
    found = sql.rows(text, {**facts, "depth": place.unit.path.count("/") + 1}, plan="fresh")
    return [
        UnitRow(
            **{name: row[name] for name in _NAMES},
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
