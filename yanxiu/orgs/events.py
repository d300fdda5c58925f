"""What happens to units."""

from yanxiu.records.events import EventType


class OrgEvent(EventType):
    """Units come, change their name or place, and close."""

    REGIONS_LOADED = ("loaded", "regions", "载入行政区划")
    REGISTERED = ("registered", "unit", "登记单位")
    RENAMED = ("renamed", "unit", "单位改名")
    MOVED = ("moved", "unit", "单位改隶")
    CLOSED = ("closed", "unit", "单位撤销")
