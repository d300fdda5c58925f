"""Background work of the catalogue."""

from yanxiu.catalogue import actions
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task


@task("catalogue.sweep_packages")
def sweep_packages(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Remove unpacked packages that no row owns."""
    actions.sweep_packages(by=SYSTEM, at=clock.now())


@task("catalogue.end_imports")
def end_imports(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Let go of imports that nobody confirmed."""
    actions.end_imports(by=SYSTEM, at=clock.now())
