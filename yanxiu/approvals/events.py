"""What happens on the way up: the kind of each record is the kind of the chain."""

from yanxiu.records.events import EventType


class ApprovalEvent(EventType):
    """A chain and its decisions."""

    ASKED = ("asked", "approval", "送审")
    APPROVED = ("approved", "approval", "审核同意")
    RETURNED = ("returned", "approval", "审核退回")
    REFUSED = ("refused", "approval", "审核不同意")
    UNDONE = ("undone", "approval", "撤回审核意见")
    WITHDRAWN = ("withdrawn", "approval", "撤回送审")
    REMINDED = ("reminded", "approval", "提醒审核")
