"""Whether a question of any kind can be asked and scored, what it says as one text, and whether two ask the same."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from yanxiu.catalogue.content.accepting import as_number, as_written
from yanxiu.catalogue.content.kinds import AnyQuestion, Blank, Cloze, FillIn, Matching, Material, Ordering, Written
from yanxiu.catalogue.content.questions import Question, check_question
from yanxiu.kit.errors import Invalid

LONGEST_STEM, LONGEST_MATERIAL, LONGEST_OPTION, LONGEST_NOTE, LONGEST_ANSWER = 5_000, 20_000, 1_000, 5_000, 200
MOST_BLANKS, MOST_ACCEPTED, MOST_GAPS, MOST_PLACES, MOST_PARTS, MOST_POINTS = 20, 20, 30, 12, 20, 20
GAP = re.compile(r"\[\[(\d{1,2})\]\]")


def check_any(question: AnyQuestion, *, place: str) -> None:
    """Raise Invalid, with the place, for a question that could not be asked or scored."""
    most = LONGEST_MATERIAL if isinstance(question, Material) else LONGEST_STEM
    _check_text(question.stem, f"{place}：题干", most=most)
    _check_length(question.explanation, f"{place}：解析", most=LONGEST_NOTE)
    _JUDGES[type(question)](question, place)


def text_of(question: AnyQuestion) -> str:
    """Return all that the question says, stem first, a line for each text, as search and comparison want it."""
    return "\n".join(text for text in _texts(question) if text)


def digest_of(question: AnyQuestion) -> str:
    """Return the SHA-256 (hex) of what is asked: width, spaces and the order of options do not matter, nor what counts as right."""
    return hashlib.sha256(json.dumps(_asked(question), ensure_ascii=False).encode()).hexdigest()


def gaps_in(stem: str) -> list[int]:
    """Return the numbers of the gaps `[[n]]` in a text, in their order."""
    return [int(number) for number in GAP.findall(stem)]


def _check_choice(question: Question, place: str) -> None:
    check_question(question, place=place)
    for text in question.options:
        _check_length(text, f"{place}：选项“{text[:10]}”", most=LONGEST_OPTION)


def _check_fill_in(question: FillIn, place: str) -> None:
    _check_count(question.blanks, f"{place}：空", least=1, most=MOST_BLANKS)
    _check_gaps(question.stem, len(question.blanks), place)
    for number, blank in enumerate(question.blanks, start=1):
        _check_blank(blank, f"{place}第 {number} 空")


def _check_blank(blank: Blank, place: str) -> None:
    _check_count(blank.accepts, f"{place}：可接受的答案", least=1, most=MOST_ACCEPTED)
    for text in blank.accepts:
        _check_text(text, f"{place}：答案", most=LONGEST_ANSWER)
        if blank.tolerance is None and not as_written(text):
            raise Invalid(f"{place}：答案“{text}”只有空白或句读，比不出对错。请写上文字。")
    if blank.tolerance is None:
        return
    if not blank.tolerance.is_finite() or not 0 <= blank.tolerance <= 10**9:
        raise Invalid(f"{place}：误差应是 0 到十亿之间的数，现在是 {blank.tolerance}。")
    for text in blank.accepts:
        if as_number(text) is None:
            raise Invalid(f"{place}：写了误差，答案就要是数，“{text[:20]}”不是。请改成数，或去掉误差。")


def _check_matching(question: Matching, place: str) -> None:
    _check_places(question.left, f"{place}：左边")
    _check_places(question.right, f"{place}：右边")
    if len(question.pairs) != len(question.left):
        raise Invalid(f"{place}：左边有 {len(question.left)} 项，连线有 {len(question.pairs)} 条。请给左边每一项连一条。")
    for number, pair in enumerate(question.pairs, start=1):
        if not 0 <= pair < len(question.right):
            raise Invalid(f"{place}：左边第 {number} 项连到了第 {pair + 1} 项，右边只有 {len(question.right)} 项。请改连线。")


def _check_ordering(question: Ordering, place: str) -> None:
    _check_places(question.parts, f"{place}：排序项")


def _check_cloze(question: Cloze, place: str) -> None:
    _check_count(question.gaps, f"{place}：空", least=1, most=MOST_GAPS)
    _check_gaps(question.stem, len(question.gaps), place)
    for number, gap in enumerate(question.gaps, start=1):
        where = f"{place}第 {number} 空"
        _check_places(gap.options, f"{where}：选项", most=8)
        if not 0 <= gap.answer < len(gap.options):
            raise Invalid(f"{where}：答案要从选项里选，选项有 {len(gap.options)} 个。")


def _check_written(question: Written, place: str) -> None:
    _check_length(question.reference, f"{place}：参考答案", most=LONGEST_MATERIAL)
    _check_count(question.points, f"{place}：采分点", least=0, most=MOST_POINTS)
    for number, text in enumerate(question.points, start=1):
        _check_text(text, f"{place}：采分点第 {number} 条", most=LONGEST_OPTION)
    if not 0 <= question.min_characters <= question.most_characters or not 1 <= question.most_characters <= 20_000:
        words = f"最少 {question.min_characters} 字，最多 {question.most_characters} 字"
        raise Invalid(f"{place}：字数写的是{words}。最少不能多于最多，最多在 1 到 20000 之间。")


def _check_material(question: Material, place: str) -> None:
    _check_count(question.parts, f"{place}：小题", least=1, most=MOST_PARTS)
    for number, part in enumerate(question.parts, start=1):
        where = f"{place}第 {number} 小题"
        if not part.share.is_finite() or not 0 < part.share <= 1000:
            raise Invalid(f"{where}：分值要大于 0，不超过 1000，现在是 {part.share}。")
        check_any(part.question, place=where)


_JUDGES: dict[type, Callable[[Any, str], None]] = {
    Question: _check_choice,
    FillIn: _check_fill_in,
    Matching: _check_matching,
    Ordering: _check_ordering,
    Cloze: _check_cloze,
    Written: _check_written,
    Material: _check_material,
}


def _check_gaps(stem: str, count: int, place: str) -> None:
    found = gaps_in(stem)
    if found != list(range(1, count + 1)):
        marks = "、".join(f"[[{number}]]" for number in found) or "一个也没有"
        raise Invalid(f"{place}：题干里的空（{marks}）和答案对不上，有 {count} 空就依次写 [[1]] 到 [[{count}]]，每个一次。")


def _check_places(texts: Sequence[str], place: str, *, most: int = MOST_PLACES) -> None:
    _check_count(texts, place, least=2, most=most)
    for number, text in enumerate(texts, start=1):
        _check_text(text, f"{place}第 {number} 项", most=LONGEST_OPTION)
    if len({as_written(text) for text in texts}) != len(texts):
        raise Invalid(f"{place}有两项一样，请改掉一项。")


def _check_count(found: Sequence[object], place: str, *, least: int, most: int) -> None:
    if not least <= len(found) <= most:
        raise Invalid(f"{place}应有 {least} 到 {most} 个，现在有 {len(found)} 个。")


def _check_text(text: str, place: str, *, most: int) -> None:
    if not text.strip():
        raise Invalid(f"{place}还空着，请补上。")
    _check_length(text, place, most=most)


def _check_length(text: str, place: str, *, most: int) -> None:
    if len(text) > most:
        raise Invalid(f"{place}最多 {most} 个字符，现在有 {len(text)} 个。请写短些，或改成材料题。")
    if "\x00" in text:
        raise Invalid(f"{place}里有存不下的空字符（U+0000），请删去。")


def _texts(question: AnyQuestion) -> Iterable[str]:
    yield question.stem
    yield from _INNER[type(question)](question)
    yield question.explanation


_INNER: dict[type, Callable[[Any], Iterable[str]]] = {
    Question: lambda one: one.options if one.kind != "true_false" else (),
    FillIn: lambda one: (text for blank in one.blanks for text in blank.accepts),
    Matching: lambda one: (*one.left, *one.right),
    Ordering: lambda one: one.parts,
    Cloze: lambda one: (text for gap in one.gaps for text in gap.options),
    Written: lambda one: (one.reference, *one.points),
    Material: lambda one: (text for part in one.parts for text in _texts(part.question)),
}


def _asked(question: AnyQuestion) -> list[object]:
    """What is asked, as far as it makes a question another one."""
    stem: list[object] = [type(question).__name__, as_written(question.stem)]
    if isinstance(question, Question):
        return [*stem, question.kind, sorted(map(as_written, question.options))]
    if isinstance(question, Matching):
        return [*stem, sorted(map(as_written, question.left)), sorted(map(as_written, question.right))]
    if isinstance(question, Ordering):
        return [*stem, sorted(map(as_written, question.parts))]
    if isinstance(question, Cloze):
        return [*stem, [sorted(map(as_written, gap.options)) for gap in question.gaps]]
    if isinstance(question, Material):
        return [*stem, [_asked(part.question) for part in question.parts]]
    return stem
