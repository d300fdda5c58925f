"""Background work of learning."""

from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task
from yanxiu.learning import actions


@task("learning.sweep_leases")
def sweep_leases(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Delete study leases whose tickets are long void (once a night)."""
    actions.sweep_leases(by=SYSTEM, at=clock.now())
