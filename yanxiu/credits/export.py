"""The results of a programme as a workbook; names and sums, no identity numbers."""

from collections.abc import Iterable
from typing import IO

from yanxiu.credits.queries import Outcome
from yanxiu.kit import sheets

HEADINGS = (("姓名", 14), ("单位", 28), ("考核", 8), ("未达到", 40), ("暂记", 8), ("已登记", 8), ("证书", 8))


def workbook(rows: Iterable[Outcome]) -> IO[bytes]:
    """Write the rows to a temporary file and return it at its start; memory stays constant."""
    return sheets.workbook("结算结果", HEADINGS, (_line(row) for row in rows))


def _line(row: Outcome) -> tuple[sheets.Cell, ...]:
    return (
        row.name, row.unit, "合格" if row.passed else "未合格", "、".join(row.missing), row.provisional, row.registered,
        "已发" if row.certificate_id else "",
    )  # fmt: skip
