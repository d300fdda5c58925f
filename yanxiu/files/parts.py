"""Uploads on their way in: one file each in `DATA/files/incoming`, whose size is how far it has come.

Nothing else is kept of an unfinished upload, so nothing can disagree. A lock on the file keeps two writers apart, over all processes.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

NAME = re.compile(r"\d{1,19}-[0-9a-f]{32}")
SUFFIX = ".part"
MOST_OF_ONE_PERSON = 20
LEAST_FREE_SHARE = 0.1
AMPLE_BYTES = 5 * 1024 * 1024 * 1024


class Busy(Exception):
    """Somebody is writing to this upload just now."""


class Missing(Exception):
    """There is no such upload (any more)."""


def path_of(folder: Path, upload: str) -> Path:
    """Return the path of an upload. Raises Missing for anything but a name that we make."""
    if not NAME.fullmatch(upload):
        raise Missing(upload)
    return folder / "incoming" / f"{upload}{SUFFIX}"


def create(folder: Path, upload: str) -> int:
    """Begin the upload, or find what came of it; return the bytes that are there."""
    path = path_of(folder, upload)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    return path.stat().st_size


def offset(folder: Path, upload: str) -> int:
    """Return the bytes that are there. Raises Missing."""
    try:
        return path_of(folder, upload).stat().st_size
    except FileNotFoundError as error:
        raise Missing(upload) from error


def count(folder: Path, person_id: int) -> int:
    """Return how many uploads of a person are unfinished."""
    return sum(1 for _ in (folder / "incoming").glob(f"{person_id}-*{SUFFIX}"))


def has_room(folder: Path, more_bytes: int = 0) -> bool:
    """Tell whether the disk takes that much more and keeps its reserve: a tenth, or 5 GB where that is less."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    usage = shutil.disk_usage(folder)
    return usage.free - more_bytes >= min(usage.total * LEAST_FREE_SHARE, AMPLE_BYTES)


@contextmanager
def held(folder: Path, upload: str) -> Iterator[FileIO]:
    """Open the upload for appending, alone. Raises Missing, or Busy at once when another holds it."""
    try:
        file = path_of(folder, upload).open("r+b", buffering=0)
    except FileNotFoundError as error:
        raise Missing(upload) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(upload) from error
        if not os.fstat(file.fileno()).st_nlink:  # stored or cancelled between opening and locking
            raise Missing(upload)
        file.seek(0, os.SEEK_END)
        yield file


def unfinished(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield every upload with the time (Unix seconds) of its last byte."""
    for path in sorted((folder / "incoming").glob(f"*{SUFFIX}")):
        if NAME.fullmatch(path.stem):
            yield path.stem, path.stat().st_mtime


def remove(folder: Path, upload: str) -> None:
    """Throw the upload away; it may be gone already."""
    path_of(folder, upload).unlink(missing_ok=True)
