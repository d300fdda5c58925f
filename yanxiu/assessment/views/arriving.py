"""When a request came in: what arrived before a deadline counts, however long it waited inside of the server (security P-15)."""

from datetime import datetime

from yanxiu.kit.clock import received
from yanxiu.kit.policy import SignedInRequest


def arrived(request: SignedInRequest) -> datetime:
    """Return the moment of receipt, as the door noted it."""
    return received(request.META.get("HTTP_X_RECEIVED", ""))
