"""Bytes that a form brought and nobody has looked at: put by as they came, so that the page need not wait, and checked later."""

from datetime import datetime

from django.db import transaction

from yanxiu.files import names, permissions, queries, storage
from yanxiu.files.actions import storing
from yanxiu.files.actions.uploading import WAITS, Sent
from yanxiu.files.events import FileEvent
from yanxiu.files.kinds import Kind, kind_of
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.records.actions import record

UNCHECKED = "unchecked"


def put_by(*, sent: Sent, kind: Kind, by: Actor, at: datetime) -> StoredFile:
    """Keep the bytes as they came for `check`, at most seven days. No page links to them, and no form takes them.

    Raises NotPermitted; Unusable for a name, a size or an extension that this kind does not take; Conflict when the disk is nearly
    full. Cost: the time to write them, 2 queries.
    """
    permissions.check_can_store(by)
    if sent.file is None:
        raise Invalid("没有收到文件。请再选一次。", field="file")
    name, extension = names.clean(sent.name or "")
    storing.format_of(name, extension, kind)
    folder = queries.folder()
    storing.check_room(folder)
    with storage.workplace(folder) as (source, _):
        storing.take_in(sent.file, source, name, kind)
        with storing.keeping(source, folder) as (storage_name, written), transaction.atomic():
            file = StoredFile.objects.create(
                storage_name=storage_name, name=name, kind=UNCHECKED, media_type="application/octet-stream", facts={"for": kind.code},
                size_bytes=written.size_bytes, sha256=written.sha256, uploaded_by=by.person_id, uploaded_at=at, waits_until=at + WAITS,
            )  # fmt: skip
            facts = {"kind": UNCHECKED, "bytes": file.size_bytes, "sha256": file.sha256}
            record(FileEvent.STORED, object_id=file.pk, object_label=file.name, by=by, at=at, data=facts)
            return file


def check(*, file: StoredFile, by: Actor, at: datetime) -> StoredFile:
    """Check what was put by and store it as what it was brought for. The bytes put by stay; who asked deletes them.

    Raises as `store`; Invalid when they are gone. Cost: as `store`.
    """
    kind = kind_of(str(file.facts.get("for")))
    if file.kind != UNCHECKED or kind is None or file.deleted_at is not None:
        raise Invalid("先传上来的文件已经不在了。请重新选文件再传。", field="file")
    with queries.path(file).open("rb") as content:
        return storing.store(content=content, name=file.name, kind=kind, by=by, at=at)
