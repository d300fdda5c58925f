"""What happens to what the portal shows: it is taken out."""

from yanxiu.records.events import EventType


class AuditEvent(EventType):
    """Taking records out is itself on record."""

    EXPORTED = ("exported", "records", "导出审计记录")
