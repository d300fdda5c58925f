"""What happens to drafts by itself; what their owners do with them is nobody's business."""

from yanxiu.records.events import EventType


class DraftEvent(EventType):
    """Drafts that nobody has touched for long."""

    AGES = ("ages", "draft", "草稿将到期")
    EXPIRED = ("expired", "draft", "草稿到期")
