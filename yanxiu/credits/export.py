"""The results of a programme as a workbook; names and sums, no identity numbers."""

import tempfile
from collections.abc import Iterable
from typing import IO

import xlsxwriter

from yanxiu.credits.queries import Outcome

HEADINGS = ("姓名", "单位", "考核", "未达到", "暂记", "已登记", "证书")


def workbook(rows: Iterable[Outcome]) -> IO[bytes]:
    """Write the rows to a temporary file and return it at its start; memory stays constant. Text stays text (security EX-03)."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("结算结果")
    bold = book.add_format({"bold": True})
    for column, (heading, width) in enumerate(zip(HEADINGS, (14, 28, 8, 40, 8, 8, 8), strict=True)):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows, start=1):
        sheet.write_string(number, 0, row.name)
        sheet.write_string(number, 1, row.unit)
        sheet.write_string(number, 2, "合格" if row.passed else "未合格")
        sheet.write_string(number, 3, "、".join(row.missing))
        sheet.write_number(number, 4, float(row.provisional))
        sheet.write_number(number, 5, float(row.registered))
        sheet.write_string(number, 6, "已发" if row.certificate_id else "")
    book.close()
    file.seek(0)
    return file
