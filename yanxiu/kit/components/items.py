"""What components are given: small frozen rows, words already chosen, numbers not yet written out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Number = int | float | Decimal


@dataclass(frozen=True, kw_only=True)
class Arc:
    """One block of a ring: `value` of `target`, both in the ring's unit."""

    label: str
    value: Number
    target: Number


@dataclass(frozen=True, kw_only=True)
class Window:
    """One row of a timeline: from `start` to the last day `end`, both included; `text` stands in or beside the bar."""

    label: str
    start: date
    end: date
    text: str
    wrong: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a review chain. `state`: done, now, next, returned, skipped."""

    title: str
    state: str
    who: str = ""
    when: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that opens its list. `note` says what it means, `tone` late or warn only when it is."""

    label: str
    value: Number | str
    unit: str = ""
    note: str = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A name and its value, for a list of facts."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One line of a preview: the value now and after the decision."""

    label: str
    now: str
    then: str
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A view of the page, or a page beside it."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Option:
    """One value of a filter."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter as a button that shows its value; every option is a link, so that it lives in the URL."""

    label: str
    value: str
    options: Sequence[Option]
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """One place above this one."""

    label: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A unit below the present one, in the org picker. `count` children; `code` its official number."""

    label: str
    url: str
    count: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FunnelStep:
    """One bar of a funnel; `gap` are the words for those who fell out before it, `gap_url` their list."""

    label: str
    count: int
    gap: str = ""
    gap_url: str = ""
    met: bool = False


@dataclass(frozen=True, kw_only=True)
class HeatCell:
    """A share from 0 to 1, or None when it does not apply; `behind` marks an open window far behind its schedule."""

    share: float | None
    url: str = ""
    behind: bool = False


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    """One unit of a heat table: `size` people, one cell a column, and what is open at the end of the line."""

    label: str
    cells: Sequence[HeatCell]
    url: str = ""
    size: int | None = None
    open_count: int | None = None
    open_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A place in rough compass position: `row` and `column` from 1; the share from 0 to 1."""

    label: str
    row: int
    column: int
    share: float | None
    url: str = ""
    behind: bool = False


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line or set of bars of a chart; None where there is no value yet.

    `role`: actual, plan, before, after. `tones` colours single bars (ok, warn, late, strong, weak, plain). `end` is written at the
    end of a line; `steps` draws it as stairs.
    """

    label: str
    values: Sequence[Number | None]
    role: str = "actual"
    tones: Sequence[str] = ()
    end: str = ""
    steps: bool = False
