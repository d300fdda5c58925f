"""Sheets of study days: the empty table of sessions, and attendance as offices keep it."""

import io
from collections.abc import Iterable, Sequence

from yanxiu.kit import clock
from yanxiu.learning.models import Attendance, MarkSource

_SESSION = ("日期", "开始", "结束", "地点", "内容", "学时", "学段", "学科")
_EXAMPLE = ("2026-07-23", "08:30", "10:30", "报告厅", "有效观课的方法与技术", "2", "", "")
_ATTENDANCE = ("日期", "开始", "结束", "地点", "内容", "学时", "单位", "姓名", "学段", "学科", "结果", "依据", "到场时间")


def empty() -> bytes:
    """Return the empty table of sessions with one example row."""
    return _book("集中学习安排", _SESSION, [_EXAMPLE])


def attendance(rows: Iterable[Attendance]) -> bytes:
    """Return attendance, a row a person and session; every cell is text, no identity numbers."""
    return _book("考勤", _ATTENDANCE, (_line(row) for row in rows))


def _line(row: Attendance) -> tuple[str, ...]:
    session, person = row.session, row.enrolment.person
    starts, ends = clock.local(session.starts_at), clock.local(session.ends_at)
    came = f"{clock.local(row.came_at):%H:%M}" if row.came_at else ""
    source = MarkSource(row.source).label if row.source else ""
    return (
        f"{starts:%Y-%m-%d}", f"{starts:%H:%M}", f"{ends:%H:%M}", session.place, session.title, f"{session.hours.normalize():f}",
        row.enrolment.unit.name, person.name, row.enrolment.stage, row.enrolment.subject, row.get_state_display(), str(source), came,
    )  # fmt: skip


def _book(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.BytesIO()
    import xlsxwriter  # 12 MB that only the process that writes a workbook should hold

    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bottom": 1})
    sheet = book.add_worksheet(title)
    sheet.set_column(0, len(headings), 14, text)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()
