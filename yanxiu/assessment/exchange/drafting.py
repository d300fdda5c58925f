"""A question as Chinese forms write it — kind, stem, options, answer in letters and words — made into a question."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from yanxiu.assessment.exchange import building
from yanxiu.assessment.exchange.shape import Unfit
from yanxiu.catalogue.content import QUESTION_TYPES, AnyQuestion, Blank, Cloze, FillIn, Gap, Matching, Ordering

LETTERS = "ABCDEFGHIJKL"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫"
ANY_ORDER, CASE = "（不分先后）", "（区分大小写）"
_IN_STEM = re.compile(r"[（(]\s{0,4}([A-H](?:[ 、,，]{0,2}[A-H]){0,7}|[√×✓✗✔✘]|对|错|正确|错误)\s{0,4}[）)]")
_GAP = re.compile(r"\[\[\d{1,2}\]\]|_{2,}|[（(][ \u3000\t]{1,40}[）)]|【[ \u3000]{1,20}】")
_NUMBERED = re.compile(r"\[\[\d{1,2}\]\]")
_TOLERANT = re.compile(r"\s*([-+−]?\d[\d.,]{0,30})\s*(?:±|\+/-|\+-)\s*(\d[\d.]{0,20})\s*")
_PAIR = re.compile(r"([①-⑫]|\d{1,2})\s*[-—→:：.、]{0,2}\s*([A-L])")
_DIFFICULTIES = {"很易": 1, "很容易": 1, "容易": 2, "易": 2, "较易": 2, "简单": 2,
                 "中": 3, "中等": 3, "一般": 3, "适中": 3, "较难": 4, "难": 4,
                 "困难": 4, "很难": 5, "极难": 5}  # fmt: skip


@dataclass(kw_only=True)
class Draft:
    """A question while it is read. `part` is what the next line goes on with; `gaps` are the options of each gap of a cloze."""

    place: str
    stem: str
    number: int = 0
    kind: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    gaps: list[list[str]] = field(default_factory=list)
    answer: str = ""
    explanation: str = ""
    marks: str = ""
    point: str = ""
    difficulty: str = ""
    least: int = 0
    share: Decimal = Decimal(1)
    broken: str = ""
    part: str = "stem"
    parts: list["Draft"] = field(default_factory=list)

    def cells(self) -> dict[str, str]:
        """Return the row of the Excel template that says the same."""
        row = {"题型": QUESTION_TYPES.get(self.kind, ""), "题干": self.stem, "答案": self.answer, "解析": self.explanation,
               "知识点": self.point, "难度": self.difficulty}  # fmt: skip
        return row | {f"选项{letter}": text for letter, text in self.options if letter in LETTERS}


def difficulty_of(word: str) -> int:
    """Return a difficulty from 1 to 5 for a word or number, as it stands in a form or 0.x as coefficient; 0 for none."""
    word = word.strip().strip("★☆")
    if word in _DIFFICULTIES:
        return _DIFFICULTIES[word]
    if word in {"1", "2", "3", "4", "5"}:
        return int(word)
    if re.fullmatch(r"0\.\d{1,3}", word):
        return min(5, max(1, 5 - int(float(word) * 5)))
    return 0


def question_of(draft: Draft) -> AnyQuestion:
    """Return the question. Raises Unfit with the reason when it cannot be made out."""
    if not draft.stem.strip():
        raise Unfit("没有题干，请补上。")
    _take_from_stem(draft)
    kind = draft.kind or _guessed(draft)
    makers: dict[str, Callable[[Draft], AnyQuestion]] = {
        "single": _choice, "multiple": _choice, "true_false": _true_false, "fill_in": _fill_in, "matching": _matching,
        "ordering": _ordering, "cloze": _cloze, "short": _written, "essay": _written,
    }  # fmt: skip
    draft.kind = kind
    return makers[kind](draft)


def _take_from_stem(draft: Draft) -> None:
    """Take the answer out of brackets in the stem: …（B）."""
    if draft.answer or draft.kind in {"fill_in", "cloze", "short", "essay", "matching"}:
        return
    found = list(_IN_STEM.finditer(draft.stem))
    is_letters = bool(found) and found[-1][1][0] in LETTERS
    if found and (draft.options if is_letters else not draft.options):
        last = found[-1]
        draft.answer = last[1]
        draft.stem = (draft.stem[: last.start()] + ("（　　）" if draft.options else "") + draft.stem[last.end() :]).strip()


def _guessed(draft: Draft) -> str:
    if draft.options:
        return "multiple" if len(_letters(draft.answer)) > 1 else "single"
    if building.truth_of(draft.answer) is not None:
        return "true_false"
    if _GAP.search(draft.stem) and draft.answer:
        return "fill_in"
    if not draft.answer:
        raise Unfit("看不出是什么题：没有选项，也没有答案。请写上答案，或在前面写明题型，像“【简答题】”。")
    return "short"


def _choice(draft: Draft) -> AnyQuestion:
    options = _listed(draft)
    if not options:
        truth = building.truth_of(draft.answer)
        if truth is None:
            raise Unfit("没有选项。选项一行一个，写成“A. 内容”。")
        return building.true_false(draft.stem, truth, draft.explanation)
    letters = _letters(draft.answer)
    if not draft.answer:
        raise Unfit("没有答案。在选项后面写一行“答案：B”，或写在题干的括号里。")
    known = LETTERS[: len(options)]
    if not letters or any(one not in known for one in letters):
        raise Unfit(f"答案“{draft.answer[:20]}”对不上选项，应是 A 到 {known[-1]} 里的字母。")
    if len(set(letters)) != len(letters):
        raise Unfit(f"答案“{draft.answer[:20]}”里有重复的字母。")
    if draft.kind == "single" and len(letters) > 1:
        raise Unfit(f"单选题只能有一个答案，写的是“{draft.answer[:20]}”。多个答案请放在多选题里。")
    return building.choice(
        draft.stem, options, [known.index(one) for one in letters], draft.explanation, is_multiple=draft.kind == "multiple" or None
    )


def _listed(draft: Draft) -> list[str]:
    letters = [letter for letter, _ in draft.options]
    if letters != list(LETTERS[: len(letters)]):
        raise Unfit(f"选项的字母是 {'、'.join(letters)[:40]}，应从 A 起依次写。")
    return [text for _, text in draft.options]


def _letters(answer: str) -> list[str]:
    text = re.sub(r"[\s,，、;；.。/]", "", answer.upper())
    return list(text) if text and all(one in LETTERS for one in text) else []


def _true_false(draft: Draft) -> AnyQuestion:
    answer = draft.answer
    if draft.options and len(_letters(answer)) == 1:
        answer = dict(draft.options).get(_letters(answer)[0], answer)
    truth = building.truth_of(answer)
    if truth is None:
        raise Unfit(f"判断题的答案写“对”或“错”，现在是“{answer[:20]}”。" if answer else "没有答案。写一行“答案：对”，或写在题干的括号里。")
    return building.true_false(draft.stem, truth, draft.explanation)


def _fill_in(draft: Draft) -> AnyQuestion:
    if not draft.answer:
        raise Unfit("没有答案。几个空用“；”隔开，一空有几种答法用“|”隔开。")
    answer, in_any_order = _without(draft.answer, ANY_ORDER)
    answer, is_case_sensitive = _without(answer, CASE)
    stem, count = _gapped(draft.stem)
    texts = _split(answer, count)
    if count and len(texts) != count:
        raise Unfit(f"题干有 {count} 个空，答案有 {len(texts)} 个。几个空用“；”隔开。")
    blanks = [_blank(text, is_case_sensitive=is_case_sensitive) for text in texts]
    if not count:
        return building.fill_in(building.with_gap(stem, len(blanks)), blanks, draft.explanation, in_any_order=in_any_order)
    return FillIn(stem=stem, blanks=tuple(blanks), explanation=draft.explanation, in_any_order=in_any_order)


def _without(text: str, mark: str) -> tuple[str, bool]:
    return text.replace(mark, "").strip(), mark in text


def _gapped(stem: str) -> tuple[str, int]:
    """Return the stem with `[[1]]` … where its gaps are, and how many there are."""
    if _NUMBERED.search(stem):
        return stem, len(_NUMBERED.findall(stem))
    numbers = iter(range(1, 1_000))
    made = _GAP.sub(lambda _: f"[[{next(numbers)}]]", stem)
    return made, len(_NUMBERED.findall(made))


def _split(answer: str, count: int) -> list[str]:
    """Return the answers of the gaps: parted by ；, or by other signs when that gives as many as there are gaps."""
    for signs in ("[；;\n]", "[；;\n、]", "[；;\n、，,]", r"[；;\s、，,]+"):
        texts = [text.strip() for text in re.split(signs, answer) if text.strip()]
        if len(texts) == count or (not count and signs == "[；;\n]"):
            return texts
    return [text.strip() for text in re.split("[；;\n]", answer) if text.strip()]


def _blank(text: str, *, is_case_sensitive: bool) -> Blank:
    accepts = [one for one in text.split("|") if one.strip()]
    tolerant = [_TOLERANT.fullmatch(one) for one in accepts]
    if accepts and all(tolerant):
        first = [one for one in tolerant if one is not None]
        if len({one[2] for one in first}) == 1:
            return building.number_blank([one[1].replace(",", "") for one in first], first[0][2])
    return building.blank(accepts, is_case_sensitive=is_case_sensitive)


def _matching(draft: Draft) -> AnyQuestion:
    if draft.options and not draft.left and all(" -> " in f" {text} " for _, text in draft.options):
        sides = [(left.strip(), right.strip()) for left, _, right in (text.partition("->") for _, text in draft.options)]
        return building.matching(
            draft.stem, [one for one in sides if one[0]], [right for left, right in sides if not left], draft.explanation
        )
    pairs = {(CIRCLED.index(one) if one in CIRCLED else int(one) - 1): LETTERS.index(letter) for one, letter in _PAIR.findall(draft.answer)}
    if not draft.left or sorted(pairs) != list(range(len(draft.left))):
        raise Unfit("连线题左边以①②开头，右边以 A、B 开头，答案写成“①B ②A”。")
    return Matching(
        stem=draft.stem, left=tuple(draft.left), right=tuple(_listed(draft)), pairs=tuple(pairs[one] for one in range(len(draft.left))),
        explanation=draft.explanation,
    )  # fmt: skip


def _ordering(draft: Draft) -> AnyQuestion:
    parts = _listed(draft)
    letters = _letters(draft.answer) if draft.answer else list(LETTERS[: len(parts)])
    if sorted(letters) != list(LETTERS[: len(parts)]) or not parts:
        raise Unfit("排序题的选项一行一个，答案把全部字母按次序写出来，像“答案：BAC”。")
    return Ordering(stem=draft.stem, parts=tuple(parts[LETTERS.index(one)] for one in letters), explanation=draft.explanation)


def _cloze(draft: Draft) -> AnyQuestion:
    stem, count = _gapped(draft.stem)
    letters = _letters(re.sub(r"[（(]?\d{1,2}[)）.、]?", "", draft.answer))
    if not count or len(draft.gaps) != count or len(letters) != count:
        raise Unfit(f"题干有 {count} 个空，选项有 {len(draft.gaps)} 组，答案有 {len(letters)} 个，三样要一样多。")
    gaps = []
    for number, (options, letter) in enumerate(zip(draft.gaps, letters, strict=True), start=1):
        if LETTERS.index(letter) >= len(options):
            raise Unfit(f"第 {number} 空的答案 {letter} 对不上选项，选项有 {len(options)} 个。")
        gaps.append(Gap(options=tuple(options), answer=LETTERS.index(letter)))
    return Cloze(stem=stem, gaps=tuple(gaps), explanation=draft.explanation)


def _written(draft: Draft) -> AnyQuestion:
    points = tuple(text.strip() for text in re.split("[；;\n]", draft.marks) if text.strip())
    made = building.essay(draft.stem, draft.answer, draft.explanation, is_short=draft.kind == "short", points=points)
    return msgspec.structs.replace(made, min_characters=draft.least)
