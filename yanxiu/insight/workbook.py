"""The progress of people as a workbook: names and figures, no identity numbers."""

import tempfile
from collections.abc import Iterable
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

from yanxiu.insight.columns import Measures
from yanxiu.insight.queries import PersonRow


def workbook(rows: Iterable[PersonRow], measures: Measures) -> IO[bytes]:
    """Write the rows to a temporary file and return it at its start; memory stays constant. Text stays text (security EX-03)."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("进度"))
    bold = book.add_format({"bold": True})
    named = [f"{column.label}（{column.unit}）" for column in measures.columns]
    headings = [_("单位"), _("姓名"), _("学段"), _("学科"), _("账号"), _("已选学时"), *named, _("达标")]
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, 28 if column == 0 else 12)
    for number, row in enumerate(rows, start=1):
        texts = (row.unit, row.name, row.stage, row.subject, _("在用") if row.is_active else _("未激活"))
        for column, text in enumerate(texts):
            sheet.write_string(number, column, text)
        sheet.write_number(number, len(texts), float(row.chosen_hours))
        for column, got in enumerate(row.got, start=len(texts) + 1):
            if got is not None:
                sheet.write_number(number, column, float(got))
        sheet.write_string(number, len(headings) - 1, _("达标") if row.has_passed else _("未达标"))
    book.close()
    file.seek(0)
    return file
