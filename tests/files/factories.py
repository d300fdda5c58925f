"""Stored files for tests."""

import io
from datetime import UTC, datetime

from tests.files import samples
from yanxiu.files import actions, storage
from yanxiu.files.kinds import Kind
from yanxiu.files.models import Rendition, StoredFile
from yanxiu.kit.actor import SYSTEM, Actor

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def stored_file(content: bytes = samples.CAPTIONS, *, name: str = "字幕.vtt", kind: Kind = Kind.CAPTIONS, by: Actor = SYSTEM) -> StoredFile:
    """A file that went through the door."""
    return actions.store(content=io.BytesIO(content), name=name, kind=kind, by=by, at=AT)


def stored_row(*, name: str = "第一讲.mp4", media_type: str = "video/mp4", kind: str = "video", seconds: int = 300, **facts) -> StoredFile:
    """A row without bytes: fast, for tests that never open the file."""
    facts = {"storage_name": storage.new_name(), "size_bytes": 1_000, "sha256": "0" * 64, "uploaded_at": AT} | facts
    return StoredFile.objects.create(name=name, media_type=media_type, kind=kind, seconds=seconds, **facts)


def rendition(*, file: StoredFile | None = None, kind: str = "poster", **facts) -> Rendition:
    """Something made from a file; no bytes unless the test lays them."""
    facts = {"state": "done", "storage_name": storage.new_name(), "asked_at": AT, "ended_at": AT} | facts
    return Rendition.objects.create(file=file or stored_row(), kind=kind, **facts)
