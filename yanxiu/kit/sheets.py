"""Lists as .xlsx: one plain sheet with a heading row, written as it is read, in constant memory.

The adapter of rustpy-xlsxwriter (stack.md §8). xlsxwriter stays for sheets that people fill in (drop-downs, formats); a list of a hundred
thousand rows takes it ten times as long. Texts stay texts, whatever they begin with (security EX-03).
"""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, count
from typing import IO

from rustpy_xlsxwriter import write_worksheet

Cell = str | int | float | Decimal | None
Heading = tuple[str, int]
"""The text over a column, and the column's width in digits."""

MOST_CHARACTERS = 32_767  # of a cell, in any spreadsheet program
_MOST_TITLE = 31
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_LONE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ODD = re.compile(f"{_LONE.pattern}|\r")


def workbook(title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """Write rows to a temporary file and return it at its start. None is an empty cell; the heading row stays in sight.

    Of headings alike the second is numbered (必修 2). Raises ValueError for a row of another length.
    """
    names = _unlike([text for text, _ in headings])
    waiting = iter(rows)
    first = next(waiting, None) or [None] * len(names)  # of no rows the library would not write the headings
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write_worksheet(
            _records(names, chain([first], waiting)), file, sheet_name=_NOT_IN_TITLES.sub(" ", title)[:_MOST_TITLE],
            freeze_row=1, bold_headers=True, column_widths=[float(width) for _, width in headings],
        )  # fmt: skip
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _unlike(texts: Sequence[str]) -> list[str]:
    """Return the texts, each another; the library tells columns apart by their headings."""
    names: list[str] = []
    for text in texts:
        numbered = (f"{text} {number}" for number in count(2))
        names.append(next(name for name in chain([text], numbered) if name not in names))
    return names


def _records(names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[dict[str, Cell]]:
    for row in rows:
        yield {name: _kept(value) if isinstance(value, str) else value for name, value in zip(names, row, strict=True)}


def _kept(text: str) -> str:
    """Return a text as a cell holds it: what XML cannot hold is left out, and what is too long for a cell is cut."""
    if _ODD.search(text):
        text = _LONE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return text[:MOST_CHARACTERS]
