"""Shapes from numbers: rings, bars, meters, timelines, funnels. All lengths are SVG user units or per cent of the width."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from yanxiu.kit import clock
from yanxiu.kit.components.items import Arc, FunnelStep, Window

GAP = 2.2
NAMES = 21.0
ROW = 34
SQUARES = 14
PER_LINE = 7
EACH_MONTH, QUARTERS = 18, 48
MET = {"met", "waived"}


def _share(value: object, target: object) -> float:
    """Return value / target between 0 and 1; a target of nothing is met."""
    whole = float(cast("Decimal", target or 0))
    return 1.0 if whole <= 0 else max(0.0, min(1.0, float(cast("Decimal", value or 0)) / whole))


def _round(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def ring(values: Mapping[str, object]) -> dict[str, object]:
    """Return the arcs of a ring on a circle of length 100, each with its track, start and filled part."""
    arcs = [arc for arc in cast("Sequence[Arc]", values["arcs"]) if arc.target][:3]
    total = sum(float(arc.target) for arc in arcs) or 1.0
    gap = GAP if len(arcs) > 1 else 0.0
    room = 100 - gap * len(arcs)
    drawn, start = [], 0.0
    for number, arc in enumerate(arcs, 1):
        length = room * float(arc.target) / total
        done = length * _share(arc.value, arc.target)
        drawn.append({"number": number, "track": _dashes(length), "filled": _dashes(done) if done else "", "offset": _round(-start)})
        start += length + gap
    return {"drawn": drawn}


def _dashes(length: float) -> str:
    return f"{_round(length)} {_round(100 - length)}"


def bar(values: Mapping[str, object]) -> dict[str, object]:
    """Return the width of the filled part and the place of the schedule's tick, in per cent."""
    share = _share(values["value"], values["target"])
    expected = values["expected"]
    tick = None if expected is None else _round(min(99.5, _share(expected, values["target"]) * 100))
    tone = str(values["tone"])
    fill = tone if tone != "auto" else "ok" if share >= 1 else "1"
    return {"width": _round(share * 100), "tick": tick, "fill": fill}


def requirement(values: Mapping[str, object]) -> dict[str, object]:
    """Return the bar of a requirement, and whether it is met; where nothing is asked the bar is empty."""
    drawn = bar(values)
    return (drawn if values["target"] else drawn | {"width": "0"}) | {"met": values["status"] in MET}


def duty(values: Mapping[str, object]) -> dict[str, object]:
    """Return a square for each unit up to 14, seven a line, else the share for a bar."""
    done, target = int(cast("int", values["done"]) or 0), int(cast("int", values["target"]) or 0)
    many = target > SQUARES or values["unit"] == "%"
    return {
        "squares": [] if many else [_square(number, done=number < done) for number in range(target)],
        "many": many,
        "lines": 1 if target <= PER_LINE else 2,
        "width": _round(_share(done, target) * 100),
        "met": values["status"] in MET,
    }


def _square(number: int, *, done: bool) -> dict[str, object]:
    return {"x": _round(1 + number % PER_LINE * 13.5), "y": _round(1 + number // PER_LINE * 13.5), "done": done}


def funnel(values: Mapping[str, object]) -> dict[str, object]:
    """Return the steps with the width of their bars, in per cent of the largest."""
    steps = cast("Sequence[FunnelStep]", values["steps"])
    most = max((step.count for step in steps), default=0)
    return {"drawn": [{"step": step, "width": _round(_share(step.count, most) * 100 if most else 0)} for step in steps]}


def timeline(values: Mapping[str, object]) -> dict[str, object]:
    """Return bars, month lines and the line of today, on a scale from the first start to the last end (or the given ones)."""
    windows = cast("Sequence[Window]", values["windows"])
    today = cast("date | None", values["today"]) or clock.day(clock.now())
    first = cast("date | None", values["start"]) or min((w.start for w in windows), default=today).replace(day=1)
    last = cast("date | None", values["end"]) or max((w.end for w in windows), default=today) + timedelta(days=7)
    days = max(1, (last - first).days)

    def place(on: date) -> float:
        return NAMES + (100 - NAMES) * min(1.0, max(0.0, (on - first).days / days))

    height = 24 + ROW * len(windows) + 22
    return {
        "rows": [_window(window, number, place, today) for number, window in enumerate(windows)],
        "months": [mark | {"x": _round(place(on))} for on, mark in _marks(_months(first, last)) if place(on) < 97],
        "height": height,
        "foot": height - 18,
        "now_x": _round(place(today)) if first <= today <= last else None,
        "on": today,
    }


def _window(window: Window, number: int, place: Callable[[date], float], today: date) -> dict[str, object]:
    left, right = place(window.start), place(window.end + timedelta(days=1))
    state = "wrong" if window.wrong else "past" if window.end < today else "open" if window.start <= today else "next"
    inside = right - left > 22 and state == "open"
    after = right < 78
    return {
        "window": window,
        "state": state,
        "y": 36 + ROW * number,
        "base": 50 + ROW * number,
        "x": _round(left),
        "width": _round(max(right - left, 0.8)),
        "inside": inside,
        "text_x": _round(right if inside or after else left),
        "dx": -8 if inside or not after else 8,
        "anchor": "end" if inside or not after else "start",
    }


def _marks(months: Sequence[date]) -> list[tuple[date, dict[str, object]]]:
    """Return the months that get a line: each of a year and a half, then quarters, then a dozen Januaries, which bear the year."""
    if len(months) <= EACH_MONTH:
        return [(on, {"month": on.month, "year": ""}) for on in months]
    if len(months) <= QUARTERS:
        return [(on, {"month": on.month, "year": str(on.year) if on.month == 1 else ""}) for on in months if on.month % 3 == 1]
    years = [on for on in months if on.month == 1]
    return [(on, {"month": 1, "year": str(on.year)}) for on in years[:: -(-len(years) // 12)]]


def _months(first: date, last: date) -> list[date]:
    found, on = [], first.replace(day=1)
    while on <= last:
        if on >= first:
            found.append(on)
        on = (on + timedelta(days=32)).replace(day=1)
    return found
