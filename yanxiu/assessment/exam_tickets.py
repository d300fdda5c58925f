"""Signed exam tickets: what a device shows with answers instead of a session. Checked without the database, given anew with each answer."""

import msgspec

from yanxiu.kit.errors import DomainError
from yanxiu.kit.tickets import Rejected, Tickets

VERSION = 1


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


_tickets = Tickets("exam ticket", ExamTicket)
_REFUSALS = {
    "unreadable": "考试凭条读不出来。请刷新这一页接着答，已存的答案都在。",
    "forged": "考试凭条不是本站签发的。请刷新这一页接着答，已存的答案都在。",
    "old": "答题页是旧版本。请刷新这一页接着答，已存的答案都在。",
}


def sign(ticket: ExamTicket) -> str:
    """Return the ticket as text for the page."""
    return _tickets.sign(ticket)


def read(token: str) -> ExamTicket:
    """Return the ticket of a text that we signed. Raises BadTicket for anything else."""
    try:
        ticket = _tickets.read(token)
    except Rejected as error:
        raise BadTicket(_REFUSALS[error.why]) from None
    if ticket.version != VERSION:
        raise BadTicket(_REFUSALS["old"])
    return ticket
