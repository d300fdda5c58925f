"""Runs of plain rows are read whole: to the same rows as by the XML parser, which also gets whatever is not plain."""

import pytest

from tests.people.roster.sheets import repacked, shared, xlsx
from yanxiu.people.roster import runs
from yanxiu.people.roster.refusal import BadRoster
from yanxiu.people.roster.workbook import Workbook

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ROWS = [("姓名", "证件号码", "手机号"), *((f"王小{number}", f"1101051949{number:08d}", 13800000000 + number) for number in range(2_000))]


def _sheet(content, monkeypatch, *, by_parser):
    taken = []

    def put(self, chunk):
        self._parser.Parse(chunk, False)

    def is_taken(self, run, real=runs.Feed._is_taken):
        taken.append(real(self, run))
        return taken[-1]

    monkeypatch.setattr(runs.Feed, "_is_taken", is_taken)
    if by_parser:
        monkeypatch.setattr(runs.Feed, "put", put)
    sheet = Workbook(content).sheet(0)
    monkeypatch.undo()
    return sheet, taken


def _both(content, monkeypatch):
    at_once, taken = _sheet(content, monkeypatch, by_parser=False)
    by_parser, never = _sheet(content, monkeypatch, by_parser=True)
    assert at_once == by_parser
    assert [[type(text) for text in row.values()] for row in at_once.rows.values()] == [
        [type(text) for text in row.values()] for row in by_parser.rows.values()
    ]
    assert never == []
    return at_once, taken


def test_plain_rows_are_read_at_once_and_to_the_same(monkeypatch):
    sheet, taken = _both(shared(*ROWS), monkeypatch)

    assert len(sheet.rows) == len(ROWS)
    assert taken
    assert all(taken)


def test_texts_in_the_cells_are_the_same(monkeypatch):
    sheet, _ = _both(xlsx(*ROWS), monkeypatch)

    assert len(sheet.rows) == len(ROWS)


ODD = {
    "comment over rows": (b'<row r="3"', b'<!-- <row r="900"><c r="A900"><v>1</v></c></row> --><row r="3"'),
    "comment that hides rows": (b'<row r="3"', b'<!-- </row> <row r="4"> --><row r="3"'),
    "formula": (b"</row>", b'<c r="H1"><f>1+1</f><v>2</v></c></row>'),
    "two cells without address": (b"</row>", b"<c><v>8</v></c><c><v>9</v></c></row>"),
    "entity": (b"</row>", b'<c r="H1" t="str"><v>A&amp;B</v></c></row>'),
    "character data": (b"</row>", b'<c r="H1" t="str"><v><![CDATA[<row>]]></v></c></row>'),
    "blank before rows": (b'<row r="3"', b' \n <row r="3"'),
    "hidden row": (b'<row r="3"', b'<row hidden="1" r="3"'),
    "instruction": (b'<row r="3"', b'<?x </row> ?><row r="3"'),
    "end of the data": (b"</sheetData>", b"</sheetData><extLst><ext><row></row></ext></extLst>"),
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_not_plain_is_left_to_the_parser(case, monkeypatch):
    old, new = ODD[case]

    sheet, _ = _both(repacked(shared(*ROWS), replace={SHEET: lambda text: text.replace(old, new, 1)}), monkeypatch)

    assert len(sheet.rows) >= len(ROWS)
    assert 900 not in sheet.rows or sheet.rows[900][0].startswith("王")


def test_texts_with_marks_and_escapes_are_the_same(monkeypatch):
    rows = [("姓名", "证件号码"), *((f"A&B <{n}> _x0041_", ("粗", f"体{n}")) for n in range(50)), *ROWS[1:]]

    sheet, taken = _both(shared(*rows), monkeypatch)

    assert sheet.rows[2] == {0: "A&B <0> _x0041_", 1: "粗体0"}
    assert True in taken


BROKEN = {
    "attribute twice": (SHEET, b'<row r="3"', b'<row r="3" r="3"'),
    "control character": (SHEET, b"</row>", b'<c r="H1" t="str"><v>\x01</v></c></row>'),
    "bytes that are no text": (TEXTS, "王小7".encode(), b"\xff\xfe"),
    "row that does not end": (SHEET, b"</row>", b""),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_the_parser_refuses_stays_refused(case):
    part, old, new = BROKEN[case]

    with pytest.raises(BadRoster):
        Workbook(repacked(shared(*ROWS), replace={part: lambda text: text.replace(old, new, 1)})).sheet(0)


def test_another_encoding_is_left_to_the_parser(monkeypatch):
    def in_latin(text):
        return text.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"')

    _, taken = _both(repacked(shared(*ROWS), replace={SHEET: in_latin}), monkeypatch)

    assert len(taken) <= 1 + len(ROWS)
