"""Signed upload tickets: what the door of uploads is shown instead of a session look-up. Checked without the database.

A page's view has judged who brings what; the ticket carries that judgement, bound to the session for which it was made.
"""

import base64
import hashlib
import hmac
from datetime import datetime

import msgspec

SECONDS = 3_600
_MAC_BYTES = 32
_MOST_CHARACTERS = 2_000


class Ticket(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What may be brought in: `size` bytes called `name` for the purpose `kind`, as `upload`, by one session until `expires` (Unix)."""

    upload: str
    person_id: int
    kind: str
    name: str
    size: int
    session: str
    expires: int


def upload_name(*, person_id: int, kind: str, name: str, size: int, mark: str, secret: str) -> str:
    """Return the name under which these bytes gather: the same person and file give the same, so that it goes on after a reload.

    `mark` is what the browser knows of the file: when it was changed and a sum of its edges.
    """
    facts = msgspec.msgpack.encode((person_id, kind, name, size, mark))
    return f"{person_id}-{hmac.new(_key(secret), facts, hashlib.sha256).hexdigest()[:32]}"


def session_word(session_key: str, *, secret: str) -> str:
    """Return what a ticket says of the session, from which nobody learns the session."""
    return hmac.new(_key(secret), b"session " + session_key.encode(), hashlib.sha256).hexdigest()[:24]


def sign(ticket: Ticket, *, secret: str) -> str:
    """Return the ticket as text for a header."""
    body = msgspec.msgpack.encode(ticket)
    return base64.urlsafe_b64encode(_mac(body, secret) + body).decode()


def read(token: str, *, secret: str, at: datetime) -> Ticket | None:
    """Return the ticket of a text that we signed, None for anything else or when it is over."""
    if not token or len(token) > _MOST_CHARACTERS:
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
        if not hmac.compare_digest(raw[:_MAC_BYTES], _mac(raw[_MAC_BYTES:], secret)):
            return None
        ticket = msgspec.msgpack.decode(raw[_MAC_BYTES:], type=Ticket)
    except (ValueError, msgspec.DecodeError):
        return None
    return ticket if at.timestamp() < ticket.expires else None


def _mac(body: bytes, secret: str) -> bytes:
    return hmac.digest(_key(secret), body, "sha256")


def _key(secret: str) -> bytes:
    return hashlib.sha256(b"yanxiu.files.uploads:" + secret.encode()).digest()
