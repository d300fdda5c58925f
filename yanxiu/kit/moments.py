"""Moments of a film as people write them: 5:12. Pure."""

import re

from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import half_width

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]?\d)")


def clock(second: int) -> str:
    """Return whole seconds as 05:12, or 1:05:12 from the first hour on."""
    minutes, rest = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def seconds(raw: str) -> int:
    """Read a moment of a film; "" is its beginning. Raises Invalid for what is none."""
    text = half_width(raw)
    if not text:
        return 0
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise Invalid(f"“{raw[:20]}”不像片中的时刻，请写成 5:12 这样。", field="moment")
    hours, minutes, rest = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + rest
