"""Making renditions: once when the file comes, and again when somebody asks after a failure."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yanxiu.files import conversion, permissions, queries, storage
from yanxiu.files.conversion import Failed, UnneededError
from yanxiu.files.events import FileEvent
from yanxiu.files.models import Rendition, RenditionKind, RenditionState, StoredFile
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotPermitted
from yanxiu.records.actions import record

MOST_TRIES = 20


def convert(*, rendition: Rendition, by: Actor, at: datetime) -> RenditionState:
    """Make what waits, in a child process and outside of any transaction; return how it ended. Done ones stay as they are.

    A failure is kept with its reason, never raised. Raises NotPermitted. Cost: seconds to minutes, 4 queries.
    """
    permissions.check_can_convert(by, rendition.file)
    if rendition.state != RenditionState.WAITING or rendition.file.deleted_at is not None:
        return RenditionState(rendition.state)
    folder, file = queries.folder(), rendition.file
    with storage.workshop(folder) as place:
        try:
            made = conversion.run(rendition.kind, file.name.rpartition(".")[2], queries.path(file), place, film_seconds=file.seconds)
            storage_name = storage.new_name()
            size = storage.keep_rendition(place, folder, storage_name)
        except Failed as failed:
            return _end(rendition, RenditionState.FAILED, reason=str(failed), by=by, at=at)
        except UnneededError as unneeded:
            return _end(rendition, RenditionState.SKIPPED, reason=str(unneeded), by=by, at=at)
    try:
        return _end(rendition, RenditionState.DONE, storage_name=storage_name, size_bytes=size, facts=made.facts, by=by, at=at)
    except BaseException:
        storage.remove_rendition(folder, storage_name)
        raise


@transaction.atomic
def retry(*, file: StoredFile, is_doubtful: bool = False, by: Actor, at: datetime) -> int:
    """Ask again for what failed or was skipped, of a doubtful file for what was made as well; return how many. Cost: 3 queries.

    What was made before is served until the new one stands. Raises NotPermitted; Conflict when there is nothing to convert again.
    """
    permissions.check_can_convert(by, file)
    ended = [RenditionState.FAILED, RenditionState.SKIPPED, *([RenditionState.DONE] if is_doubtful else [])]
    again = Rendition.objects.filter(file=file, state__in=ended, tries__lt=MOST_TRIES).exclude(kind=RenditionKind.TRANSCRIPT)
    count = again.update(state=RenditionState.WAITING, reason="", ended_at=None, asked_at=at)
    if not count:
        raise Conflict(f"“{file.name}”没有要再转的：都转好了，或正在转。")
    record(FileEvent.CONVERSION_ASKED, object_id=file.pk, object_label=file.name, by=by, at=at, data={"count": count})
    return count


@transaction.atomic
def do_without(*, files: Sequence[StoredFile], reason: str, by: Actor, at: datetime) -> int:
    """Let what waits to be made from these files rest, with the reason; `retry` asks for it again. Return how many. For the system."""
    if not by.is_system:
        raise NotPermitted("转换由后台任务安排。")
    waiting = Rendition.objects.filter(file__in=[file.pk for file in files], state=RenditionState.WAITING)
    return waiting.update(state=RenditionState.SKIPPED, reason=reason[:300], ended_at=at)


@transaction.atomic
def _end(
    rendition: Rendition, state: RenditionState, *, by: Actor, at: datetime, reason: str = "", storage_name: str = "",
    size_bytes: int = 0, facts: dict[str, object] | None = None,
) -> RenditionState:  # fmt: skip
    ended = {"state": state, "reason": reason[:300], "storage_name": storage_name, "size_bytes": size_bytes, "facts": facts or {}}
    if state != RenditionState.DONE and rendition.storage_name:  # another try of what was made before: that one stays
        ended = {"state": RenditionState.DONE, "reason": reason[:300]}
    waiting = Rendition.objects.filter(pk=rendition.pk, state=RenditionState.WAITING)
    if not waiting.update(**ended, ended_at=at, tries=rendition.tries + 1):
        raise Conflict(f"“{rendition.file.name}”已经由别处转好，或已删除。")
    event = FileEvent.CONVERTED if state == RenditionState.DONE else FileEvent.NOT_CONVERTED
    if state != RenditionState.SKIPPED:
        told = {"kind": rendition.kind, "bytes": size_bytes, "reason": reason}
        record(event, object_id=rendition.file_id, object_label=rendition.file.name, by=by, at=at, data=told)
    return state
