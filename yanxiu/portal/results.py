"""What learning makes of the results of assessment at once, as the two do not know each other."""

from yanxiu.kit.actor import SYSTEM
from yanxiu.learning import actions
from yanxiu.records.models import Record


def take_up(record: Record) -> None:
    """Complete the step or case of a fresh result, and maybe the course; the worker does the same again."""
    actions.take_up(result=record, by=SYSTEM, at=record.at)
