"""Bytes that come from another installation under the names they have there."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

from yanxiu.files import packages, queries, storage
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotPermitted


def adopt(*, name: str, fill: Callable[[IO[bytes]], None], by: Actor, at: datetime) -> bool:  # noqa: ARG001 - an action
    """Keep bytes under a name of `queries.shipped`, written by `fill`; return False when they are here already.

    The name stands only when `fill` ended well and all is on disk. For the system only: its caller has checked what it ships.
    Raises NotPermitted, ValueError for a name that we never write.
    """
    if not by.is_system:
        raise NotPermitted("文件由课程包带来，不能手工放入。")
    place = _place(name)
    if place.exists():
        return False
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with storage.workplace(queries.folder()) as (source, _):
        with source.open("xb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        source.chmod(0o600)
        source.replace(place)
    return True


def _place(name: str) -> Path:
    folder = queries.folder()
    parts = name.split("/")
    if len(parts) == 1:
        return storage.path_of(folder, name)
    if len(parts) == 3 and parts[0] == "renditions":
        return storage.rendition_part(folder, parts[1], parts[2])
    if len(parts) == 3 and parts[0] == "packages":
        return packages.shipped_place(folder, parts[1], parts[2])
    raise ValueError(name)
