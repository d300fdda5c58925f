"""What happens to figures: they are taken out."""

from yanxiu.records.events import EventType


class InsightEvent(EventType):
    """An export is itself on record."""

    EXPORTED = ("exported", "progress", "导出进度")
