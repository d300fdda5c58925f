"""What the worker does for drafts."""

from datetime import UTC, datetime

from yanxiu.drafts import actions
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task


@task("drafts.sweep")
def sweep(*, timestamp: int) -> None:
    """Tell owners of what will go, and let go what is old."""
    actions.sweep(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))
