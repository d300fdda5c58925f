"""From a file to rows: which sheet, where the headings stand, what is a row and what only surrounds the table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from yanxiu.kit.text import half_width, plain
from yanxiu.people.roster import csv_text
from yanxiu.people.roster.cells import MOST_ROWS, Numeric, Sheet, letters
from yanxiu.people.roster.headings import FIELDS, GUIDE, columns_of, field_of, is_heading
from yanxiu.people.roster.refusal import BadRoster
from yanxiu.people.roster.rows import Row
from yanxiu.people.roster.workbook import Workbook

MOST_BYTES = 20 * 1024 * 1024
MOST_NOTES = 50
_LOOKED_AT = 10
_FIRST_ROWS = 60
_NOTHING: frozenset[str] = frozenset()
_FILLED_DOWN = ("unit", "unit_code", "stage", "subject", "plan")
_DECISIVE = {"name", "identity", "unit", "unit_code"}
_LENGTHS = {"name": 200, "unit": 200, "identity": 60, "mobile": 60}
_SURROUNDING = re.compile(
    r"合计|总计|小计|共计|总人数|人数|汇总|填表|填报|制表|经办|审核|审批|负责人|单位负责|联系人|备注|说明|注[::]|注意|日期|盖章|单位[(（]?盖章|（?以下空白|第.{1,4}页"
)


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a file holds: `columns` are letters by field, `notes` sentences about what was not read."""

    sheet: str
    columns: dict[str, str]
    rows: list[Row]
    notes: list[str]


