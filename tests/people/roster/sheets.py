"""Roster files for tests, as offices make them."""

import io
import zipfile

import openpyxl
import xlsxwriter

from tests.people.factories import identity_number

HEAD = ("姓名", "身份证号", "学校", "学段", "学科")


def xlsx(*rows, title="名册", merges=(), more=(), hidden=()):
    """An .xlsx file of rows; `more` are (title, rows) of further sheets, `hidden` names of hidden sheets."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    _fill(sheet, rows)
    for area in merges:
        sheet.merge_cells(area)
    for name, lines in more:
        _fill(book.create_sheet(name), lines)
    for name in hidden:
        book[name].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet, rows):
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                sheet.cell(number, column, value)


def csv(*rows, delimiter=",", encoding="utf-8"):
    """A .csv file of rows."""
    return "\r\n".join(delimiter.join(str(value) for value in row) for row in rows).encode(encoding)


def repacked(content, *, replace=None, add=None):
    """The same zip with parts replaced (name → function of the bytes) or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            part = source.read(info)
            target.writestr(info.filename, (replace or {}).get(info.filename, lambda text: text)(part))
        for name, part in (add or {}).items():
            target.writestr(name, part)
    return buffer.getvalue()


def teacher(unit, *, name="王小明", number=None, stage="初中", subject="数学"):
    """One row under HEAD."""
    return (name, identity_number() if number is None else number, unit.name, stage, subject)


def shared(*rows):
    """An .xlsx file whose texts lie in the shared table, as spreadsheet programs write them; texts in bold are rich text."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, bold = book.add_worksheet("名册"), book.add_format({"bold": True})
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, tuple):
                sheet.write_rich_string(number, column, value[0], bold, value[1])
            else:
                sheet.write(number, column, value)
    book.close()
    return buffer.getvalue()
