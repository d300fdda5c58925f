"""What the worker does for the review chain."""

from datetime import UTC, datetime

from yanxiu.approvals import actions
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task


@task("approvals.remind_due")
def remind_due(*, timestamp: int) -> None:
    """Remind those who have to decide what is due."""
    actions.remind_due(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))
