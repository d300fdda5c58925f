"""Lists as .xlsx: one plain sheet with a heading row, written as it is read, in constant memory.

xlsxwriter stays for sheets that people fill in (drop-downs, formats); a list of a hundred thousand rows takes it ten times as long.
Texts stay texts, whatever they begin with (security EX-03).
"""

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import IO

Cell = str | int | float | Decimal | None
Heading = tuple[str, int]
"""The text over a column, and the column's width in digits."""

MOST_CHARACTERS = 32_767  # of a cell, in any spreadsheet program
_AT_ONCE = 500
_LEVEL = 1  # the better ones take three times as long for a tenth less
_ODD = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_LONE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="宋体"/></font>'
        '<font><b/><sz val="11"/><name val="宋体"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf xfId="0"/><xf fontId="1" xfId="0" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


def workbook(title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """Write rows to a temporary file and return it at its start. None is an empty cell; the heading row stays in sight."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, part in _PARTS.items():
            archive.writestr(name, _HEAD + part)
        archive.writestr("xl/workbook.xml", _book(title))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for piece in _sheet(headings, rows):
                sheet.write(piece.encode())
    file.seek(0)
    return file


def _book(title: str) -> str:
    name = _shown(re.sub(r"[\[\]:*?/\\']", " ", title)[:31]).replace('"', "&quot;")
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _sheet(headings: Sequence[Heading], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    views = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>' for number, (_, width) in enumerate(headings, start=1)
    )
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}">{views}<cols>{columns}</cols>'
    letters = [_letters(number) for number in range(len(headings))]
    named = "".join(f'<c r="{letter}1" s="1"{_text(text)}' for letter, (text, _) in zip(letters, headings, strict=True))
    yield f'<sheetData><row r="1">{named}</row>'
    waiting, number = iter(rows), 2
    while some := list(islice(waiting, _AT_ONCE)):
        yield "".join([_row(row, letters, place) for place, row in enumerate(some, start=number)])
        number += len(some)
    yield "</sheetData></worksheet>"


def _row(row: Sequence[Cell], letters: Sequence[str], number: int) -> str:
    is_plain = _ODD.search("\n".join([value for value in row if type(value) is str])) is None
    cells = [
        f'<c r="{letter}{number}" t="inlineStr"><is><t xml:space="preserve">{value[:MOST_CHARACTERS]}</t></is></c>'
        if is_plain and type(value) is str
        else f'<c r="{letter}{number}"{_value(value)}'
        for letter, value in zip(letters, row, strict=True)
        if value is not None and value != ""
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _value(value: Cell) -> str:
    return _text(value) if isinstance(value, str) else f"><v>{value}</v></c>"


def _text(value: str) -> str:
    return f' t="inlineStr"><is><t xml:space="preserve">{_shown(value[:MOST_CHARACTERS])}</t></is></c>'


def _shown(text: str) -> str:
    """Return a text as XML keeps it; what XML cannot hold is left out, and what looks like an escape is escaped."""
    text = _LONE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
