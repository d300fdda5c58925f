"""Background work of assessment."""

from datetime import UTC, datetime

from yanxiu.assessment import actions
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task


@task("assessment.close_overdue")
def close_overdue(*, timestamp: int) -> None:
    """Hand in the tests whose time was up at the scheduled moment."""
    while actions.close_overdue(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC)):
        pass
