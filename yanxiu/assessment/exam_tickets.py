"""Signed exam tickets: what a device shows with answers instead of a session. Checked without the database, given anew with each answer."""

import base64
import hashlib
import hmac
from functools import lru_cache

import msgspec
from django.conf import settings

from yanxiu.kit.errors import DomainError

VERSION = 1
_SIGNATURE_BYTES = 32


class BadTicket(DomainError):
    """The ticket is not one of ours, or of an older program: the page must be loaded anew."""

    status = 401
    code = "reload"


class ExamTicket(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Who may write into which sitting, and when the server said so: `issued` in Unix milliseconds, `stamp` of the account."""

    version: int
    person: int
    sitting: int
    lease: int
    issued: int
    stamp: str


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(ExamTicket)


@lru_cache(maxsize=1)
def _key() -> bytes:
    return hashlib.sha256(b"exam ticket " + str(settings.TICKET_KEY).encode()).digest()


def sign(ticket: ExamTicket) -> str:
    """Return the ticket as text for the page."""
    body = _encoder.encode(ticket)
    return base64.urlsafe_b64encode(hmac.digest(_key(), body, "sha256") + body).decode()


def read(token: str) -> ExamTicket:
    """Return the ticket of a text that we signed. Raises BadTicket for anything else."""
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        raise BadTicket("考试凭条读不出来。请刷新这一页接着答，已存的答案都在。") from None
    signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, hmac.digest(_key(), body, "sha256")):
        raise BadTicket("考试凭条不是本站签发的。请刷新这一页接着答，已存的答案都在。")
    try:
        ticket = _decoder.decode(body)
    except msgspec.DecodeError:
        raise BadTicket("答题页是旧版本。请刷新这一页接着答，已存的答案都在。") from None
    if ticket.version != VERSION:
        raise BadTicket("答题页是旧版本。请刷新这一页接着答，已存的答案都在。")
    return ticket
