"""Background work of people."""

from yanxiu.kit import clock
from yanxiu.kit.tasks import task
from yanxiu.people import throttle


@task("people.sweep_throttles")
def sweep_throttles(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Delete counted attempts of past windows (once a night)."""
    throttle.sweep(at=clock.now())
