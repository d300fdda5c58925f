"""Sweeping what nobody owns: bytes without a row, uploads that stopped, files that no form took."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from yanxiu.files import generations, parts, permissions, queries, refused, storage
from yanxiu.files.actions.storing import delete
from yanxiu.files.models import Rendition, StoredFile
from yanxiu.kit.actor import Actor

ORPHAN_AGE = timedelta(days=1)
AT_ONCE = 1_000


def sweep(*, by: Actor, at: datetime) -> int:
    """Remove bytes older than a day that no row owns (a crash between the two); return how many. Part of the nightly tasks."""
    permissions.check_can_store(by)
    folder, before = queries.folder(), (at - ORPHAN_AGE).timestamp()
    removed = _remove_unowned(
        storage.stored(folder),
        before,
        lambda some: StoredFile.objects.filter(storage_name__in=some, deleted_at__isnull=True).values_list("storage_name", flat=True),
        lambda name: storage.remove(folder, name),
    )
    removed += _remove_unowned(
        storage.renditions(folder),
        before,
        lambda some: Rendition.objects.filter(storage_name__in=some).values_list("storage_name", flat=True),
        lambda name: storage.remove_rendition(folder, name),
    )
    return removed + _remove_left_behind(folder, before)


def sweep_uploads(*, by: Actor, at: datetime) -> int:
    """Remove uploads that stood still for a day and files that no form took within seven; return how many. Runs every hour.

    Refusals of links older than a day, of which no link is left, are forgotten along the way.
    """
    permissions.check_can_store(by)
    folder, before = queries.folder(), (at - ORPHAN_AGE).timestamp()
    removed = 0
    for upload, changed in parts.unfinished(folder):
        if changed < before:
            parts.remove(folder, upload)
            removed += 1
    for person_id, moment in refused.since(folder):
        if moment < before:  # every link that was made before has run out
            refused.remove(folder, person_id)
    for name, moment in generations.since(folder):
        if moment < before:
            generations.remove(folder, name)
    for file in StoredFile.objects.filter(waits_until__lt=at, deleted_at__isnull=True).order_by("waits_until", "pk")[:AT_ONCE]:
        delete(file=file, by=by, at=at)
        removed += 1
    return removed


def _remove_unowned(
    there: Iterable[tuple[str, float]], before: float, owned: Callable[[list[str]], Iterable[str]], remove: Callable[[str], None]
) -> int:
    old = [name for name, changed in there if changed < before]
    removed = 0
    for start in range(0, len(old), AT_ONCE):
        some = old[start : start + AT_ONCE]
        for name in set(some) - set(owned(some)):
            remove(name)
            removed += 1
    return removed


def _remove_left_behind(folder: Path, before: float) -> int:
    removed = 0
    for path, changed in storage.left_behind(folder):
        if changed < before:
            storage.discard(path)
            removed += 1
    return removed
