"""Windows of a version as they hold for a unit: official dates, or the unit's own inside them."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.kit.clock import local
from yanxiu.programmes.models import Window
from yanxiu.programmes.queries.plans import YEARS

# The official windows first, then those of ever nearer units.
_WINDOWS = """
SELECT w.key, w.label, w.starts_at, w.ends_at, w.locks_at, w.cutoff_at, w.for_roles, w.except_roles, w.opens, w.unit_may_narrow,
       w.unit_id IS NOT NULL AS is_own
FROM programmes_window w
WHERE w.version_id = %(version)s AND w.unit_path = ANY(%(paths)s::text[])
ORDER BY length(w.unit_path), w.number, w.id
"""
State = Literal["undated", "before", "open", "closed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """One window in force: [starts_at, ends_at), None where not stated.

    `locks_at`: choices freeze then; `cutoff_at`: what is earned from then on counts for the next year; `is_own`: a unit's own dates.
    """

    key: str
    label: str
    starts_at: datetime | None
    ends_at: datetime | None
    locks_at: datetime | None
    cutoff_at: datetime | None
    for_roles: tuple[str, ...]
    except_roles: tuple[str, ...]
    opens: tuple[str, ...]
    unit_may_narrow: bool
    is_own: bool

    def state(self, at: datetime) -> State:
        """Tell where `at` stands to the window."""
        if self.starts_at is None and self.ends_at is None:
            return "undated"
        if self.starts_at is not None and at < self.starts_at:
            return "before"
        return "closed" if self.ends_at is not None and at >= self.ends_at else "open"

    def concerns(self, role: str) -> bool:
        """Tell whether the window is for a role; for all where none is named."""
        return role not in self.except_roles and (not self.for_roles or role in self.for_roles)

    def is_locked(self, at: datetime) -> bool:
        """Tell whether choices made in it are frozen."""
        return self.locks_at is not None and at >= self.locks_at

    @property
    def is_dated(self) -> bool:
        return self.starts_at is not None or self.ends_at is not None


def windows_of(version_id: int, unit_path: str = "") -> tuple[Span, ...]:
    """Return the windows in the plan's order as they hold for a unit (the nearest unit's own dates win). Cost: one query."""
    paths = ["", *_prefixes(unit_path)]
    found: dict[str, Span] = {}
    for row in sql.rows(_WINDOWS, {"version": version_id, "paths": paths}):
        key = row["key"]
        if key in found:
            found[key] = replace(found[key], starts_at=row["starts_at"], ends_at=row["ends_at"], is_own=True)
        else:
            found[key] = Span(**{**row, **{name: tuple(json.loads(row[name])) for name in ("for_roles", "except_roles", "opens")}})
    return tuple(found.values())


def window_of(version_id: int, key: str, unit_path: str = "") -> Span | None:
    """Return one window as it holds for a unit; None when the plan has none of that name. Cost: one query."""
    return next((span for span in windows_of(version_id, unit_path) if span.key == key), None)


def timeline(version_id: int, unit_path: str = "") -> tuple[Span, ...]:
    """Return the dated windows for a picture, without the calendar year and school year. Cost: one query."""
    return tuple(span for span in windows_of(version_id, unit_path) if span.is_dated and span.key not in YEARS)


def boundaries_of(programme_id: int) -> list[datetime]:
    """Return all boundaries of all versions, ascending, by which the time of a programme is cut into slices. Cost: 1 query.

    Older versions still have participants, and their windows must stay sums of slices. Units' own dates need none: outside them the
    acts are refused, so the official window counts the same.
    """
    rows = Window.objects.filter(version__programme=programme_id, unit__isnull=True).values_list("starts_at", "ends_at", "cutoff_at")
    return sorted({moment for row in rows for moment in row if moment is not None})


def moment_words(moment: datetime, *, at: datetime, is_end: bool = False) -> str:
    """Write a boundary as people say it: 10 月 25 日 24:00 for an end at midnight; the year only when it is not that of `at`."""
    shown = local(moment - timedelta(minutes=1)) if is_end else local(moment)
    midnight = is_end and (shown.hour, shown.minute) == (23, 59)
    clock = "24:00" if midnight else f"{local(moment):%H:%M}"
    year = "" if shown.year == local(at).year else f"{shown.year} 年 "
    return f"{year}{shown.month} 月 {shown.day} 日 {clock}"


def span_words(start: datetime, end: datetime, *, at: datetime) -> str:
    """Write from when until when as people say it: 11 月 15 日 19:00 到 22:00; the day of the end only when it is another."""
    until = moment_words(end, at=at, is_end=True)
    if local(end - timedelta(minutes=1)).date() == local(start).date():
        until = until.rpartition(" ")[2]
    return _("%(from)s 到 %(to)s") % {"from": moment_words(start, at=at), "to": until}


def _prefixes(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part]
    return ["/" + "/".join(parts[:end]) + "/" for end in range(1, len(parts) + 1)]
