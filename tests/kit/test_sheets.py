"""Lists as .xlsx: what is written is what a spreadsheet program reads, whatever stands in a text."""

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from yanxiu.kit import sheets

HEADINGS = [("姓名", 14), ("学时", 8), ("备注", 30)]


def read(file):
    with file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    (sheet,) = book.worksheets
    return sheet, [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_list_has_its_headings_its_rows_and_numbers_as_numbers():
    sheet, rows = read(sheets.workbook("结算结果", HEADINGS, [("李雷", Decimal("12.50"), None), ("韩梅梅", 3, ""), ("王", 0.5, "病假")]))

    assert sheet.title == "结算结果"
    assert rows == [["姓名", "学时", "备注"], ["李雷", 12.5, None], ["韩梅梅", 3, None], ["王", 0.5, "病假"]]
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert int(sheet.column_dimensions["C"].width) == 30


@pytest.mark.parametrize("text", ["=1+1", "+86", "@a", "<b>&amp;</b>", "a\nb", " 空 ", '"', "𠮷田", "0123", "1e5"])
def test_a_text_stays_the_text_it_was(text):
    sheet, rows = read(sheets.workbook("表", HEADINGS, [(text, 1, text)]))

    assert rows[1] == [text, 1, text]
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize(("text", "kept"), [("a\x00b\x1f", "ab"), ("a\r\nb", "a\nb"), ("\ud800x", "x"), ("长" * 40_000, "长" * 32_767)])
def test_what_a_cell_cannot_hold_is_left_out(text, kept):
    assert read(sheets.workbook("表", HEADINGS, [(text, None, "")]))[1][1][0] == kept


def test_what_looks_like_an_escape_is_escaped():
    with sheets.workbook("表", HEADINGS, [("_x0041_", None, "")]) as file, zipfile.ZipFile(file) as archive:
        parts = "".join(archive.read(name).decode() for name in archive.namelist())

    assert "_x005F_x0041_<" in parts


def test_columns_of_one_heading_both_stay():
    headings = [("必修", 9), ("必修", 9), ("必修 2", 9), ("必修", 9)]

    assert read(sheets.workbook("表", headings, [(1, 2, 3, 4)]))[1] == [["必修", "必修 2", "必修 2 2", "必修 3"], [1, 2, 3, 4]]


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="zip"):
        sheets.workbook("表", HEADINGS, [("李雷", 1)])


def test_many_rows_and_columns_keep_their_places():
    headings = [(f"列{number}", 9) for number in range(41)]

    _, rows = read(sheets.workbook("a/b:c*", headings, ([f"{row}-{column}" for column in range(41)] for row in range(1_203))))

    assert len(rows) == 1_204
    assert rows[1_203][40] == "1202-40"


def test_an_empty_list_is_a_sheet_with_headings():
    assert [row for row in read(sheets.workbook("表", HEADINGS, []))[1] if any(row)] == [["姓名", "学时", "备注"]]
