"""Texts as they are compared: one form for full-width, traditional and capital letters; no blanks, marks or invisible signs."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

import zhconv_rs

# Letters by their category that show nothing, and radicals that fonts of PDF files put in the place of characters.
_BLANKS = frozenset(map(chr, (0x115F, 0x1160, 0x3164, 0xFFA0, 0x17B4, 0x17B5)))
_RADICALS = str.maketrans("⺠⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻤⻥⻦⻨⻩⻬⻰⻳⺟⻁⻄⻒⻣", "民见角贝车长门青页风飞食马鬼鱼鸟麦黄齐龙龟母虎西镸骨")
# Characters of which one stands for two or two for one, and which no table turns back without their words.
_SAME = str.maketrans("著馀帐锺矽幺硷麽", "着余账钟硅么碱么")


class _Forms(dict[int, str]):
    """What becomes of each character, found once per process and kept."""

    def __missing__(self, code: int) -> str:
        form = _form(chr(code))
        self[code] = form
        return form


def _form(character: str) -> str:
    if character in _BLANKS:
        return ""
    whole = unicodedata.normalize("NFKC", character.translate(_RADICALS)).casefold()
    kept = "".join(one for one in whole if unicodedata.category(one)[0] in "LN" and one not in _BLANKS)
    if not kept or kept.isascii():
        return kept
    simple = zhconv_rs.zhconv(kept, "zh-hans")
    return (simple if len(simple) == len(kept) else kept).translate(_SAME)


_forms = _Forms()


def fold(text: str) -> str:
    """Return the text as it is compared. Cost: 0.06 ms per 1,000 characters."""
    return text.translate(_forms)


@dataclass(frozen=True, kw_only=True)
class Folded:
    """A folded text that knows where each of its characters stood; `ends[i]` is how many it had after character i of the source."""

    text: str
    ends: tuple[int, ...]

    @classmethod
    def of(cls, source: str) -> "Folded":
        """Fold a text and keep the places."""
        pieces = [_forms[ord(one)] for one in source]
        return cls(text="".join(pieces), ends=tuple(accumulate(map(len, pieces))))

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Return where folded characters `start` to `end` (exclusive) stood in the source, without marks at either side."""
        return bisect_right(self.ends, start), bisect_right(self.ends, end - 1) + 1

    def folded(self, start: int, end: int) -> tuple[int, int]:
        """Return which folded characters came from `start` to `end` (exclusive) of the source."""
        return (self.ends[start - 1] if start else 0), (self.ends[end - 1] if end else 0)


def covered(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches (start, end exclusive) in order, those that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif end > start:
            found.append((start, end))
    return found
