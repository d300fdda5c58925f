"""Signed tickets: small typed statements of ours that a page carries and shows again, checked without the database."""

import base64
import hashlib
import hmac
from typing import Generic, TypeVar

import msgspec
from django.conf import settings

_SIGNATURE_BYTES = 32
T = TypeVar("T", bound=msgspec.Struct)


class Rejected(ValueError):
    """The text is no ticket of ours. `why`: unreadable, forged, or old (signed by an older program)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Tickets(Generic[T]):
    """Tickets of one `kind` for one `purpose`, signed with `settings.TICKET_KEY` (HMAC-SHA256): none passes for another purpose's."""

    def __init__(self, purpose: str, kind: type[T]) -> None:
        self._purpose = purpose.encode()
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(kind)
        self._key = b""

    def sign(self, ticket: T) -> str:
        """Return the ticket as text for the page."""
        body = self._encoder.encode(ticket)
        return base64.urlsafe_b64encode(self._signature(body) + body).decode()

    def read(self, token: str) -> T:
        """Return the ticket of a text that we signed. Raises Rejected for anything else."""
        try:
            raw = base64.b64decode(token, altchars=b"-_", validate=True)
        except ValueError:
            raise Rejected("unreadable") from None
        signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(body)):
            raise Rejected("forged")
        try:
            return self._decoder.decode(body)
        except msgspec.DecodeError:
            raise Rejected("old") from None

    def _signature(self, body: bytes) -> bytes:
        self._key = self._key or hashlib.sha256(self._purpose + b" " + str(settings.TICKET_KEY).encode()).digest()
        return hmac.digest(self._key, body, "sha256")
