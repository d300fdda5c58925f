"""Background work of integrity."""

from yanxiu.integrity import actions
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task


@task("integrity.close_overdue")
def close_overdue(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Close decided inquiries that nobody appealed in time (once a night)."""
    actions.close_overdue(by=SYSTEM, at=clock.now())
