"""Word, PowerPoint and Excel files: an archive with the right main part, no macros, no DTD (security UP-01, UP-05)."""

import re
from collections.abc import Iterator
from pathlib import Path

from yanxiu.files.inspection import leftovers
from yanxiu.files.inspection.refusal import RefusedError
from yanxiu.kit import archive as archives

MOST_BYTES = 400 * 1024 * 1024
MOST_KEPT_BYTES = 1024 * 1024
TYPES = "[Content_Types].xml"
_OFFICE = "application/vnd.openxmlformats-officedocument"
MAIN = {
    "docx": f"{_OFFICE}.wordprocessingml.document.main+xml",
    "pptx": f"{_OFFICE}.presentationml.presentation.main+xml",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet.main+xml",
}
PROGRAM = {"docx": "Word", "pptx": "PowerPoint", "xlsx": "Excel"}
_DTD = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)", re.IGNORECASE)


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:  # noqa: ARG001 - every parser is called alike
    """Check the archive, its main part, and every XML part byte by byte."""
    program = PROGRAM[extension]
    kept: dict[str, bytes] = {}
    with source.open("rb") as file:
        if file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise RefusedError(f"这是加了口令或旧格式的 {program} 文件。请去掉口令，另存为 .{extension} 再传。")
    archives.check_magic(source)
    with archives.opened(source) as archive:
        archives.check_claims(archive.infolist(), most_bytes=MOST_BYTES)
        for entry in archives.entries(archive):
            name = entry.name
            if "vbaproject" in name.lower():
                raise RefusedError(f"这个 {program} 文件带有宏。请另存为不带宏的 .{extension} 再传。")
            part = _read(archives.unpacked(archive, entry.info, name), name)
            if part:
                kept[name] = part
    types = kept.get(TYPES, b"")
    if MAIN[extension].encode() not in types or b"macroEnabled" in types:
        raise RefusedError(f"这不是 {program} 文件，只是名字叫 .{extension}。请用 {program} 打开后另存为 .{extension} 再传。")
    return {"warnings": leftovers.found(extension, kept)}


def _read(chunks: Iterator[bytes], name: str) -> bytes:
    """Pass through one part; keep what is looked into afterwards, look for a DTD in XML over the borders of chunks."""
    is_xml = name.lower().endswith((".xml", ".rels", ".vml"))
    kept, tail = b"", b""
    for chunk in chunks:
        if is_xml and _DTD.search(tail + chunk):
            raise RefusedError(f"文件里的“{name}”带有外部引用声明，不能收。请另存一份再传。")
        tail = chunk[-32:]
        if len(kept) < MOST_KEPT_BYTES and (name == TYPES or leftovers.matters(name)):
            kept += chunk
    return kept
