"""Background work of files."""

from yanxiu.files import actions
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task


@task("files.sweep")
def sweep(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Remove bytes that no row owns."""
    actions.sweep(by=SYSTEM, at=clock.now())
