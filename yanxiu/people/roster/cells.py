"""What stands in the cells of a sheet, before anybody knows what it means."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

MOST_ROWS = 200_000
MOST_COLUMNS = 60


class Numeric(str):
    """The text of a cell that a spreadsheet keeps as a number; its digits may have been lost before we see it."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True)
class Merge:
    """A merged range, all ends included; rows from 1, columns from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(kw_only=True)
class Sheet:
    """A sheet: rows by number, in order; a row is column (from 0) → text, empty cells left out."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    is_hidden: bool = False
    hidden_rows: int = 0
    is_whole: bool = True


def letters(column: int) -> str:
    """Return the letters of a column: 0 → A, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def numeric(raw: str) -> Numeric:
    """Return a number of a spreadsheet as it would be typed: whole ones without exponent or decimal point."""
    if raw.isascii() and raw.isdecimal():
        return Numeric(raw)
    try:
        number = Decimal(raw)
        is_whole = number.is_finite() and abs(number) < Decimal(10) ** 30 and number == number.to_integral_value()
    except InvalidOperation:
        return Numeric(raw[:60])
    return Numeric(format(number.quantize(Decimal(1)) if is_whole and abs(number) < Decimal(10) ** 27 else number, "f")[:60])
