"""Folders of unpacked packages: where they lie, how one is moved into place, and what the second origin finds in them.

A folder holds its files under numbers and `index.json`: path → (number, bytes, SHA-256, media type). It never changes once it stands.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from django.conf import settings

from yanxiu.files import storage
from yanxiu.files.links import Grant, Signer, expiry

INDEX = "index.json"
LINK_TYPE = "package"
LINK_SECONDS = 6 * 3_600


class Part(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A file of a package as it is served."""

    number: int
    size: int
    sha256: str
    media_type: str


_decoder = msgspec.json.Decoder(dict[str, Part])


def link(storage_name: str, *, person_id: int, at: datetime, seconds: int = LINK_SECONDS) -> str:
    """Return the address on the second origin below which the files of a package are served to one person. No query.

    The caller has checked that the person may see it. The frame that plays it is at `~run/` below.
    """
    grant = Grant(
        storage_name=storage_name, name="", media_type=LINK_TYPE, person_id=person_id, expires=expiry(at, seconds), is_download=False,
        is_folder=True,
    )  # fmt: skip
    return f"{settings.FILES_URL}/p{Signer(secret=settings.SECRET_KEY).sign(grant)}"


def root_of(folder: Path) -> Path:
    """Return the folder of all packages inside the folder of stored files."""
    return folder / "packages"


def place_of(folder: Path, storage_name: str) -> Path:
    """Return the folder of one package. Raises ValueError for anything but a generated name."""
    return storage.path_of(root_of(folder), storage_name)


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """Give an empty folder on the same disk; it is gone afterwards, unless `keep` has moved it into place."""
    incoming = root_of(folder) / "incoming"
    incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = incoming / storage.new_name()
    place.mkdir(mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def keep(place: Path, folder: Path, storage_name: str, parts: Mapping[str, Part]) -> None:
    """Write the index and move the folder into place, all at once: files are on disk first, then the name."""
    with (place / INDEX).open("xb") as file:
        file.write(msgspec.json.encode(parts))
        file.flush()
        os.fsync(file.fileno())
    target = place_of(folder, storage_name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.rename(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(folder: Path, storage_name: str) -> None:
    """Remove a package; it may be gone already."""
    shutil.rmtree(place_of(folder, storage_name), ignore_errors=True)


def stored(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield the name and the time of last change (Unix seconds) of every package."""
    for place in sorted(root_of(folder).glob("[0-9a-f][0-9a-f]/*")):
        if storage.NAME.fullmatch(place.name):
            yield place.name, place.stat().st_mtime


def left_behind(folder: Path) -> Iterator[tuple[Path, float]]:
    """Yield what an interrupted import left, with its time of last change."""
    for place in sorted((root_of(folder) / "incoming").glob("*")):
        with suppress(FileNotFoundError):
            yield place, place.stat().st_mtime


def shipped(folder: Path, storage_name: str) -> Iterator[tuple[str, Path]]:
    """Yield the bytes of a package by the names under which `actions.adopt` takes them; the index last, so that half of it is none.

    Raises OSError, ValueError when there is no such package.
    """
    place = place_of(folder, storage_name)
    for number in sorted(part.number for part in index_of(folder, storage_name).values()):
        yield f"packages/{storage_name}/{number}", place / str(number)
    yield f"packages/{storage_name}/{INDEX}", place / INDEX


def shipped_place(folder: Path, storage_name: str, part: str) -> Path:
    """Return where a part of a shipped package lies. Raises ValueError for a name that `shipped` never gives."""
    if part != INDEX and not (part.isascii() and part.isdecimal() and len(part) <= 4):
        raise ValueError(part)
    return place_of(folder, storage_name) / part


@lru_cache(maxsize=64)
def index_of(folder: Path, storage_name: str) -> Mapping[str, Part]:
    """Return the files of a package by their folded path. Raises OSError, ValueError when there is no such package."""
    raw = (place_of(folder, storage_name) / INDEX).read_bytes()
    return _decoder.decode(raw)
