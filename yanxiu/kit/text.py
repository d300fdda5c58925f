"""Text as people in China write it: canonical forms, and counts that documents mean when they say 字."""

import re
import unicodedata
from collections.abc import Iterable

_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0x00AD])
_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SIMPLE = re.compile("[0-9A-Za-z\u4e00-\u9fff]*").fullmatch  # nothing to change in any form: most cells of most tables
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’.\-][A-Za-z0-9]+)*")
DOTS = dict.fromkeys(map(ord, "•‧・･∙⋅●．"), "\u00b7")


def plain(value: str) -> str:
    """Return the text in NFC without invisible characters and control characters, ends trimmed; line breaks stay."""
    if _SIMPLE(value):
        return str(value)
    value = unicodedata.normalize("NFC", value).translate(_INVISIBLE)
    return "".join(c for c in value if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


def half_width(value: str) -> str:
    """Return the text with full-width letters, digits and signs as their plain forms (NFKC), invisible ones removed."""
    if _SIMPLE(value):
        return str(value)
    return unicodedata.normalize("NFKC", value).translate(_INVISIBLE).strip()


def person_name(value: str) -> str:
    """Return a name in its kept form: every script exactly, any dot as U+00B7, inner spaces single (security D-26)."""
    if _SIMPLE(value):
        return str(value)
    value = plain(value).translate(DOTS)
    value = re.sub(r"\s*\u00b7\s*", "\u00b7", value)
    value = re.sub(r"\s+", " ", value)
    # 「张 三」: a space between Han characters only pads two-character names in old sheets.
    return re.sub(r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff]) (?=[\u3400-\u9fff\U00020000-\U0003ffff])", "", value)


def characters(value: str) -> int:
    """Count as 「不少于 1000 字」 means it: each Han character is one, each Latin word or number is one; no blanks, no marks."""
    return len(_CJK.findall(value)) + len(_WORD.findall(value))


def whole_number(raw: str | None, *, digits: int = 18) -> int | None:
    """Return what a form or an address sent as a number, written in at most so many plain digits (18 fit every id); else None."""
    return int(raw) if raw and raw.isascii() and raw.isdecimal() and len(raw) <= digits else None


def whole_numbers(sent: Iterable[str], *, digits: int = 18) -> list[int]:
    """Return those of what was sent that are such numbers, in order."""
    return [number for raw in sent if (number := whole_number(raw, digits=digits)) is not None]
