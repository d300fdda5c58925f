"""The Excel template: a row a question, in columns that Chinese programs of question banks share."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from yanxiu.assessment.exchange import drafting
from yanxiu.assessment.exchange.drafting import LETTERS, Draft
from yanxiu.assessment.exchange.layout import kind_of
from yanxiu.assessment.exchange.markup import from_inline, literal
from yanxiu.assessment.exchange.shape import MOST_QUESTIONS, BadQuestionFile, Gathering, Known, Said, Unfit
from yanxiu.catalogue.content import AnyQuestion, Material, MaterialPart
from yanxiu.kit.text import half_width
from yanxiu.people.roster.cells import Sheet
from yanxiu.people.roster.refusal import BadRoster
from yanxiu.people.roster.workbook import Workbook

COLUMNS = (
    "题型",
    "题干",
    *(f"选项{letter}" for letter in "ABCDEFGH"),
    "答案",
    "解析",
    "知识点",
    "难度",
    "学段",
    "学科",
    "分值",
    "采分点",
    "最少字数",
)
PART = "小题："
_LOOKED_AT = 10
_OTHER_NAMES = {
    "试题类型": "题型", "题目类型": "题型", "类型": "题型", "试题": "题干", "题目": "题干", "题目内容": "题干", "试题内容": "题干",
    "问题": "题干",
    "正确答案": "答案", "参考答案": "答案", "标准答案": "答案", "答案解析": "解析", "试题解析": "解析", "考点": "知识点", "难易度": "难度",
    "难度系数": "难度", "分数": "分值", "适用学段": "学段", "评分标准": "采分点", "题干内容": "题干",
}  # fmt: skip
_OPTION = re.compile(r"(?:选项|备选答案|答案选项)?\s*[（(]?([A-L])[)）]?(?:选项)?")
_PART = re.compile(r"(?:小题|└)\s*[:：-]?\s*(.*)")
_INSIDE = re.compile(r"^\s*([A-L])\s*[.、．:：)）]\s*(\S.*)$")


def read(data: bytes, known: Known) -> Gathering:
    """Read a workbook: every sheet in sight with the headings 题干 and 答案. Raises BadQuestionFile."""
    found = Gathering("sheet")
    try:
        book = Workbook(data)
        fitting = [number for number, sheet in enumerate(book.sheets(first_rows=_LOOKED_AT)) if not sheet.is_hidden and _heading(sheet)]
        if not fitting:
            raise BadQuestionFile("表格里找不到“题干”和“答案”两列。请用模板，或把第一行改成：题型、题干、选项A、选项B、答案。")
        for number in fitting:
            _read_sheet(book.sheet(number), found, known, named=len(fitting) > 1)
    except BadRoster as error:
        raise BadQuestionFile(error.message.replace("名册要用", "题目要用").replace("名册", "题目")) from error
    return found


def _heading(sheet: Sheet) -> tuple[int, dict[int, str]] | None:
    for number in list(sheet.rows)[:_LOOKED_AT]:
        columns = {place: name for place, text in sheet.rows[number].items() if (name := _column(text))}
        if {"题干", "答案"} <= set(columns.values()):
            return number, columns
    return None


def _column(text: str) -> str:
    key = re.sub(r"[\s*＊]|[（(](?:必填|选填|可不填)[）)]", "", half_width(text))
    key = _OTHER_NAMES.get(key, key)
    option = _OPTION.fullmatch(key.upper())
    return f"选项{option[1]}" if option else key if key in COLUMNS else ""


def _read_sheet(sheet: Sheet, found: Gathering, known: Known, *, named: bool) -> None:
    heading = _heading(sheet)
    if heading is None:
        return
    first, columns = heading
    rows = [(number, cells) for number, cells in sheet.rows.items() if number > first]
    if len(rows) > MOST_QUESTIONS * 3:
        raise BadQuestionFile(f"工作表“{sheet.name}”有 {len(rows):,} 行，一份最多 {MOST_QUESTIONS:,} 题。请分成几份再导入。")
    whole: tuple[Draft, dict[str, str]] | None = None
    for number, raw in rows:
        found.check_time()
        cells = {name: text.strip() for place, text in raw.items() if (name := columns.get(place)) and text.strip()}
        if not cells:
            continue
        place = (f"{sheet.name} " if named else "") + f"第 {number} 行"
        part = _PART.fullmatch(cells.get("题型", ""))
        if part and whole is not None:
            _take_part(whole[0], {**cells, "题型": part[1]}, place)
            continue
        _finish(whole, found, known)
        draft = _draft(cells, place)
        whole = (draft, cells) if draft.kind == "material" else None
        if whole is None:
            _finish((draft, cells), found, known)
    _finish(whole, found, known)


def _take_part(whole: Draft, cells: Mapping[str, str], place: str) -> None:
    """Add a row to the material above it. What is wrong with its points is said of the material."""
    try:
        whole.parts.append(_draft(cells, place, is_part=True))
    except Unfit as why:
        whole.broken = f"{place}：{why}"


def _draft(cells: Mapping[str, str], place: str, *, is_part: bool = False) -> Draft:
    """Return a row as a draft. Raises Unfit for the points of a part."""
    marked = {
        name: from_inline(literal(text)) if name not in {"题干", "答案"} else from_inline(_gapless(text)) for name, text in cells.items()
    }
    options = [(letter, marked[f"选项{letter}"]) for letter in LETTERS if f"选项{letter}" in marked]
    kind = kind_of(marked.get("题型", ""))
    draft = Draft(
        place=place, kind=kind, stem=marked.get("题干", ""), options=options, answer=marked.get("答案", ""),
        explanation=marked.get("解析", ""), marks=marked.get("采分点", ""), point=marked.get("知识点", ""),
        difficulty=marked.get("难度", ""), share=share_of(cells["分值"]) if cells.get("分值") and is_part else Decimal(1),
    )  # fmt: skip
    if kind == "cloze":
        draft.gaps = [[one.strip() for one in text.split("|") if one.strip()] for _, text in options]
    elif not options and kind in {"single", "multiple"}:
        _take_inside(draft)
    return draft


def _gapless(text: str) -> str:
    """Return a stem as markup in which `[[1]]` stays what the template says it is: a gap."""
    kept = re.sub(r"\[\[(\d{1,2})\]\]", "\u2402\\1\u2403", text)
    return re.sub("\u2402(\\d{1,2})\u2403", r"[[\1]]", literal(kept))


def _take_inside(draft: Draft) -> None:
    """Options that stand in the cell of the stem, a line each."""
    lines = draft.stem.split("\n")
    begins = next((number for number, line in enumerate(lines) if _INSIDE.match(line)), None)
    if begins is not None:
        found = [_INSIDE.match(line) for line in lines[begins:]]
        draft.options = [(one[1], one[2].strip()) for one in found if one is not None]
        draft.stem = "\n".join(lines[:begins]).strip()


def _finish(whole: tuple[Draft, dict[str, str]] | None, found: Gathering, known: Known) -> None:
    if whole is None:
        return
    draft, cells = whole
    try:
        said = _said(cells, draft, known)
        question = _material(draft) if draft.kind == "material" else _single(draft, cells)
    except Unfit as why:
        found.refuse(draft.place, draft.stem, str(why), cells=cells)
    else:
        found.keep(question, draft.place, cells=cells, said=said)


def _single(draft: Draft, cells: Mapping[str, str]) -> AnyQuestion:
    if cells.get("题型") and not draft.kind:
        raise Unfit(
            f"不认识题型“{cells['题型'][:10]}”。可以写：单选题、多选题、判断题、填空题、连线题、排序题、完形填空、简答题、论述题、材料题。"
        )
    if cells.get("最少字数"):
        draft.least = _whole(cells["最少字数"], "最少字数")
    return drafting.question_of(draft)


def _material(draft: Draft) -> Material:
    if not draft.stem:
        raise Unfit("没有题干，请把材料写在“题干”里。")
    if draft.broken:
        raise Unfit(draft.broken)
    if not draft.parts:
        raise Unfit(f"材料题下面没有小题。小题写在下一行，题型写成“{PART}单选题”。")
    parts = []
    for part in draft.parts:
        if not part.kind:
            raise Unfit(f"{part.place}：小题的题型没有写，或不认识。写成“{PART}单选题”。")
        question = drafting.question_of(part)
        if isinstance(question, Material):
            raise Unfit("材料题里又有材料题。")
        parts.append(MaterialPart(question=question, share=part.share))
    return Material(stem=draft.stem, parts=tuple(parts), explanation=draft.explanation)


def _said(cells: Mapping[str, str], draft: Draft, known: Known) -> Said:
    difficulty = drafting.difficulty_of(cells.get("难度", ""))
    if cells.get("难度") and not difficulty:
        raise Unfit(f"不认识难度“{cells['难度'][:10]}”。写 1 到 5，或容易、中等、较难。")
    stage, subject = cells.get("学段", ""), cells.get("学科", "")
    if stage and stage not in known.stages:
        raise Unfit(f"不认识学段“{stage[:10]}”。可以写：{'、'.join(known.stages)}。")
    if subject and subject not in known.subjects:
        raise Unfit(f"不认识学科“{subject[:10]}”。请写学科目录里的名称，如：语文、数学。")
    return Said(point=draft.point[:60], difficulty=difficulty, stage=stage, subject=subject)


def _whole(text: str, name: str) -> int:
    if not re.fullmatch(r"\d{1,5}", half_width(text)):
        raise Unfit(f"“{name}”应是整数，现在是“{text[:10]}”。")
    return int(half_width(text))


def share_of(text: str) -> Decimal:
    """Return the points of a part as its share. Raises Unfit."""
    try:
        value = Decimal(half_width(text).removesuffix("分"))
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not 0 < value <= 1000:
        raise Unfit(f"“分值”应是大于 0 的数，现在是“{text[:10]}”。")
    return value
