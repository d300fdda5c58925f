"""The base of all typed content."""

import msgspec


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what a step may hold."""
