"""Background work of the catalogue."""

from datetime import UTC, datetime, timedelta

from django.db.models import Q

from yanxiu.catalogue import actions
from yanxiu.catalogue.models import CourseImport, ImportState
from yanxiu.catalogue.transport.shape import read_plan
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import defer, task

LEFT_AFTER = timedelta(hours=1)
MOST_AT_ONCE = 20


@task("catalogue.sweep_packages")
def sweep_packages(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Remove unpacked packages that no row owns."""
    actions.sweep_packages(by=SYSTEM, at=clock.now())


@task("catalogue.end_imports")
def end_imports(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Let go of imports that nobody confirmed."""
    actions.end_imports(by=SYSTEM, at=clock.now())


@task("catalogue.read_course")
def read_course(*, import_id: int) -> None:
    """Read the files of an import."""
    brought = CourseImport.objects.select_related("owner").filter(pk=import_id).first()
    if brought is not None:
        actions.read_course(brought=brought, by=SYSTEM, at=clock.now())


@task("catalogue.read_left")
def read_left(*, timestamp: int) -> None:
    """Give to the queue again what has waited for an hour: its worker was ended in the middle."""
    before = datetime.fromtimestamp(timestamp, UTC) - LEFT_AFTER
    coming = Q(plan__bundle__gt=0) | Q(plan__coming__0__isnull=False)
    left = CourseImport.objects.filter(coming, state=ImportState.WAITING, created_at__lt=before)
    for brought in left.order_by("pk")[:MOST_AT_ONCE]:
        ask_to_read(brought)


def ask_to_read(brought: CourseImport) -> None:
    """Give an import to the queue, if there is anything to read.

    One of a kind is read at a time, so that pages keep a processor and loose files need not wait for a large course file.
    """
    plan = read_plan(brought.plan)
    if plan.is_being_read:
        defer(read_course, lock=f"catalogue.read_{plan.origin}", import_id=brought.pk)


@task("catalogue.tally_uses")
def tally_uses(*, timestamp: int) -> None:
    """Take over to the shelves how many people used each resource."""
    actions.tally_uses(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))


@task("catalogue.reindex_resources")
def reindex_resources(*, timestamp: int) -> None:
    """Make the words of resources anew that lack them or have an older dictionary's."""
    actions.reindex_resources(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))