def read(content: bytes, *, file_name: str, most_rows: int = MOST_ROWS) -> Table:
    """Return the rows of a roster file. Raises BadRoster saying what is wrong with the file as a whole."""
    if not content:
        raise BadRoster("文件是空的，请核对后重新选择。")
    if len(content) > MOST_BYTES:
        raise BadRoster(f"文件 {len(content) / 1024 / 1024:.0f} MB，最多 20 MB。请去掉图片和没用的列，或分成几份再传。")
    suffix = PurePosixPath(file_name.replace("\\", "/")).suffix.lower()
    looks_packed = content[:4] in {b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"}
    if suffix not in {".xlsx", ".csv", ".txt"} and not (looks_packed and suffix in {".xls", ".xlsm", ".et", ".xlsb", ".ods"}):
        raise BadRoster(f"「{file_name[-60:]}」不是名册的格式。名册要存成 .xlsx 或 .csv。")
    if looks_packed or suffix == ".xlsx":
        sheet, notes = _sheet_of(Workbook(content))
    else:
        sheet, notes = csv_text.read(content, first_rows=_FIRST_ROWS), []
        if _heading(sheet) is None:
            raise _no_heading(sheet)
    return _table(sheet, notes, most_rows)


def _sheet_of(book: Workbook) -> tuple[Sheet, list[str]]:
    beginnings = list(book.sheets(first_rows=_FIRST_ROWS))
    fitting = [number for number, sheet in enumerate(beginnings) if _heading(sheet) is not None]
    visible = [number for number in fitting if not beginnings[number].is_hidden]
    if not visible:
        raise _no_heading(beginnings[0])
    chosen, notes = visible[0], []
    for number, sheet in enumerate(beginnings):
        if number != chosen and number in fitting:
            how = "是隐藏的" if sheet.is_hidden else "也像名册"
            notes.append(f"工作表「{sheet.name}」{how}，没有读。要导入请另存成一个文件")
        elif number != chosen and sheet.rows and not sheet.is_hidden and sheet.name != GUIDE:
            notes.append(f"工作表「{sheet.name}」没有表头，没有读")
    begun = beginnings[chosen]
    whole = begun if begun.is_whole else book.sheet(chosen)
    if whole.hidden_rows:
        notes.append(f"有 {whole.hidden_rows} 行在表里是隐藏的，也读了")
    return whole, notes


def _heading(sheet: Sheet) -> int | None:
    for number in list(sheet.rows)[:_LOOKED_AT]:
        if number > _FIRST_ROWS:
            break
        if is_heading(_headings_at(sheet, number)[0]):
            return number
    return None


def _headings_at(sheet: Sheet, number: int) -> tuple[dict[int, str], int]:
    """Return the headings that begin in a row and the last row that they take up: merged headings stand over two rows."""
    columns = columns_of(sheet.rows[number])
    last = max(
        (one.bottom for one in sheet.merges if one.top == number and one.left in columns and one.bottom - number < 3), default=number
    )
    for below in range(number + 1, last + 1):
        columns |= {column: field for column, field in columns_of(sheet.rows.get(below, {})).items() if column not in columns}
    return columns, last


def _no_heading(sheet: Sheet) -> BadRoster:
    first = next(iter(sheet.rows.values()), {})
    shown = "、".join(plain(text)[:12] for text in list(first.values())[:6])
    seen = f"现在第一行是：{shown}。" if shown else "这张表是空的。"
    return BadRoster(f"前 {_LOOKED_AT} 行没有找到表头。要有「姓名」一列，再加「证件号码」或「学校」等列。{seen}")


def _table(sheet: Sheet, notes: list[str], most_rows: int) -> Table:
    heading = _heading(sheet)
    if heading is None:
        raise _no_heading(sheet)
    found, last = _headings_at(sheet, heading)
    columns = _single(found, heading, notes)
    unused = [plain(text)[:20] for column, text in sheet.rows[heading].items() if column not in columns.values() and not field_of(text)]
    if unused:
        notes.append("没有用到的列：" + "、".join(unused[:20]))
    filled = _filled_down(sheet, columns, last)
    body = {number: cells for number, cells in sheet.rows.items() if number > last}
    around = {number for number, cells in body.items() if _is_surrounding(cells, columns)}
    notes += _around_words(sheet, sorted(around))
    wanted = [number for number, cells in body.items() if number not in around and any(column in cells for column in columns.values())]
    if len(wanted) > most_rows:
        raise BadRoster(f"名册有 {len(wanted):,} 行，最多 {most_rows:,} 行。请分成几份再传。")
    sheet.rows.clear()
    places = tuple(columns.items())
    rows = [_row(number, body.pop(number), filled.get(number), places) for number in wanted]  # each row's cells go as it is read
    if not rows:
        raise BadRoster(f"第 {heading} 行是表头，下面一行教师也没有。请核对文件。")
    return Table(sheet=sheet.name, columns={name: letters(column) for name, column in columns.items()}, rows=rows, notes=notes)


def _around_words(sheet: Sheet, numbers: list[int]) -> list[str]:
    words = [f"第 {number} 行「{plain(next(iter(sheet.rows[number].values())))[:20]}」不是教师，没有读" for number in numbers[:MOST_NOTES]]
    if len(numbers) > MOST_NOTES:
        words.append(f"另有 {len(numbers) - MOST_NOTES} 行不是教师，没有读")
    return words


def _single(found: Mapping[int, str], heading: int, notes: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, name in sorted(found.items()):
        if name not in columns:
            columns[name] = column
        elif name in _DECISIVE:
            both = f"{letters(columns[name])}{heading} 和 {letters(column)}{heading}"
            raise BadRoster(f"{both} 两列都像「{FIELDS[name]}」，不知道用哪一列。请只留一列再传。")
        else:
            notes.append(f"{letters(column)} 列和 {letters(columns[name])} 列都像「{FIELDS[name]}」，用了前一列")
    return columns


def _is_surrounding(cells: Mapping[int, str], columns: Mapping[str, int]) -> bool:
    """Tell whether a row is a repeated heading, a sum, or a note below the table, and not a person."""
    number = cells.get(columns.get("identity", -1), "")
    if number[:1].isdecimal():
        return False
    if is_heading(columns_of(cells)):
        return True
    if number:
        return False
    first = half_width(next(iter(cells.values())))
    name = half_width(cells.get(columns["name"], ""))
    lonely = len([text for text in cells.values() if not isinstance(text, Numeric)]) <= 2
    return bool(_SURROUNDING.match(re.sub(r"\s+", "", first)) or _SURROUNDING.match(re.sub(r"\s+", "", name))) and (
        lonely or not name or bool(_SURROUNDING.fullmatch(re.sub(r"\s+", "", name)))
    )


def _filled_down(sheet: Sheet, columns: Mapping[str, int], last: int) -> dict[int, dict[str, str]]:
    """Return what merged cells of one column say about the rows below their first."""
    wanted = {columns[name]: name for name in _FILLED_DOWN if name in columns}
    filled: dict[int, dict[str, str]] = {}
    for merge in sheet.merges:
        value = sheet.rows.get(merge.top, {}).get(merge.left)
        if merge.left in wanted and merge.left == merge.right and merge.top > last and value:
            for number in range(merge.top + 1, min(merge.bottom, merge.top + MOST_ROWS) + 1):
                if number in sheet.rows:
                    filled.setdefault(number, {})[wanted[merge.left]] = value
    return filled


def _row(number: int, cells: Mapping[int, str], filled: Mapping[str, str] | None, columns: Sequence[tuple[str, int]]) -> Row:
    values = dict(filled) if filled else {}
    numeric = _NOTHING
    for name, column in columns:
        text = cells.get(column)
        if text is None:
            continue
        values[name] = plain(text)[: _LENGTHS.get(name, 120)]
        if type(text) is Numeric:
            numeric |= {name}
    return Row(number=number, values=values, numeric=numeric)
