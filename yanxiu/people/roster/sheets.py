"""The sheets that rosters need: the empty template with drop-downs, and the rows that came back, with their reasons."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects
from yanxiu.people.models import IdentityKind, RosterImport, RosterRow, RowOutcome
from yanxiu.people.roster.headings import FIELDS, GUIDE
from yanxiu.people.roster.keeping import secrets_of

_WIDTHS = {"name": 14, "identity": 24, "unit": 32, "unit_code": 14, "identity_kind": 18, "mobile": 16, "subject": 18, "staff_number": 16}
_TEXT_ROWS = 20_000
_HELP = (
    "每行一位教师。姓名必填，和证件一致；少数民族姓名的点写作“·”。",
    "证件号码、手机号、教师编号请保持“文本”格式，不要改成数字，否则末尾几位会丢失。",
    "学校填全称或学校代码。学校管理员导入本校名册时可以空着。",
    "几个学段或学科用顿号隔开；学段和学科都不止一个时，写成“初中数学、高中物理”。",
    "空着的格子不会清掉已经登记的内容。",
)


def template() -> bytes:
    """Return an empty roster with drop-downs for kinds of documents, stages, subjects and the plan."""
    buffer = io.BytesIO()
    import xlsxwriter  # 12 MB that only the process that writes a workbook should hold

    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = _headed(book, "名册", list(FIELDS))
    lists: Mapping[str, Iterable[str]] = {
        "identity_kind": [str(kind.label) for kind in IdentityKind],
        "stage": [str(stage.value) for stage in Stage],
        "subject": list(subjects()),
        "plan": ["是", "否"],
    }
    options = book.add_worksheet("选项")
    for place, (name, values) in enumerate(lists.items()):
        values = list(values)
        options.write_string(0, place, f"{FIELDS[name]}的选项")
        options.write_column(1, place, values)
        letter = chr(65 + place)
        column = list(FIELDS).index(name)
        sheet.data_validation(
            1, column, _TEXT_ROWS, column,
            {"validate": "list", "source": f"=选项!${letter}$2:${letter}${len(values) + 1}", "error_type": "warning",
             "error_title": "不在选项里", "error_message": "可以写多个，用顿号隔开"},
        )  # fmt: skip
    options.hide()
    words = book.add_worksheet(GUIDE)
    words.set_column(0, 0, 90)
    for number, line in enumerate(_HELP):
        words.write_string(number, 0, line)
    book.close()
    return buffer.getvalue()


def refused(roster: RosterImport, rows: Iterable[RosterRow], *, is_whole: bool) -> bytes:
    """Return rows in the order of the file, with place and reason; every cell is text (EX-03). Masked unless `is_whole`."""
    buffer = io.BytesIO()
    import xlsxwriter  # 12 MB that only the process that writes a workbook should hold

    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    fields = [name for name in FIELDS if name in roster.columns]
    sheet = _headed(book, "名册", fields, "原因", "原来的位置")
    for number, row in enumerate(rows, start=1):
        shown = {**row.values, **(secrets_of(row) if is_whole else {"identity": row.identity_hint})}
        for column, name in enumerate(fields):
            sheet.write_string(number, column, str(shown.get(name, "")))
        prefix = "" if row.outcome == RowOutcome.REFUSED else "待定："
        sheet.write_string(number, len(fields), prefix + row.words)
        sheet.write_string(number, len(fields) + 1, place(roster, row))
    book.close()
    return buffer.getvalue()


def place(roster: RosterImport, row: RosterRow) -> str:
    """Return where a row's reason stands: 名册.xlsx C37; without a column 名册.xlsx 第 37 行."""
    return f"{roster.file_name} {cell(roster, row)}"


def cell(roster: RosterImport, row: RosterRow) -> str:
    """Return the address of the cell that the reason is about: C37, or 第 37 行 when the file has no such column."""
    letter = roster.columns.get(row.field)
    return f"{letter}{row.number}" if letter else f"第 {row.number} 行"


def _headed(book: Any, title: str, fields: list[str], *more: str) -> Any:
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bottom": 1})
    sheet = book.add_worksheet(title)
    for column, name in enumerate(fields):
        sheet.set_column(column, column, _WIDTHS.get(name, 12), text)
        sheet.write_string(0, column, FIELDS[name], bold)
    for column, label in enumerate(more, start=len(fields)):
        sheet.set_column(column, column, 50 if label == "原因" else 24)
        sheet.write_string(0, column, label, bold)
    sheet.freeze_panes(1, 1)
    return sheet
