"""Background work of integrity."""

from yanxiu.integrity import actions, queries
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task


@task("integrity.close_overdue")
def close_overdue(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Close decided inquiries that nobody appealed in time (once a night)."""
    actions.close_overdue(by=SYSTEM, at=clock.now())


@task("integrity.read_files")
def read_files(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Read the files that wait to be compared, the oldest first."""
    for waiting in queries.waiting_files():
        actions.read_file(waiting=waiting, by=SYSTEM, at=clock.now())


@task("integrity.recheck_texts")
def recheck_texts(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Compare anew what was found before words were made public, some hundreds a minute."""
    for public in queries.unrechecked():
        actions.recheck_texts(public=public, by=SYSTEM, at=clock.now())
