"""The progress of people as a workbook: names and figures, no identity numbers."""

from collections.abc import Iterable
from typing import IO

from django.utils.translation import gettext as _

from yanxiu.insight.columns import Measures
from yanxiu.insight.queries import PersonRow
from yanxiu.kit import sheets


def workbook(rows: Iterable[PersonRow], measures: Measures) -> IO[bytes]:
    """Write the rows to a temporary file and return it at its start; memory stays constant."""
    named = [f"{column.label}（{column.unit}）" for column in measures.columns]
    labels = [_("姓名"), _("学段"), _("学科"), _("账号"), _("已选学时"), *named, _("达标")]
    words = {"active": _("在用"), "invited": _("未激活"), "passed": _("达标"), "failed": _("未达标")}
    return sheets.workbook(_("进度"), [(_("单位"), 28), *((label, 12) for label in labels)], (_line(row, words) for row in rows))


def _line(row: PersonRow, words: dict[str, str]) -> tuple[sheets.Cell, ...]:
    account = words["active" if row.is_active else "invited"]
    result = words["passed" if row.has_passed else "failed"]
    return (row.unit, row.name, row.stage, row.subject, account, row.chosen_hours, *row.got, result)
