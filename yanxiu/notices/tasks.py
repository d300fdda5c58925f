"""What the worker does for messages."""

from datetime import UTC, datetime

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task
from yanxiu.notices import actions


@task("notices.remind_deadlines")
def remind_deadlines(*, timestamp: int) -> None:
    """Remind everybody who is short of a window that ends in seven, three or one day."""
    actions.remind_deadlines(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))
