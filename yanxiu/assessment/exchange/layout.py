"""Papers as Chinese teachers type them: headings of kinds, numbered stems, options with letters, 答案, 解析; answers in brackets too.

Every line is looked at once. What a question is follows from its heading or mark (【单选题】), else from its options and its answer.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from yanxiu.assessment.exchange import drafting
from yanxiu.assessment.exchange.drafting import Draft
from yanxiu.assessment.exchange.shape import Gathering, Said, Unfit
from yanxiu.catalogue.content import AnyQuestion, Material, MaterialPart

_KINDS = (
    (("多项选择", "多选", "不定项"), "multiple"), (("单项选择", "单选", "选择题"), "single"), (("判断", "是非题", "对错"), "true_false"),
    (("完形", "选词"), "cloze"), (("填空",), "fill_in"), (("连线", "匹配", "配对"), "matching"), (("排序",), "ordering"),
    (("简答", "问答", "名词解释", "简述"), "short"), (("论述", "作文", "写作", "案例"), "essay"),
    (("材料", "阅读理解", "综合题"), "material"),
)  # fmt: skip
_TAG = re.compile(r"[【\[［]([^】\]］\n]{2,8})[】\]］]")
_HEADING = re.compile(r"(?:第[一二三四五六七八九十]{1,3}(?:部分|大题)|[一二三四五六七八九十]{1,3})[、.．:：\s]\s*(\S.{0,80})")
_STEM = re.compile(r"(?:第\s{0,3}(\d{1,4})\s{0,3}题[、.．:：]?|(\d{1,4})\s{0,3}[.、．:：)）](?!\d))\s{0,10}(.*)", re.DOTALL)
_PART = re.compile(r"[（(]\s{0,2}(\d{1,2})\s{0,2}[）)]\s{0,10}(.*)", re.DOTALL)
_OPTION = re.compile(r"(?:([A-L])\s{0,3}[.、．:：)）]|[（(]([A-L])[）)])\s{0,10}(\S.*)", re.DOTALL)
_MORE = re.compile(r"[ \t\u3000]+(?=[B-L]\s{0,2}[.、．])")
_FIELD = re.compile(
    r"[【\[]?\s{0,2}(参考答案|正确答案|标准答案|答案|参考解析|答案解析|试题解析|解析|分析|解答|知识点|考点|难度|难易度|分值|采分点|评分标准)"
    r"\s{0,2}(?:[】\]]\s{0,3}[:：]?|[:：])\s{0,10}(.*)",
    re.DOTALL,
)
_KEY_HEADING = re.compile(r"[【\[]?(?:参考|标准)?答案(?:及解析|与解析|部分)?[】\]]?[:：]?")
_KEYED = re.compile(r"(\d{1,4})\s{0,2}[.、．:：]?\s{0,2}([A-H]{1,8}|[√×对错]|正确|错误)(?![A-Za-z\u4e00-\u9fff])")
_KEY_RANGE = re.compile(r"(\d{1,4})\s{0,2}[-—–~～]\s{0,2}(\d{1,4})\s{0,2}[:：.、]?\s{0,3}([A-H√×](?:[ \u3000,，、]{0,3}[A-H√×]){0,99})")
_LEFT = re.compile(r"([①-⑫])\s{0,5}(\S.*)", re.DOTALL)
_FIELDS = {
    "解析": "explanation", "参考解析": "explanation", "答案解析": "explanation", "试题解析": "explanation", "分析": "explanation",
    "解答": "explanation", "知识点": "point", "考点": "point", "难度": "difficulty", "难易度": "difficulty", "分值": "points",
    "采分点": "marks", "评分标准": "marks",
}  # fmt: skip
_RULE = re.compile(r"[-=*_·—─~]{3,200}")
_CHAPTER = re.compile(r"第[\s\d一二三四五六七八九十百]{1,6}[讲章节课]\S?.{0,40}")
MOST_LINE = 60_000


@dataclass(kw_only=True)
class Line:
    """A line of a paper and where it stands."""

    text: str
    place: str


@dataclass(kw_only=True)
class _Paper:
    """A paper while it is read."""

    found: Gathering
    kind: str = ""
    drafts: list[Draft] = field(default_factory=list)
    is_fresh: bool = True
    is_parted: bool = False
    in_key: bool = False

    @property
    def last(self) -> Draft | None:
        """The question, or the part of a material, that is being read."""
        if not self.drafts:
            return None
        whole = self.drafts[-1]
        return whole.parts[-1] if whole.parts else whole


def looks(text: str) -> bool:
    """Tell whether a text looks like a paper: a numbered line, or the word 答案."""
    return "答案" in text or re.search(r"(?m)^\s{0,10}(?:\d{1,4}\s{0,3}[.、．]|【.{2,6}】)", text[:100_000]) is not None


def read(lines: Iterable[Line], found: Gathering) -> None:
    """Read a paper into `found`; texts of the lines are markup already."""
    paper = _Paper(found=found)
    for line in lines:
        found.check_time()
        text = line.text.strip()
        if text and (_RULE.fullmatch(text) or _CHAPTER.fullmatch(text)):
            paper.is_parted = True
        elif text:
            _take(paper, text[:MOST_LINE], line.place)
            paper.is_parted = False
    for draft in paper.drafts:
        found.check_time()
        _finish(draft, found)


def _take(paper: _Paper, text: str, place: str) -> None:
    if paper.in_key or (_KEY_HEADING.fullmatch(text) and _ends_questions(paper)):
        paper.in_key = True
        _take_key(paper, text)
    elif not (_take_heading(paper, text) or _take_stem(paper, text, place) or _take_piece(paper, text)):
        _go_on(paper, text, place)


def _ends_questions(paper: _Paper) -> bool:
    """A line 参考答案 alone begins the key when the questions before have no answers of their own."""
    return len(paper.drafts) > 1 and not any(draft.answer or draft.parts for draft in paper.drafts[:-1])


def _take_heading(paper: _Paper, text: str) -> bool:
    found = _HEADING.fullmatch(text)
    bare = _TAG.fullmatch(text)
    words = found[1] if found else bare[1] if bare else text if _is_titled(text) else ""
    kind = kind_of(words[:12]) if words else ""
    if not kind or (paper.last is not None and not found and not bare and not re.fullmatch(r"\S{2,6}题(?:[（(:：].*)?", text)):
        return False
    paper.kind, paper.is_fresh = kind, True
    return True


def _is_titled(text: str) -> bool:
    return len(text) <= 40 and "题" in text[:8] and not _STEM.match(text) and not _TAG.match(text)


def kind_of(words: str) -> str:
    """Return the kind of question that words name; "" when they name none."""
    return next((kind for signs, kind in _KINDS if any(sign in words for sign in signs)), "")


def _take_stem(paper: _Paper, text: str, place: str) -> bool:
    tag = _TAG.match(text)
    lead = kind_of(tag[1]) if tag else ""
    stem = _STEM.fullmatch(text[tag.end() :].strip() if tag and lead else text)
    if stem is None:
        if tag and lead and text[tag.end() :].strip():
            paper.drafts.append(Draft(place=place, kind=lead, stem=text[tag.end() :].strip(), number=_last_number(paper) + 1))
            paper.is_fresh = False
            return True
        return False
    number, words = int(stem[1] or stem[2]), stem[3].strip()
    if not _begins(paper, number):
        return False
    inner = _TAG.match(words)
    if inner and kind_of(inner[1]):
        lead, words = kind_of(inner[1]), words[inner.end() :].strip()
    paper.drafts.append(Draft(place=place, kind=lead or paper.kind, stem=words, number=number))
    paper.is_fresh = False
    return True


def _begins(paper: _Paper, number: int) -> bool:
    last = _last_number(paper)
    if not paper.drafts or number == last + 1 or (paper.is_fresh and number == 1):
        return True
    draft = paper.last
    if draft is None or not draft.answer:
        return False
    if number == 1:
        return paper.is_parted or (draft.part == "answer" and bool(draft.options))
    return draft.part != "explanation" and last < number <= last + 3


def _last_number(paper: _Paper) -> int:
    return paper.drafts[-1].number if paper.drafts else 0


def _take_piece(paper: _Paper, text: str) -> bool:
    """An option, a field, or a part of a material."""
    if not paper.drafts:
        return False
    whole = paper.drafts[-1]
    part = _PART.fullmatch(text)
    if part and whole.kind == "material" and int(part[1]) == len(whole.parts) + 1:
        inner = _TAG.match(part[2])
        kind = kind_of(inner[1]) if inner else ""
        words = part[2][inner.end() :].strip() if inner and kind else part[2]
        whole.parts.append(Draft(place=f"{whole.place}第（{part[1]}）小题", kind=kind, stem=words, number=int(part[1])))
        return True
    draft = paper.last
    if draft is None:
        return False
    if part and draft.kind == "cloze" and _OPTION.fullmatch(part[2]):
        draft.gaps.append([option[1] for option in _options(part[2])])
        return True
    if named := _FIELD.fullmatch(text):
        is_of_whole = _FIELDS.get(named[1]) in {"point", "difficulty"}
        return _take_field(whole if is_of_whole else draft, named[1], named[2].strip())
    if (left := _LEFT.fullmatch(text)) and draft.kind == "matching":
        draft.left.append(left[2].strip())
        return True
    if _OPTION.fullmatch(text) and draft.part in {"stem", "option"}:
        draft.options += _options(text)
        draft.part = "option"
        return True
    return False


def _take_field(draft: Draft, name: str, words: str) -> bool:
    target = _FIELDS.get(name, "answer")
    if target == "answer" and draft.answer:
        target = "explanation"
    if target in {"answer", "explanation", "marks"}:
        before = getattr(draft, target)
        setattr(draft, target, f"{before}\n{words}".strip())
        draft.part = target
    elif target == "points":
        found = re.match(r"\d{1,3}(?:\.\d)?", words)
        draft.share = Decimal(found[0]) if found and Decimal(found[0]) else draft.share
    else:
        setattr(draft, target, words)
    return True


def _options(text: str) -> list[tuple[str, str]]:
    """Return the options of a line: one, or several with wide spaces between."""
    made: list[tuple[str, str]] = []
    for piece in _MORE.split(text):
        option = _OPTION.fullmatch(piece.strip())
        letter = (option[1] or option[2]) if option else ""
        if option and (not made or ord(letter) == ord(made[-1][0]) + 1):
            made.append((letter, option[3].strip()))
        elif made:
            made[-1] = (made[-1][0], f"{made[-1][1]} {piece.strip()}")
    return made


def _go_on(paper: _Paper, text: str, place: str) -> None:
    draft = paper.last
    if draft is None:
        if paper.kind == "material" or kind_of(text[:8]):
            paper.drafts.append(Draft(place=place, kind=paper.kind, stem=text, number=0))
        return
    if paper.is_fresh:
        if paper.kind == "material":
            paper.drafts.append(Draft(place=place, kind="material", stem=text, number=draft.number))
            paper.is_fresh = False
        return
    if draft.part == "option":
        draft.options[-1] = (draft.options[-1][0], f"{draft.options[-1][1]}\n{text}")
    else:
        setattr(draft, draft.part, f"{getattr(draft, draft.part)}\n{text}".strip())


def _take_key(paper: _Paper, text: str) -> None:
    """Read a line of the key at the end of a paper. Numbers that stand for two questions answer none."""
    said: list[tuple[int, str]] = []
    for run in _KEY_RANGE.finditer(text):
        letters = [one for one in run[3] if one.isalpha() or one in "√×"]
        if len(letters) == int(run[2]) - int(run[1]) + 1:
            said += [(int(run[1]) + place, letter) for place, letter in enumerate(letters)]
    if not said:
        said = [(int(one[1]), one[2]) for one in _KEYED.finditer(text)]
    for number, answer in said:
        meant = [draft for draft in paper.drafts if draft.number == number]
        if len(meant) == 1 and not meant[0].answer:
            meant[0].answer = answer


def _finish(draft: Draft, found: Gathering) -> None:
    said = Said(point=draft.point[:60], difficulty=drafting.difficulty_of(draft.difficulty))
    try:
        question = _material(draft) if draft.kind == "material" else drafting.question_of(draft)
    except Unfit as why:
        found.refuse(draft.place, draft.stem, str(why), cells=draft.cells())
    else:
        found.keep(question, draft.place, cells=draft.cells(), said=said)


def _material(draft: Draft) -> AnyQuestion:
    if not draft.parts:
        raise Unfit("材料题没有小题。小题以（1）（2）开头，每题写答案。")
    parts = []
    for part in draft.parts:
        question = drafting.question_of(part)
        if isinstance(question, Material):
            raise Unfit("材料题里又有材料题。")
        parts.append(MaterialPart(question=question, share=part.share))
    return Material(stem=draft.stem, parts=tuple(parts), explanation=draft.explanation)
