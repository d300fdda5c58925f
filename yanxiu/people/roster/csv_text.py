"""Reads .csv: the encodings and delimiters in which Chinese offices save it."""

import csv
import io
import re

from yanxiu.people.roster.cells import MOST_COLUMNS, MOST_ROWS, Sheet
from yanxiu.people.roster.headings import columns_of
from yanxiu.people.roster.refusal import BadRoster

_DELIMITERS = (",", "\t", ";", "；", "，")
_AS_FORMULA = re.compile(r'="(.*)"', re.DOTALL)


def read(content: bytes, *, first_rows: int) -> Sheet:
    """Return the text as one sheet; the delimiter is the one under which the first rows show most headings."""
    text = decoded(content)
    if "\x00" in text:
        raise BadRoster("文件里有空字节，不是文本。请在表格软件里另存为 CSV（UTF-8）再传。")
    delimiter = _delimiter(text, first_rows)
    sheet = Sheet(name="CSV")
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1):
            row = {column: value for column, cell in enumerate(cells) if (value := _plain(cell))}
            if row and max(row) >= MOST_COLUMNS:
                raise BadRoster(f"第 {number} 行超过 {MOST_COLUMNS} 列。请只留名册要用的列再传。")
            if row:
                sheet.rows[number] = row
            if len(sheet.rows) > MOST_ROWS + 20:
                raise BadRoster(f"文件超过 {MOST_ROWS:,} 行。请分成几份再传。")
    except csv.Error as error:
        raise BadRoster(f"第 {number + 1} 行的引号没有成对，后面读不下去。请在表格软件里重新另存为 CSV 再传。") from error
    return sheet


def decoded(content: bytes) -> str:
    """Return the text: UTF-8 with or without BOM, UTF-16 with BOM, else GB 18030. Raises BadRoster when it is none of these."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadRoster("认不出文件的字符编码。请在表格软件里另存为 CSV（UTF-8）或 .xlsx 再传。")


def _delimiter(text: str, first_rows: int) -> str:
    lines = text[:65_536].splitlines(keepends=True)[: first_rows * 3]

    def headings(delimiter: str) -> int:
        try:
            beginning = list(csv.reader(lines, delimiter=delimiter))[:first_rows]
        except csv.Error:
            return 0
        return max((len(columns_of(dict(enumerate(row)))) for row in beginning), default=0)

    return max(_DELIMITERS, key=headings)


def _plain(cell: str) -> str:
    value = cell.strip(" \t\r\n\u3000\xa0")
    found = _AS_FORMULA.fullmatch(value)  # ="370102…", by which offices keep long numbers whole
    return found.group(1) if found else value.removeprefix("'")
