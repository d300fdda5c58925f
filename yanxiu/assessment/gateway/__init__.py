"""The door for exam answers: a bare ASGI application that answers POST /answers after the commit of a small group.

A delivery shows a signed ticket, and answers with the milliseconds since a ticket was given. The moment of receipt is taken when the
request comes in, so that what was received in time counts however long it waits (security P-15). Duplicates, reordering, delays and
replays are harmless: of two answers to a question the one written later counts, whatever comes first.
"""

from yanxiu.assessment.gateway.door import Door

application = Door()

__all__ = ["Door", "application"]
