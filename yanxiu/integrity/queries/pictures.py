"""The picture of a signal: stretches of study on a line of hours, one row a person or network."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from yanxiu.integrity.models import Signal, SignalKind
from yanxiu.kit import clock

MOST_ROWS = 12


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """From where to where on the line, in per cent, and the words for it."""

    x: float
    width: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A person or a network, with its stretches."""

    label: str
    is_own: bool
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Rows on a common line from `starts` to `ends`."""

    rows: tuple[Row, ...]
    starts: datetime
    ends: datetime
    more: int


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A signal as a page shows it: its sentences and its picture."""

    signal: Signal
    lines: tuple[str, ...]
    picture: Picture | None

    @property
    def compare_ids(self) -> tuple[int, int] | None:
        """The two texts of a likeness, for the page that puts them beside each other."""
        figures = self.signal.facts.get("figures", {})
        if self.signal.kind != SignalKind.ALIKE_TEXT or "text" not in figures:
            return None
        return int(figures["text"]), int(figures["other"])


def shown(signal: Signal, *, names: Mapping[int, str] | None = None) -> Shown:
    """Return the signal for a page; others in it by name, or without names for the teacher. No query."""
    return Shown(signal=signal, lines=tuple(signal.facts.get("lines", ())), picture=_picture(signal, names))


def _picture(signal: Signal, names: Mapping[int, str] | None) -> Picture | None:
    strips = [(one, datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["to"])) for one in signal.facts.get("strips", ())]
    if not strips:
        return None
    starts, ends = min(at for _, at, _ in strips), max(at for _, _, at in strips)
    whole = max(ends - starts, timedelta(minutes=1))
    labels: dict[object, str] = {}
    rows: dict[str, list[Stretch]] = {}
    for one, begin, end in strips:
        label = labels.setdefault(one["person"] or one["row"], _label(one, names, len([key for key in labels if isinstance(key, int)])))
        x, width = (begin - starts) / whole * 100, max((end - begin) / whole * 100, 0.6)
        words = f"{clock.local(begin):%H:%M}—{clock.local(end):%H:%M}"
        rows.setdefault(label, []).append(Stretch(x=round(x, 2), width=round(min(width, 100 - x), 2), words=words))
    others = {label for key, label in labels.items() if isinstance(key, int)}
    made = [Row(label=label, is_own=label not in others, stretches=tuple(found)) for label, found in rows.items()]
    made.sort(key=lambda row: not row.is_own)
    return Picture(rows=tuple(made[:MOST_ROWS]), starts=starts, ends=ends, more=max(0, len(made) - MOST_ROWS))


def _label(strip: Mapping[str, object], names: Mapping[int, str] | None, known: int) -> str:
    person = strip["person"]
    if not isinstance(person, int):
        return str(strip["row"])
    return names.get(person, f"另一位 {known + 1}") if names is not None else f"另一位 {known + 1}"
