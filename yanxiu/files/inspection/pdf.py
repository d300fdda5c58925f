"""PDF: whole from its first byte to its last, and nothing behind it. It is served as a download only."""

import re
from pathlib import Path

from yanxiu.files.inspection.refusal import RefusedError

TAIL = 2_048
MOST_BEHIND = 64
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF")


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:  # noqa: ARG001 - every parser is called alike
    """Check header, end and the place of the cross-reference table."""
    size = source.stat().st_size
    with source.open("rb") as file:
        if not re.match(rb"%PDF-[12]\.\d", file.read(8)):
            raise RefusedError("这不是 PDF，只是名字叫 pdf。请用 WPS 或 Word“另存为 PDF”再传。")
        file.seek(max(0, size - TAIL))
        tail = file.read()
        ends = list(_START.finditer(tail))
        if not ends:
            raise RefusedError("PDF 的结尾不见了，可能没有传完整。请重新导出再传。")
        if len(tail) - ends[-1].end() > MOST_BEHIND:
            raise RefusedError("PDF 结尾后面还跟着别的内容，不能收。请重新导出再传。")
        place = int(ends[-1][1])
        file.seek(min(place, size))
        table = file.read(64).lstrip()
    if place >= size or not (table.startswith(b"xref") or re.match(rb"\d+\s+\d+\s+obj", table)):
        raise RefusedError("PDF 的目录损坏了，打不开。请重新导出再传。")
    return {}
