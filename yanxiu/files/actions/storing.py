"""Storing what came, and deleting it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db import transaction

from yanxiu.files import inspection, names, parts, permissions, queries, storage
from yanxiu.files.events import FileEvent
from yanxiu.files.inspection import Found, Unusable
from yanxiu.files.kinds import Format, Kind
from yanxiu.files.models import Rendition, RenditionKind, RenditionState, StoredFile
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.records.actions import record


def store(*, content: IO[bytes], name: str, kind: Kind, by: Actor, at: datetime) -> StoredFile:
    """Check the bytes as `kind`, keep them, and return their row; images are drawn anew and films measured.

    Bytes are on disk before the row is written, and gone again if it is not. Raises NotPermitted; Unusable (422) with what is
    wrong and how to mend it; Conflict when the disk is nearly full. Cost: a child process of 0.1 to 0.4 s, 3 queries.
    """
    permissions.check_can_store(by)
    clean, extension = names.clean(name)
    shape = format_of(clean, extension, kind)
    folder = queries.folder()
    check_room(folder)
    with storage.workplace(folder) as (source, target):
        take_in(content, source, clean, kind)
        found = inspection.run(shape.inspector, extension, source, target)
        with keeping(target if found.rewritten else source, folder) as (storage_name, written):
            file = row(clean, shape, kind, found, storage_name, written, by=by, at=at)
            return keep_row(file, found, by=by, at=at)


@transaction.atomic
def delete(*, file: StoredFile, by: Actor, at: datetime) -> None:
    """Mark the file as deleted; its bytes and all that was made of them go when the transaction is kept, its row stays for the history.

    Raises NotPermitted; Conflict when it is deleted already. Cost: 5 queries.
    """
    permissions.check_can_delete(by, file)
    marked = StoredFile.objects.filter(pk=file.pk, deleted_at__isnull=True).update(deleted_at=at, waits_until=None)
    if not marked:
        raise Conflict(f"“{file.name}”已经删除了。")
    file.deleted_at = at
    made = list(Rendition.objects.filter(file=file).exclude(storage_name="").values_list("storage_name", flat=True))
    Rendition.objects.filter(file=file).delete()
    record(FileEvent.DELETED, object_id=file.pk, object_label=file.name, by=by, at=at)
    folder, storage_name = queries.folder(), file.storage_name
    transaction.on_commit(lambda: _remove(folder, storage_name, made))


def format_of(name: str, extension: str, kind: Kind) -> Format:
    """Return the format of an extension. Raises Unusable when this kind does not take it."""
    if extension not in kind.extensions:
        raise Unusable(f"“{name}”是 {extension} 文件，这里只收{kind.zh}：{kind.hint}。请另存为其中一种再传。", field="file")
    return kind.format_of(extension)


def check_room(folder: Path, more_bytes: int = 0) -> None:
    """Raise Conflict when the disk is nearly full, or would be."""
    if not parts.has_room(folder, more_bytes):
        raise Conflict("存储空间快满了，暂时不收新文件，已有的都在。请运维清理空间后再传。")


def take_in(content: IO[bytes], source: Path, name: str, kind: Kind) -> None:
    """Write the bytes to `source`. Raises Unusable when there are none, or more than the kind takes."""
    try:
        count = storage.receive(content, source, most_bytes=kind.most_bytes)
    except storage.TooLarge as error:
        raise Unusable(f"“{name}”超过 {kind.most_words}，没有存。请压缩或分成几份再传。", field="file") from error
    if not count:
        raise Unusable(f"“{name}”是空的，0 字节。请确认文件能打开，再传一次。", field="file")


@contextmanager
def keeping(source: Path, folder: Path) -> Iterator[tuple[str, storage.Written]]:
    """Move the bytes to their place for good; back again when what follows fails, so that an upload can be finished later."""
    storage_name = storage.new_name()
    written = storage.keep(source, folder, storage_name)
    try:
        yield storage_name, written
    except BaseException:
        storage.path_of(folder, storage_name).replace(source)
        raise


def row(
    name: str, shape: Format, kind: Kind, found: Found, storage_name: str, written: storage.Written, *, by: Actor, at: datetime
) -> StoredFile:
    """Return the row of a file, not yet saved."""
    return StoredFile(
        storage_name=storage_name,
        name=names.with_extension(name, shape.becomes) if shape.becomes else name,
        kind=kind.code,
        media_type=shape.media_type,
        size_bytes=written.size_bytes,
        sha256=written.sha256,
        seconds=found.seconds,
        facts=found.facts(),
        uploaded_by=by.person_id,
        uploaded_at=at,
    )


@transaction.atomic
def keep_row(file: StoredFile, found: Found, *, by: Actor, at: datetime) -> StoredFile:
    """Save the row, ask for what is to be made of it, and write the record."""
    file.save(force_insert=True)
    extension = file.name.rpartition(".")[2]
    asked = [Rendition(file=file, kind=kind, asked_at=at) for kind in queries.wanted(file.kind, extension)]
    if found.lines:
        lines = {"lines": found.lines}
        asked.append(Rendition(file=file, kind=RenditionKind.TRANSCRIPT, state=RenditionState.DONE, facts=lines, asked_at=at, ended_at=at))
    if asked:
        Rendition.objects.bulk_create(asked)
    facts = {"kind": file.kind, "bytes": file.size_bytes, "sha256": file.sha256, "seconds": found.seconds}
    record(FileEvent.STORED, object_id=file.pk, object_label=file.name, by=by, at=at, data=facts)
    return file


def _remove(folder: Path, storage_name: str, made: list[str]) -> None:
    storage.remove(folder, storage_name)
    for one in made:
        storage.remove_rendition(folder, one)
