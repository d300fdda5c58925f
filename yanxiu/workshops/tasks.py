"""What the worker does for workshops."""

from datetime import UTC, datetime

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.tasks import task
from yanxiu.workshops.actions import reminding


@task("workshops.remind_slow")
def remind_slow(*, timestamp: int) -> None:
    """Remind those at whose level a question waits too long."""
    reminding.remind_slow(by=SYSTEM, at=datetime.fromtimestamp(timestamp, UTC))
