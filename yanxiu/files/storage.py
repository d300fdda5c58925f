"""Where stored bytes lie: `DATA/files/<two characters>/<generated name>`, written beside and moved into place at once."""

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHUNK_BYTES = 256 * 1024
NAME = re.compile(r"[0-9a-f]{32}")
PART_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}\.(?:m3u8|m4s|mp4|m4a|jpg|webp|html)")


class TooLarge(Exception):
    """More bytes came than the limit allows."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was written: bytes and their SHA-256 in hex."""

    size_bytes: int
    sha256: str


def new_name() -> str:
    """Return a name that nobody can guess (128 bits)."""
    return secrets.token_hex(16)


def path_of(folder: Path, storage_name: str) -> Path:
    """Return the path of a stored file. Raises ValueError for anything but a generated name."""
    if not NAME.fullmatch(storage_name):
        raise ValueError(storage_name)
    return folder / storage_name[:2] / storage_name


def rendition_folder(folder: Path, storage_name: str) -> Path:
    """Return where a rendition lies. Raises ValueError for anything but a generated name."""
    if not NAME.fullmatch(storage_name):
        raise ValueError(storage_name)
    return folder / "renditions" / storage_name[:2] / storage_name


def rendition_part(folder: Path, storage_name: str, part: str) -> Path:
    """Return the path of one file of a rendition. Raises ValueError for a name that we never write."""
    if not PART_NAME.fullmatch(part):
        raise ValueError(part)
    return rendition_folder(folder, storage_name) / part


@contextmanager
def workplace(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Give two paths for an upload and its clean version; both are gone afterwards, whatever happens."""
    incoming = folder / "incoming"
    incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
    base = incoming / new_name()
    source, target = base.with_suffix(".in"), base.with_suffix(".out")
    try:
        yield source, target
    finally:
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)


def receive(content: IO[bytes], path: Path, *, most_bytes: int) -> int:
    """Copy the stream to `path`, counting; return the bytes. Raises TooLarge as soon as the limit is passed."""
    count = 0
    with path.open("xb") as file:
        while chunk := content.read(CHUNK_BYTES):
            count += len(chunk)
            if count > most_bytes:
                raise TooLarge
            file.write(chunk)
    return count


def keep(path: Path, folder: Path, storage_name: str) -> Written:
    """Move the file to its place for good: bytes on disk first, then the name (fsync of file and folder)."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
        os.fsync(file.fileno())
        size = file.tell()
    place = path_of(folder, storage_name)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o600)
    path.replace(place)
    _sync_folder(place.parent)
    return Written(size_bytes=size, sha256=digest.hexdigest())


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """Give an empty folder for a converter; what is not kept is gone afterwards, whatever happens."""
    place = folder / "incoming" / f"{new_name()}.work"
    place.mkdir(parents=True, mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def keep_rendition(made: Path, folder: Path, storage_name: str) -> int:
    """Move a converter's folder to its place for good, every file on disk first; return the bytes of all files."""
    total = 0
    for part in sorted(made.iterdir()):
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.chmod(0o600)
        total += part.stat().st_size
    _sync_folder(made)
    place = rendition_folder(folder, storage_name)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made.replace(place)
    _sync_folder(place.parent)
    return total


def remove_rendition(folder: Path, storage_name: str) -> None:
    """Remove a rendition; it may be gone already."""
    shutil.rmtree(rendition_folder(folder, storage_name), ignore_errors=True)


def renditions(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield the name and the time of last change (Unix seconds) of every rendition."""
    for shard in sorted((folder / "renditions").glob("[0-9a-f][0-9a-f]")):
        for one in sorted(shard.iterdir()):
            if NAME.fullmatch(one.name):
                yield one.name, one.stat().st_mtime


def remove(folder: Path, storage_name: str) -> None:
    """Remove a stored file; it may be gone already."""
    with suppress(FileNotFoundError):
        path_of(folder, storage_name).unlink()


def stored(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield the name and the time of last change (Unix seconds) of every stored file."""
    for shard in sorted(folder.glob("[0-9a-f][0-9a-f]")):
        for file in sorted(shard.iterdir()):
            if NAME.fullmatch(file.name):
                yield file.name, file.stat().st_mtime


def left_behind(folder: Path) -> Iterator[tuple[Path, float]]:
    """Yield what an interrupted upload left in the incoming folder, with its time of last change."""
    for file in sorted((folder / "incoming").glob("*")):
        yield file, file.stat().st_mtime


def discard(path: Path) -> None:
    """Remove what an interrupted upload or converter left, a file or a folder."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
