"""What one version of a text changed against another, by sentences. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MOST_PAIRS = 1_000_000
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")


@dataclass(frozen=True, kw_only=True)
class Change:
    """A stretch of text: in both versions, only in the new one, or only in the old one."""

    kind: Literal["same", "new", "gone"]
    words: str


def changes(old: str, new: str) -> Sequence[Change]:
    """Return the new text in stretches, with what was taken out in its place; empty when nothing changed."""
    if old == new:
        return ()
    before, after = _SENTENCE.findall(old), _SENTENCE.findall(new)
    if len(before) * len(after) > MOST_PAIRS:  # nobody writes like this; comparing it would take seconds
        return (Change(kind="gone", words=old), Change(kind="new", words=new))
    found: list[Change] = []
    for tag, start, end, first, last in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Change(kind="same", words="".join(after[first:last])))
            continue
        gone, come = "".join(before[start:end]), "".join(after[first:last])
        found += [Change(kind="gone", words=gone)] if gone else []
        found += [Change(kind="new", words=come)] if come else []
    return tuple(found)
