"""Background work of files."""

from datetime import UTC, datetime, timedelta

from yanxiu.files import actions
from yanxiu.files.models import Rendition, RenditionKind, RenditionState
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import defer, task

LANES = 2
LEFT_AFTER = timedelta(hours=2)
MOST_AT_ONCE = 100


@task("files.sweep")
def sweep(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Remove bytes that no row owns."""
    actions.sweep(by=SYSTEM, at=clock.now())


@task("files.sweep_uploads")
def sweep_uploads(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Remove uploads that stood still for a day, and files that no form took."""
    actions.sweep_uploads(by=SYSTEM, at=clock.now())


@task("files.convert")
def convert(*, file_id: int) -> None:
    """Make everything of a file that waits: what takes long comes last, so that something can be seen soon."""
    waiting = Rendition.objects.filter(file_id=file_id, state=RenditionState.WAITING).select_related("file").order_by("pk")
    for rendition in sorted(waiting, key=lambda one: one.kind == RenditionKind.HLS):
        actions.convert(rendition=rendition, by=SYSTEM, at=clock.now())


@task("files.convert_left")
def convert_left(*, timestamp: int) -> None:
    """Give to the queue again what has waited for two hours: its worker was ended in the middle."""
    before = datetime.fromtimestamp(timestamp, UTC) - LEFT_AFTER
    left = Rendition.objects.filter(state=RenditionState.WAITING, asked_at__lt=before).order_by("file_id").values_list("file_id", flat=True)
    for file_id in left.distinct()[:MOST_AT_ONCE]:
        ask_to_convert(file_id)


def ask_to_convert(file_id: int) -> None:
    """Give a file to the queue. Two are converted at a time, however many workers there are: the pages go first."""
    defer(convert, lock=f"files.convert {file_id % LANES}", file_id=file_id)
