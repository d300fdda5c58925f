"""The verbs of the review chain."""

from yanxiu.approvals.actions.asking import AlreadyAsked, NotOpen, start, withdraw
from yanxiu.approvals.actions.deciding import Batch, decide, decide_many, undo
from yanxiu.approvals.actions.reminding import remind_due

__all__ = ["AlreadyAsked", "Batch", "NotOpen", "decide", "decide_many", "remind_due", "start", "undo", "withdraw"]
