"""Whether a contribution to a discussion counts (CH-10): length, empty repetition, and likeness to what is there. Pure."""

import hashlib
import re
from collections.abc import Iterable

from yanxiu.kit.text import characters, half_width

LEAST_DIFFERENT_SHARE = 0.3
ALIKE_SHARE = 0.8
_MARKS = re.compile(r"[\W_]+")


def bare(text: str) -> str:
    """Return a text without blanks, marks and letter case, as two posts are compared."""
    return _MARKS.sub("", half_width(text)).casefold()


def fingerprint(text: str) -> int:
    """Return a hash of the bare text as PostgreSQL's bigint."""
    return int.from_bytes(hashlib.blake2b(bare(text).encode(), digest_size=8).digest(), "big", signed=True)


def why_not(text: str, *, least: int, own: Iterable[str], is_copy: bool) -> str:
    """Return why a contribution does not count ("" = it counts). `own`: one's other posts; `is_copy`: the same text is there already."""
    count = characters(text)
    if count < least:
        return f"还差 {least - count} 字（至少 {least} 字）"
    letters = bare(text)
    if len(set(letters)) < min(len(letters), 60) * LEAST_DIFFERENT_SHARE:
        return "重复的字太多"
    if is_copy:
        return "与已有的发言相同"
    if any(alike(letters, bare(other)) >= ALIKE_SHARE for other in own):
        return "与自己的另一条几乎一样"
    return ""


def alike(one: str, other: str) -> float:
    """Return the share of three-letter pieces that two texts have in common, 0 to 1."""
    pieces, others = _pieces(one), _pieces(other)
    return len(pieces & others) / len(pieces | others) if pieces and others else float(one == other)


def _pieces(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}
