"""How what somebody fills in is compared with what is accepted: writing that means the same counts the same. Pure, bounded."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

import zhconv_rs

_SPACES = re.compile(r"\s+")
# Marks that stand around a word without being part of it, and those that several keyboards write in several ways.
_MARKS = dict.fromkeys(map(ord, "《》〈〉“”‘’「」『』\"'")) | {ord("、"): ",", ord("—"): "-", ord("–"): "-", ord("−"): "-", ord("•"): "·"}
_DIGITS = {
    one: value
    for value, some in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for one in some
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_IN_WORDS = {*_DIGITS, *_TENS, *_MYRIADS, "点"}
_POWER = re.compile(r"(.+?)[×x*]10\^?([-+]?\d{1,2})")
_PARTS = re.compile(r"([^分]+)分之(.+)")
LONGEST_NUMBER = 40


def as_written(text: str) -> str:
    """Return how answers are compared: width, case of letters kept, spaces and sentence ends do not matter."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).strip("。.．,，;；")


def means(text: str, accepted: str, *, is_strict: bool) -> bool:
    """Tell whether a text says what is accepted. Not strict: case, quotation and book marks, traditional characters do not matter.

    An accepted answer in traditional characters asks for them, and one that is nothing but marks for those.
    """
    mine, wanted = as_written(text), as_written(accepted)
    if is_strict or mine == wanted:
        return mine == wanted
    if (plain := _plain(wanted)) and _simplified(plain) == plain:
        return _simplified(_plain(mine)) == plain
    return _plain(mine) == plain if plain else mine.casefold() == wanted.casefold()


def as_number(text: str) -> Decimal | None:
    """Return the number that a text is, in digits or in Chinese: 1,200、三点五、50%、百分之五十、1/2、二分之一、1.2×10^3.

    None when it is none, or too large to compare.
    """
    raw = as_written(text).replace(",", "").replace("\u2044", "/").replace("\u2212", "-")
    if not raw or len(raw) > LONGEST_NUMBER:
        return None
    try:
        value = _number(raw)
    except (InvalidOperation, ZeroDivisionError):
        return None
    return value if value is not None and value.is_finite() and abs(value.adjusted()) <= 30 else None


def _number(raw: str) -> Decimal | None:
    if raw[0] == "负" and len(raw) > 1:
        value = _number(raw[1:])
        return -value if value is not None else None
    if raw.startswith("百分之"):
        return _over(_plain_number(raw[3:]), Decimal(100))
    if raw.endswith("%"):
        return _over(_plain_number(raw[:-1]), Decimal(100))
    if found := _PARTS.fullmatch(raw):
        return _over(_plain_number(found[2]), _plain_number(found[1]))
    if raw.count("/") == 1:
        above, _slash, below = raw.partition("/")
        return _over(_plain_number(above), _plain_number(below))
    if found := _POWER.fullmatch(raw):
        base = _plain_number(found[1])
        return base.scaleb(int(found[2])) if base is not None else None
    return _plain_number(raw)


def _plain_number(raw: str) -> Decimal | None:
    if raw and set(raw) <= _IN_WORDS:
        return _in_words(raw)
    return Decimal(raw) if raw else None


def _over(above: Decimal | None, below: Decimal | None) -> Decimal | None:
    return above / below if above is not None and below is not None else None


def _in_words(raw: str) -> Decimal | None:
    """Read a number in Chinese words; a row of digits (二〇二六) as it is spelt. None when it is none."""
    whole, point, rest = raw.partition("点")
    if point and (not rest or any(one not in _DIGITS for one in rest)):
        return None
    value = _spelt(whole) if all(one in _DIGITS for one in whole) else _counted(whole)
    if value is None:
        return None
    return Decimal(f"{value}.{_spelt_text(rest)}") if point else Decimal(value)


def _spelt_text(raw: str) -> str:
    return "".join(str(_DIGITS[one]) for one in raw)


def _spelt(raw: str) -> int | None:
    return int(_spelt_text(raw)) if raw else None


def _counted(raw: str) -> int | None:
    total, section, digit = 0, 0, None
    for one in raw:
        if one in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[one]
        elif one in _TENS:
            section, digit = section + (1 if digit is None else digit) * _TENS[one], None
        elif not total and not section and digit is None:
            return None
        else:
            section += digit or 0
            total = total + section * 10**4 if _MYRIADS[one] == 10**4 else (total + section) * 10**8
            section, digit = 0, None
    return total + section + (digit or 0)


def _plain(text: str) -> str:
    return text.translate(_MARKS).casefold()


def _simplified(text: str) -> str:
    return text if text.isascii() else str(zhconv_rs.zhconv(text, "zh-hans"))
