"""Reads of files: links to them, and their text."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from yanxiu.files import storage
from yanxiu.files.kinds import INLINE_TYPES
from yanxiu.files.links import Grant, Signer, expiry
from yanxiu.files.models import StoredFile

LINK_SECONDS = 3_600


def folder() -> Path:
    """Return the folder of stored files."""
    return Path(settings.DATA) / "files"


def link(file: StoredFile, *, person_id: int, at: datetime, seconds: int = LINK_SECONDS, download: bool = False) -> str:
    """Return an address on the second origin that serves the file until `seconds` after `at` (rounded up to 15 minutes).

    The caller has checked that the person may read it. Documents always download, pictures and films open. No query.
    """
    grant = Grant(
        storage_name=file.storage_name,
        name=file.name,
        media_type=file.media_type,
        person_id=person_id,
        expires=expiry(at, seconds),
        is_download=download or file.media_type not in INLINE_TYPES,
    )
    return settings.FILES_URL + Signer(secret=settings.SECRET_KEY).sign(grant)


def path(file: StoredFile) -> Path:
    """Return where the bytes lie, for programs of ours that read them."""
    return storage.path_of(folder(), file.storage_name)


def text(file: StoredFile) -> str:
    """Return the whole of a small text file (captions)."""
    return path(file).read_text(encoding="utf-8-sig")
