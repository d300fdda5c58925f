"""Links to a file that were made before it went out of sight: a number each in `DATA/files/generations` (ADR 0035).

A link carries the number of its file at the time it was made; the second origin refuses lower ones. Looking is one call to the file
system, the same in every process, and for nearly all files it finds nothing.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from yanxiu.files import storage


def raise_to(folder: Path, storage_name: str, number: int) -> None:
    """Refuse links to a stored file, or to a rendition, that carry less than this; a number lower than the present changes nothing."""
    if number <= now(folder, storage_name):
        return
    root = _root(folder)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = root / f"{storage_name}.{os.getpid()}"
    waiting.write_text(str(number), encoding="ascii")
    waiting.replace(root / storage_name)  # nobody reads half a number


def now(folder: Path, storage_name: str) -> int:
    """Return the number that links have to carry, 0 for any. Links made now carry it."""
    if not storage.NAME.fullmatch(storage_name):
        return 0
    try:
        return int((_root(folder) / storage_name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def since(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield the names with the time of their last change (Unix seconds)."""
    for path in sorted(_root(folder).glob("*")):
        yield path.name, path.stat().st_mtime


def remove(folder: Path, name: str) -> None:
    """Forget a number: every link that was made before it has run out."""
    (_root(folder) / name).unlink(missing_ok=True)


def _root(folder: Path) -> Path:
    return folder / "generations"
