"""The door for beats: a bare ASGI application that answers POST /beats after the commit of a small group.

A beat shows a signed ticket and the ranges just watched. The signature is checked without the database; the beats of all clients
are gathered for a few milliseconds, folded, and written by one statement that bounds what each is credited by server time. An
acknowledged beat is on disk. Duplicates, reordering, delays and replays are harmless, because progress grows only by union.
"""

from yanxiu.learning.gateway.door import Door, Reader

application = Door()

__all__ = ["Door", "Reader", "application"]
