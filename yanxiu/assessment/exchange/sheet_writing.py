"""The Excel template, empty with examples, filled with questions, and filled with what was refused."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yanxiu.assessment.exchange.drafting import ANY_ORDER, CASE, LETTERS
from yanxiu.assessment.exchange.shape import Refused
from yanxiu.assessment.exchange.sheet import COLUMNS, PART
from yanxiu.assessment.exchange.writing import CannotHold, Leaving, Written
from yanxiu.catalogue.content import (
    QUESTION_TYPES,
    TRUE_FALSE,
    AnyQuestion,
    Blank,
    Cloze,
    FillIn,
    Matching,
    Material,
    Ordering,
    Question,
    type_of,
)
from yanxiu.catalogue.content import Written as ByHand
from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects

Row = dict[str, str]
_WIDTHS = {
    "题型": 11,
    "题干": 48,
    "答案": 18,
    "解析": 30,
    "知识点": 16,
    "难度": 7,
    "学段": 9,
    "学科": 12,
    "分值": 7,
    "采分点": 24,
    "最少字数": 9,
}
_TYPES = [*QUESTION_TYPES.values(), *(PART + name for key, name in QUESTION_TYPES.items() if key != "material")]
_FILLED_ROWS = 2_100
_SEPARATORS = ("；", ";", "|", "\n")
_EXAMPLES: tuple[Row, ...] = (
    {"题型": "单选题", "题干": "观课记录最应当写下什么？", "选项A": "自己的感受", "选项B": "看得见的证据",
     "选项C": "教师的知名度", "答案": "B",
     "解析": "证据可以被别人核对。", "知识点": "课堂观察", "难度": "2"},
    {"题型": "多选题", "题干": "下面哪些是课堂上看得见的证据？", "选项A": "学生举手的次数", "选项B": "教师的备课时间",
     "选项C": "小组讨论的板书",
     "答案": "AC", "知识点": "课堂观察", "难度": "3"},
    {"题型": "判断题", "题干": "观课时可以随时打断教师。", "答案": "错", "难度": "1"},
    {"题型": "填空题", "题干": "圆周率约等于____，它是____与直径的比。", "答案": "3.14±0.01；圆周长|圆的周长",
     "解析": "几个空用“；”隔开，一空有几种答法用“|”隔开。"},
    {"题型": "连线题", "题干": "把作品和作者连起来。", "选项A": "《背影》 -> 朱自清", "选项B": "《故乡》 -> 鲁迅",
     "选项C": "-> 老舍"},
    {"题型": "排序题", "题干": "按先后排列教研的步骤。", "选项A": "确定主题", "选项B": "观课", "选项C": "议课", "答案": "ABC"},
    {"题型": "完形填空", "题干": "议课时先说[[1]]，再说[[2]]。", "选项A": "事实|感受|结论", "选项B": "判断|天气|事实", "答案": "AA"},
    {"题型": "简答题", "题干": "什么是形成性评价？", "答案": "在学习过程中为改进教与学而作的评价。",
     "采分点": "过程中；为了改进", "最少字数": "20"},
    {"题型": "材料题", "题干": "【材料】一位教师上课前把座位排成四组……（材料写在这里，小题写在下面几行）"},
    {"题型": f"{PART}单选题", "题干": "这样排座位最便于什么？", "选项A": "讲授", "选项B": "小组讨论", "答案": "B", "分值": "2"},
    {"题型": f"{PART}简答题", "题干": "说说还可以怎样排。", "答案": "言之成理即可。", "分值": "3"},
)  # fmt: skip
_HELP = (
    ("题型", ("单选题、多选题、判断题、填空题、连线题、排序题、完形填空、简答题、论述题、材料题。"
     "材料题的小题写在它下面，题型前加“小题：”。")),
    ("题干", "必填。填空题用 ____ 或（　　）留空；完形填空用 [[1]]、[[2]]。公式写成 $x^2$。"),
    ("选项A…H", ("单选、多选一格一个选项。"
     "连线题一格写一对：左 -> 右；只写“-> 右”的是干扰项。完形填空一格写一个空的选项，用“|”隔开。")),
    ("答案", ("选择题写字母；判断题写对、错；填空题几个空用“；”隔开，一空几种答法用“|”隔开，"
     f"数字允许误差写 3.14±0.01；不分先后的在末尾写{ANY_ORDER}，区分大小写的写{CASE}。")),
    ("解析", "可不填。交卷后按考试规则给考生看。"),
    ("知识点", "可不填。题库里没有的会新建。"),
    ("难度", "1（很易）到 5（很难），或容易、中等、较难；不填按 3。"),
    ("学段、学科", "可不填，不填按导入时选的。"),
    ("分值", "只用在材料题的小题上：各小题之间怎样分整题的分。"),
    ("采分点", "简答题、论述题用，几条用“；”隔开，给阅卷人看。"),
)  # fmt: skip


def template() -> bytes:
    """Return the template: rows to write over, drop-downs, and a sheet of explanations."""
    return _book(COLUMNS, _EXAMPLES)


def refused(rows: Iterable[Refused], *, limit: int = _FILLED_ROWS) -> bytes:
    """Return what was refused as a filled template with its place and reason, to be mended and brought again."""
    made = []
    for one, _ in zip(rows, range(limit), strict=False):
        made.append({**(one.cells or {"题干": one.excerpt}), "没有收的原因": one.reason, "原来的位置": one.place})
    return _book((*COLUMNS, "没有收的原因", "原来的位置"), made)


def write(leaving: Sequence[Leaving]) -> Written:
    """Return the questions as a filled template, from which `sheet.read` makes the same questions."""
    left_out: list[tuple[int, str]] = []
    rows: list[Row] = []
    for one in leaving:
        facts = {"知识点": one.point, "难度": str(one.difficulty), "学段": one.stage, "学科": one.subject}
        try:
            first, *parts = _rows(one.question)
        except CannotHold as why:
            left_out.append((one.number, str(why)))
        else:
            rows += [{**first, **facts}, *parts]
    more = [f"选项{letter}" for letter in LETTERS[8:] if any(f"选项{letter}" in row for row in rows)]
    place = COLUMNS.index("答案")
    return Written(data=_book((*COLUMNS[:place], *more, *COLUMNS[place:]), rows), left_out=left_out)


def _rows(question: AnyQuestion) -> list[Row]:
    if not isinstance(question, Material):
        return [_row(question)]
    parts = [{**_row(part.question), "分值": f"{part.share:f}"} for part in question.parts]
    whole = {"题型": QUESTION_TYPES["material"], "题干": question.stem, "解析": question.explanation}
    return [whole, *({**row, "题型": PART + row["题型"]} for row in parts)]


def _row(question: AnyQuestion) -> Row:
    row = {"题型": QUESTION_TYPES[type_of(question)], "题干": question.stem, "解析": question.explanation}
    if isinstance(question, Question):
        return row | _choice(question)
    if isinstance(question, FillIn):
        return row | {"答案": _filled(question)}
    if isinstance(question, ByHand):
        return row | _by_hand(question)
    if isinstance(question, Matching | Ordering | Cloze):
        return row | _placed(question)
    raise CannotHold("材料题里不能有材料题")


def _placed(question: Matching | Ordering | Cloze) -> Row:
    if isinstance(question, Matching):
        if any("->" in text for text in (*question.left, *question.right)):
            raise CannotHold("表格里的连线题不能写 ->")
        texts = [f"{left} -> {question.right[to]}" for left, to in zip(question.left, question.pairs, strict=True)]
        texts += [f"-> {text}" for place, text in enumerate(question.right) if place not in question.pairs]
        return _options(texts)
    if isinstance(question, Ordering):
        return _options(question.parts) | {"答案": LETTERS[: len(question.parts)]}
    if len(question.gaps) > len(LETTERS) or any("|" in text for gap in question.gaps for text in gap.options):
        raise CannotHold(f"表格里的完形填空最多 {len(LETTERS)} 空，选项里不能有竖线")
    letters = "".join(LETTERS[gap.answer] for gap in question.gaps)
    return _options(["|".join(gap.options) for gap in question.gaps]) | {"答案": letters}


def _by_hand(question: ByHand) -> Row:
    if any(sign in text for text in question.points for sign in "；;\n"):
        raise CannotHold("表格里的采分点用分号隔开，采分点里不能有分号和换行")
    least = {"最少字数": str(question.min_characters)} if question.min_characters else {}
    return {"答案": question.reference, "采分点": "；".join(question.points)} | least


def _choice(question: Question) -> Row:
    if question.kind == "true_false":
        return {"答案": TRUE_FALSE[question.answers[0]]}
    return _options(question.options) | {"答案": "".join(LETTERS[answer] for answer in question.answers)}


def _options(texts: Sequence[str]) -> Row:
    if len(texts) > len(LETTERS):
        raise CannotHold(f"表格里最多 {len(LETTERS)} 项")
    return {f"选项{letter}": text for letter, text in zip(LETTERS, texts, strict=False)}


def _filled(question: FillIn) -> str:
    if any(sign in text for blank in question.blanks for text in blank.accepts for sign in _SEPARATORS):
        raise CannotHold("表格里的填空题用分号和竖线隔开答案，答案里不能有这些符号")
    if len({blank.is_case_sensitive for blank in question.blanks}) > 1:
        raise CannotHold("表格里的填空题要么都分大小写，要么都不分")
    marks = (ANY_ORDER if question.in_any_order else "") + (CASE if question.blanks[0].is_case_sensitive else "")
    return "；".join(_blank(blank) for blank in question.blanks) + marks


def _blank(blank: Blank) -> str:
    if blank.tolerance is None:
        return "|".join(blank.accepts)
    return "|".join(f"{text}±{blank.tolerance:f}" for text in blank.accepts)


def _book(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    buffer = io.BytesIO()
    import xlsxwriter  # 12 MB that only the process that writes a workbook should hold

    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet = book.add_worksheet("题目")
    for column, name in enumerate(columns):
        sheet.set_column(column, column, _WIDTHS.get(name, 40 if name.startswith("没有收") else 16), text)
        sheet.write_string(0, column, name, bold)
    for number, row in enumerate(rows, start=1):
        for column, name in enumerate(columns):
            if row.get(name):
                sheet.write_string(number, column, row[name][:32_000], text)
    sheet.freeze_panes(1, 2)
    _drop_downs(book, sheet, columns)
    words = book.add_worksheet("填写说明")
    words.set_column(0, 0, 12)
    words.set_column(1, 1, 110)
    for number, (name, line) in enumerate(_HELP):
        words.write_string(number, 0, name, bold)
        words.write_string(number, 1, line)
    book.close()
    return buffer.getvalue()


def _drop_downs(book: Any, sheet: Any, columns: Sequence[str]) -> None:
    options = book.add_worksheet("选项")
    lists = {"题型": _TYPES, "难度": ["1", "2", "3", "4", "5"], "学段": list(Stage.values), "学科": list(subjects())}
    for place, (name, values) in enumerate(lists.items()):
        options.write_string(0, place, name)
        options.write_column(1, place, values)
        column, letter = list(columns).index(name), chr(65 + place)
        sheet.data_validation(
            1, column, _FILLED_ROWS, column,
            {"validate": "list", "source": f"=选项!${letter}$2:${letter}${len(values) + 1}", "error_type": "warning",
             "error_title": "不在选项里", "error_message": "请从下拉选项里选"},
        )  # fmt: skip
    options.hide()
