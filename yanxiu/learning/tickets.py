"""Signed study tickets: what a beat shows instead of a session look-up. Checked without the database."""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from yanxiu.kit.clock import SHANGHAI
from yanxiu.kit.errors import DomainError
from yanxiu.kit.tickets import Rejected, Tickets

VERSION = 1
REMEMBERED = 16_384
"""Tickets whose signature a process remembers, about 1 KB each."""


class BadTicket(DomainError):
    """The ticket cannot be honoured. `code` tells the player what to do: `reload`, `renew` or `closed`."""

    status = 401

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc]  # one class, three answers


class Ticket(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Who may report what: times in Unix seconds, `rate` in per cent, `closes` 0 = no window ends it, `stamp` of the account.

    `until`: seconds from there on count nothing, since a question before them is not answered yet; 0 = the whole film counts.
    """

    version: int
    person: int
    enrolment: int
    kind: int
    item: int
    seconds: int
    number: int
    nonce: int
    rate: int
    issued: int
    expires: int
    closes: int
    stamp: str
    until: int = 0


_tickets = Tickets("study ticket", Ticket)
_REFUSALS = {
    "unreadable": "学习凭条读不出来。请刷新这一页再看，已存的进度都在。",
    "forged": "学习凭条不是本站签发的。请刷新这一页再看，已存的进度都在。",
    "old": "播放页是旧版本。请刷新这一页再看，已存的进度都在。",
}


def sign(ticket: Ticket) -> str:
    """Return the ticket as text for the player."""
    return _tickets.sign(ticket)


def read(token: str, *, at: float) -> Ticket:
    """Return the ticket of a text that we signed. Raises BadTicket, with the way on, for anything else or when it is over.

    A signature is checked once and then remembered (it cannot become wrong); the times are checked every time.
    """
    ticket = _verified(token)
    if ticket.closes and at >= ticket.closes:
        raise BadTicket("closed", f"学习在 {_words(ticket.closes)} 截止，之后观看不再计入。已存的进度都在。")
    if at >= ticket.expires:
        raise BadTicket("renew", "这一页开了超过一天。点一下播放接着看，已存的进度都在。")
    return ticket


@lru_cache(maxsize=REMEMBERED)
def _verified(token: str) -> Ticket:
    # What raises is not remembered: forged tickets push out nobody's.
    try:
        ticket = _tickets.read(token)
    except Rejected as error:
        raise BadTicket("reload", _REFUSALS[error.why]) from None
    if ticket.version != VERSION:
        raise BadTicket("reload", _REFUSALS["old"])
    return ticket


def _words(moment: int) -> str:
    shown = datetime.fromtimestamp(moment - 60, UTC).astimezone(SHANGHAI)
    clock = "24:00" if (shown.hour, shown.minute) == (23, 59) else f"{datetime.fromtimestamp(moment, UTC).astimezone(SHANGHAI):%H:%M}"
    return f"{shown.month} 月 {shown.day} 日 {clock}"
