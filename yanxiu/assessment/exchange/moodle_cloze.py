"""Gaps inside the text of Moodle: `{1:SHORTANSWER:=…~…}` and `[[1]]`. A scanner, no nesting."""

import re
from decimal import Decimal
from html import unescape

from yanxiu.assessment.exchange import building
from yanxiu.assessment.exchange.markup import literal
from yanxiu.assessment.exchange.shape import Gathering, Unfit
from yanxiu.catalogue.content import Blank, Gap

_BEGIN = re.compile(r"\{(\d{0,3}):([A-Z_]{2,24}):")
_NUMBERED = re.compile(r"\[\[(\d{1,3})\]\]")
_TAG = re.compile(r"<[^<>]{1,500}>")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,8})?)%")
_MARK = "\u2402{}\u2403"
_MARKED = re.compile("\u2402(\\d{1,3})\u2403")
LONGEST = 8_000
MOST = 60
_SHORT = {"SHORTANSWER", "SA", "MW"}
_SENSITIVE = {"SHORTANSWER_C", "SAC", "MWC"}
_CHOICE = {
    "MULTICHOICE",
    "MC",
    "MULTICHOICE_V",
    "MCV",
    "MULTICHOICE_H",
    "MCH",
    "MULTICHOICE_S",
    "MCS",
    "MULTICHOICE_VS",
    "MCVS",
    "MULTICHOICE_HS",
    "MCHS",
}
_NUMBER = {"NUMERICAL", "NM"}


def parsed(source: str, found: Gathering, place: str) -> tuple[str, dict[int, Blank | Gap], dict[int, Decimal]]:
    """Return the text with marks for its gaps, the gaps by number, and what each is worth. Raises Unfit."""
    made: list[str] = []
    gaps: dict[int, Blank | Gap] = {}
    shares: dict[int, Decimal] = {}
    at = 0
    while begins := _BEGIN.search(source, at):
        end = _end(source, begins.end())
        number = len(gaps) + 1
        if number > MOST:
            raise Unfit(f"一题里的空超过 {MOST} 个。")
        gaps[number] = _gap(begins[2], source[begins.end() : end], found, place)
        shares[number] = Decimal(begins[1] or "1") or Decimal(1)
        made += [source[at : begins.start()], _MARK.format(number)]
        at = end + 1
    if not gaps:
        raise Unfit("题干里没有读得懂的空，像 {1:SHORTANSWER:=答案}。")
    return "".join([*made, source[at:]]), gaps, shares


def numbered(source: str) -> tuple[str, list[int]]:
    """Return the text with marks for `[[n]]`, and the numbers they named, in order."""
    numbers: list[int] = []

    def mark(match: re.Match[str]) -> str:
        numbers.append(int(match[1]))
        return _MARK.format(len(numbers))

    return _NUMBERED.sub(mark, source), numbers


def placed(text: str, count: int) -> str:
    """Return markup with our gaps where the marks stand. Raises Unfit when one was lost."""
    if [int(number) for number in _MARKED.findall(text)] != list(range(1, count + 1)):
        raise Unfit("题干里的空在网页标签里面，读不出位置。")
    return _MARKED.sub(r"[[\1]]", text)


def _end(source: str, begin: int) -> int:
    is_escaped = False
    for place in range(begin, min(len(source), begin + LONGEST)):
        sign = source[place]
        if is_escaped:
            is_escaped = False
        elif sign == "\\":
            is_escaped = True
        elif sign == "}":
            return place
        elif sign == "{" and _BEGIN.match(source, place):
            raise Unfit("空里面又有空，读不懂。")
    raise Unfit("有一个空没有右花括号，或太长。")


def _gap(kind: str, body: str, found: Gathering, place: str) -> Blank | Gap:
    answers = [_answer(one) for one in _split(body, "~")]
    if any(remark for _, _, remark in answers):
        found.note("选项后面的反馈没有导入", place)
    full = [text for worth, text, _ in answers if worth >= 99.9]
    if any(0 < worth < 99.9 for worth, _, _ in answers):
        found.note("部分得分的答案没有导入", place)
    if kind in _CHOICE:
        options = tuple(text for _, text, _ in answers)
        if len(full) != 1:
            raise Unfit(f"选择的空应有一个对的选项，现在有 {len(full)} 个。")
        return Gap(options=options, answer=options.index(full[0]))
    if kind in _SHORT or kind in _SENSITIVE:
        return building.blank([text for text in full if text != "*"], is_case_sensitive=kind in _SENSITIVE)
    if kind in _NUMBER:
        numbers = [text.partition(":") for text in full]
        if len({tolerance or "0" for _, _, tolerance in numbers}) != 1:
            raise Unfit("数字的空没有答案，或几个答案误差不同。")
        return building.number_blank([value for value, _, _ in numbers], numbers[0][2] or "0")
    raise Unfit(f"空的类型“{kind}”这里没有。")


def _answer(text: str) -> tuple[float, str, str]:
    """Return worth in percent, text and remark of an answer."""
    worth = 0.0
    if text.startswith("="):
        worth, text = 100.0, text[1:]
    elif weight := _WEIGHT.match(text):
        worth, text = float(weight[1]), text[weight.end() :]
    words, *remark = _split(text, "#", most=1)
    return worth, literal(unescape(_TAG.sub("", re.sub(r"\\(.)", r"\1", words)))), "".join(remark)


def _split(text: str, sign: str, *, most: int = MOST) -> list[str]:
    parts: list[str] = []
    current, is_escaped = [""], False
    for one in text:
        if one == sign and not is_escaped and len(parts) < most:
            parts.append("".join(current))
            current = []
        else:
            current.append(one)
        is_escaped = one == "\\" and not is_escaped
    return [*parts, "".join(current)]
