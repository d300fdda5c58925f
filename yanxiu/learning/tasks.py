"""Background work of learning."""

from datetime import UTC, datetime, timedelta

from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task
from yanxiu.learning import actions
from yanxiu.learning.actions import convening, signalling, supplying
from yanxiu.learning.models import PointPackage


@task("learning.sweep_leases")
def sweep_leases(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Delete study leases whose tickets are long void (once a night)."""
    actions.sweep_leases(by=SYSTEM, at=clock.now())


@task("learning.collect_signals")
def collect_signals(*, timestamp: int) -> None:
    """Collect what the study of the day before shows (once a night, before leases are swept)."""
    day = clock.day(datetime.fromtimestamp(timestamp, UTC)) - timedelta(days=1)
    signalling.collect_signals(day=day, by=SYSTEM, at=clock.now())


@task("learning.make_package", tries=3)
def make_package(*, package_id: int) -> None:
    """Write the file of a course package for a teaching point."""
    made = PointPackage.objects.select_related("point", "programme").get(pk=package_id)
    supplying.make_package(made=made, by=SYSTEM, at=clock.now())


@task("learning.settle_sessions")
def settle_sessions(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Settle the study sessions that are over."""
    convening.settle_sessions(by=SYSTEM, at=clock.now())
