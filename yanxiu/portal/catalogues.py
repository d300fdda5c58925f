"""Translations as the program loads them, made from the texts people edit; no foreign tool needed."""

import ast
import struct
from collections.abc import Iterator
from pathlib import Path

_MAGIC = 0x950412DE


def compile_all(folder: Path) -> list[Path]:
    """Compile every catalogue below the folder that is newer than its compiled form; return what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            target.write_bytes(compiled(source.read_text(encoding="utf-8")))
            written.append(target)
    return written


def compiled(text: str) -> bytes:
    """Return the catalogue in gettext's binary form. Entries without a translation are left out; contexts are kept."""
    found = sorted((key.encode(), value.encode()) for key, value in messages(text).items())
    start = 28 + 16 * len(found)
    keys: list[bytes] = []
    values: list[bytes] = []
    data, place = b"", start
    for table, column in ((keys, 0), (values, 1)):
        for entry in found:
            table.append(struct.pack("<II", len(entry[column]), place))
            data += entry[column] + b"\0"
            place += len(entry[column]) + 1
    head = struct.pack("<7I", _MAGIC, 0, len(found), 28, 28 + 8 * len(found), 0, start)
    return head + b"".join(keys) + b"".join(values) + data


def messages(text: str) -> dict[str, str]:
    """Read a .po text: key (with context and plural as gettext keeps them) and translation."""
    found = {}
    for entry in _entries(text):
        plural = entry.get("msgid_plural")
        key = entry.get("msgid", "") + (f"\0{plural}" if plural else "")
        key = f"{entry['msgctxt']}\4{key}" if "msgctxt" in entry else key
        forms = [entry[name] for name in sorted(entry) if name.startswith("msgstr")]
        if all(forms) and forms:
            found[key] = "\0".join(forms)
    return found


def _entries(text: str) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    name = ""
    for line in [*text.splitlines(), ""]:
        if line.startswith(("msgctxt", "msgid", "msgstr")):
            name, _, rest = line.partition(" ")
            entry[name] = ast.literal_eval(rest)
        elif line.startswith('"'):
            entry[name] += ast.literal_eval(line)
        elif not line.strip() and entry:
            yield entry
            entry = {}
