"""The outline of a course as a sheet: one row a step, in order."""

import io
import re

from yanxiu.catalogue.transport.shape import Row
from yanxiu.kit.text import half_width, plain
from yanxiu.people.roster.workbook import Workbook

HEADINGS = ("模块", "环节", "类型", "文件", "说明")
MOST_ROWS = 200
_LOOKED_AT = 10
_FIELDS = {
    "模块": "module", "课程模块": "module", "单元": "module", "环节": "title", "环节名称": "title", "名称": "title", "标题": "title",
    "类型": "kind", "种类": "kind", "文件": "file", "文件名": "file", "说明": "words", "内容": "words", "要求": "words",
}  # fmt: skip
_EXAMPLES = (
    ("走进课例", "带着问题进课堂", "视频", "01 带着问题进课堂.mp4", ""),
    ("", "观课前读一读", "阅读", "", "观课前先定一个问题。\n\n- 看学生怎样想\n- 记看得见的证据"),
    ("", "观课记录表", "文档", "观课记录表.docx", ""),
    ("写下证据", "课堂里的板书", "图集", "板书1.jpg、板书2.jpg", "导入时的板书\n小结时的板书"),
    ("", "说一个您试过的追问", "讨论", "", "写清当时学生怎么答、您接着问了什么。"),
    ("", "想一想", "回馈题", "", "1. 观课记录最应当写下什么？\nA. 感受\nB. 证据\n答案：B"),
    ("", "听一节课", "线下活动", "", "在本校听一节课，交一份有证据的记录。"),
)


def read_outline(content: bytes) -> list[Row] | None:
    """Return the rows of an outline; None when the workbook is none, but a document. Raises Invalid when it cannot be read."""
    for sheet in Workbook(content).sheets(first_rows=MOST_ROWS + _LOOKED_AT):
        if sheet.is_hidden:
            continue
        for number in list(sheet.rows)[:_LOOKED_AT]:
            columns = {
                field: column for column, text in reversed(sheet.rows[number].items()) if (field := _FIELDS.get(_key(text))) is not None
            }
            if "title" in columns and ({"file", "kind"} & set(columns)):
                below = {line: cells for line, cells in sheet.rows.items() if line > number}
                rows = [_row(line, cells, columns) for line, cells in below.items()]
                return [row for row in rows if row.title or row.file or row.words or row.module][:MOST_ROWS]
    return None


def empty_outline() -> bytes:
    """Return a sheet with the headings and rows to write over."""
    buffer = io.BytesIO()
    import xlsxwriter  # 12 MB that only the process that writes a workbook should hold

    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet = book.add_worksheet("课程提纲")
    for column, (heading, width) in enumerate(zip(HEADINGS, (16, 24, 12, 30, 48), strict=True)):
        sheet.set_column(column, column, width, text)
        sheet.write_string(0, column, heading, bold)
    for number, row in enumerate(_EXAMPLES, start=1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def _row(line: int, cells: dict[int, str], columns: dict[str, int]) -> Row:
    def text(field: str) -> str:
        return plain(str(cells.get(columns[field], ""))).strip()[: 20_000 if field == "words" else 1_000]

    return Row(number=line, **{field: text(field) for field in columns})


def _key(text: str) -> str:
    return re.sub(r"[\s:*（）()]+", "", half_width(text))
