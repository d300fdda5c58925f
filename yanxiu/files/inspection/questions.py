"""Question files: a workbook, a document, a package or a text. Only what it is from outside; what it says is read elsewhere, bounded."""

from pathlib import Path

from yanxiu.files.inspection.refusal import RefusedError
from yanxiu.kit import archive as archives

MOST_BYTES = 200 * 1024 * 1024
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:  # noqa: ARG001 - every parser is called alike
    """Refuse programs, and archives whose claims or names are hostile."""
    with source.open("rb") as file:
        begin = file.read(8)
    if begin.startswith(_PROGRAMS):
        raise RefusedError("这是程序，不是题目文件，没有存。请传 Excel、Word、文本、XML 或 QTI 压缩包。")
    if begin.startswith(archives.MAGIC):
        with archives.opened(source) as archive:
            archives.check_claims(archive.infolist(), most_bytes=MOST_BYTES)
            archives.entries(archive)
    return {}
