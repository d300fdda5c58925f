"""What happens to appointments."""

from yanxiu.records.events import EventType


class AccessEvent(EventType):
    """Roles are given and taken."""

    APPOINTED = ("appointed", "appointment", "任命")
    REVOKED = ("revoked", "appointment", "免去任命")
    FOLLOWED = ("followed", "offices", "岗位随单位改隶")
