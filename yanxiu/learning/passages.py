"""Reads files of gates and attendance machines, and tables of sessions: which column is which, what a time means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath

from yanxiu.kit.clock import SHANGHAI
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import half_width, plain
from yanxiu.people.roster import csv_text
from yanxiu.people.roster.cells import Numeric, Sheet, letters
from yanxiu.people.roster.workbook import Workbook

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
GATE: Mapping[str, str] = {
    "name": "姓名 人员姓名 用户姓名 教师姓名 员工姓名 名字",
    "identity": "身份证号 身份证 证件号码 证件号 身份证号码",
    "mobile": "手机 手机号 手机号码 电话 联系电话",
    "account": "账号 用户名 登录名",
    "staff_number": "工号 人员编号 编号 员工编号 教师编号 考勤号码 卡号",
    "time": "时间 打卡时间 通行时间 刷卡时间 识别时间 考勤时间 抓拍时间 记录时间 刷脸时间 日期时间 通过时间",
    "date": "日期 打卡日期 考勤日期",
    "machine": "设备 设备名称 考勤机 门禁 地点 通道 位置 设备地点 门禁点",
}
SESSIONS: Mapping[str, str] = {
    "date": "日期 时间日期",
    "starts": "开始 开始时间 起",
    "ends": "结束 结束时间 止",
    "place": "地点 场地 教室 会场",
    "title": "内容 主题 学习内容 标题",
    "hours": "学时 课时",
    "stage": "学段",
    "subject": "学科",
}
_LEAVES = re.compile(r"[\s:*#_\-、,.。·()（）]+")
_EPOCH = datetime(1899, 12, 30, tzinfo=SHANGHAI)
_MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]*(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?")


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows below the headings: `columns` are letters by field, a row is its number and text by field."""

    columns: dict[str, str]
    rows: list[tuple[int, dict[str, str]]]


def read(content: bytes, *, file_name: str, words: Mapping[str, str], needs: tuple[tuple[str, ...], ...]) -> Table:
    """Return the rows of a file. `needs`: of each tuple one column must be there. Raises Invalid at the field `file`."""
    if not content:
        raise Invalid("文件是空的，请核对后重新选择。", field="file")
    if len(content) > MOST_BYTES:
        raise Invalid("文件超过 10 MB。请按天分开导出再传，照片不用带。", field="file")
    suffix = PurePosixPath(file_name.replace("\\", "/")).suffix.lower()
    if content[:4] == b"PK\x03\x04":
        sheets: list[Sheet] = [sheet for sheet in Workbook(content).sheets(first_rows=MOST_ROWS + 20) if not sheet.is_hidden]
    elif suffix in {".csv", ".txt"}:
        sheets = [csv_text.read(content, first_rows=60)]
    else:
        raise Invalid(f"「{file_name[-60:]}」读不了。考勤机的记录请导出成 .xlsx 或 .csv。", field="file")
    known = {_key(word): name for name, listed in words.items() for word in listed.split(" ")}
    for sheet in sheets:
        found = _headed(sheet, known, needs)
        if found is not None:
            return found
    labels = "；".join("、".join(words[name].split(" ")[0] for name in one) for one in needs)
    raise Invalid(f"前 10 行没有找到表头。要有这些列：{labels}。", field="file")


def moment(raw: str, clock_raw: str = "") -> datetime | None:
    """Return the moment that a cell (or a day and a clock time) means in Shanghai; None when it means none."""
    if isinstance(raw, Numeric):
        base = _serial(raw)
        return base if base is None or not clock_raw else _with_clock(base.date(), clock_raw)
    found = _MOMENT.fullmatch(half_width(raw))
    if found is None:
        return None
    year, month, day_, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        on = date(year, month, day_)
        return _with_clock(on, clock_raw) if clock_raw else datetime(year, month, day_, hour, minute, second, tzinfo=SHANGHAI)
    except ValueError:
        return None


def _with_clock(on: date, raw: str) -> datetime | None:
    if isinstance(raw, Numeric):
        base = _serial(raw)
        return None if base is None else datetime(on.year, on.month, on.day, base.hour, base.minute, tzinfo=SHANGHAI)
    found = _CLOCK.fullmatch(half_width(raw))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return datetime(on.year, on.month, on.day, int(found[1]), int(found[2]), tzinfo=SHANGHAI)


def _serial(raw: str) -> datetime | None:
    try:
        days = Decimal(raw)
    except InvalidOperation:
        return None
    if not 0 <= days < 80_000:
        return None
    return _EPOCH + timedelta(seconds=round(float(days) * 86_400))


def _headed(sheet: Sheet, known: Mapping[str, str], needs: tuple[tuple[str, ...], ...]) -> Table | None:
    for number in list(sheet.rows)[:10]:
        columns: dict[str, int] = {}
        for column, text in sheet.rows[number].items():
            name = known.get(_key(text))
            if name is not None:
                columns.setdefault(name, column)
        if all(any(name in columns for name in one) for one in needs):
            rows = [(line, _cells(cells, columns)) for line, cells in sheet.rows.items() if line > number]
            rows = [(line, cells) for line, cells in rows if cells]
            if len(rows) > MOST_ROWS:
                raise Invalid(f"文件有 {len(rows):,} 行，最多 {MOST_ROWS:,} 行。请按天分开再传。", field="file")
            return Table(columns={name: letters(column) for name, column in columns.items()}, rows=rows)
    return None


def _cells(cells: Mapping[int, str], columns: Mapping[str, int]) -> dict[str, str]:
    return {name: _text(cells[column]) for name, column in columns.items() if column in cells}


def _text(raw: str) -> str:
    return raw if isinstance(raw, Numeric) else plain(raw)


def _key(text: str) -> str:
    return _LEAVES.sub("", half_width(text)).lower()
