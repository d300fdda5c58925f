"""Lists as .xlsx: what is written is what a spreadsheet program reads, whatever stands in a text."""

import io
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
    assert sheet.column_dimensions["C"].width == 30


@pytest.mark.parametrize("text", ["=1+1", "+86", "@a", "<b>&amp;</b>", "a\nb", " 空 ", '"', "𠮷田", "0123", "1e5"])
def test_a_text_stays_the_text_it_was(text):
    sheet, rows = read(sheets.workbook("表", HEADINGS, [(text, 1, text)]))

    assert rows[1] == [text, 1, text]
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize(("text", "kept"), [("a\x00b\x1f", "ab"), ("a\r\nb", "a\nb"), ("\ud800x", "x"), ("长" * 40_000, "长" * 32_767)])
def test_what_a_cell_cannot_hold_is_left_out(text, kept):
    assert read(sheets.workbook("表", HEADINGS, [(text, None, "")]))[1][1][0] == kept


def test_what_looks_like_an_escape_is_escaped():
    (part,) = [piece for piece in sheets._sheet(HEADINGS, [("_x0041_", None, "")]) if "005F" in piece]

    assert "_x005F_x0041_<" in part


def test_many_rows_and_columns_keep_their_places():
    headings = [(f"列{number}", 9) for number in range(41)]

    _, rows = read(sheets.workbook("a/b:c*", headings, ([f"{row}-{column}" for column in range(41)] for row in range(1_203))))

    assert len(rows) == 1_204
    assert rows[1_203][40] == "1202-40"


def test_an_empty_list_is_a_sheet_with_headings():
    assert read(sheets.workbook("表", HEADINGS, []))[1] == [["姓名", "学时", "备注"]]
