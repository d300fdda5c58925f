"""Background work of people."""

from datetime import UTC, datetime, timedelta

from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import defer, task
from yanxiu.people import actions, throttle
from yanxiu.people.models import RosterImport, RosterState

STOPPED_AFTER = timedelta(minutes=2)


@task("people.sweep_throttles")
def sweep_throttles(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Delete counted attempts of past windows (once a night)."""
    throttle.sweep(at=clock.now())


@task("people.import_roster", queue="long")
def import_roster(*, roster_id: int) -> None:
    """Carry an ordered import through, part by part; begun again after a crash it goes on where it stopped."""
    roster = RosterImport.objects.get(pk=roster_id)
    while actions.import_part(roster=roster, by=SYSTEM, at=clock.now()):
        pass


@task("people.go_on_importing")
def go_on_importing(*, timestamp: int) -> None:
    """Give imports to the queue again that stood still for two minutes: their worker was ended in the middle."""
    before = datetime.fromtimestamp(timestamp, UTC) - STOPPED_AFTER
    for roster in RosterImport.objects.filter(state=RosterState.RUNNING, part_at__lt=before).order_by("pk"):
        defer(import_roster, roster_id=roster.pk)
