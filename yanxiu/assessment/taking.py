"""The rules of time of a sitting, in one place for every door that takes answers (security EM-02, P-14, P-15). Pure; Unix milliseconds.

A device stamps an answer with the milliseconds since the server gave it a ticket. What it says can be forged only so far: backwards
not before the ticket was issued, forwards not beyond its arrival. So a forger gains, at most, `offline` after the end of the sitting
for what arrives after it, and that it arrived late is stored beside the answer, for the marker to see.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from yanxiu.assessment.models import Exam, ExamAllowance

Judgement = Literal["kept", "late", "taken", "handed_in", "unread"]

LONGEST_WAIT_MS = 30_000
"""How long a request may wait inside the server and still count by its arrival: more than a queue, less than a broken clock."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A sitting as its answers are judged by: `offline` is how long a device may work without the line."""

    ends: int
    handed_in: int | None
    lease: int
    offline: int


def received_at(arrived: int, *, now: int) -> int:
    """Return the moment of receipt: when the request arrived, by the web process, held in bounds by the database's clock."""
    return min(now, max(arrived, now - LONGEST_WAIT_MS))


def written_at(issued: int, elapsed: int, *, received: int) -> int:
    """Return when an answer was written: so long after its ticket was issued, and never after it was received."""
    return min(issued + max(elapsed, 0), received)


def judge(standing: Standing, *, issued: int, elapsed: int, received: int, lease: int, taken: int | None) -> Judgement:
    """Tell whether an answer is kept. `taken` is when the next device took the sitting over, None for the last one.

    Received before the end it counts. Received after it, it counts when it was written before, the device was not longer without
    the line than allowed, and it is not delivered later than that after the end. Nothing counts after handing in.
    """
    written = written_at(issued, elapsed, received=received)
    if standing.handed_in is not None and standing.handed_in < standing.ends:
        return "handed_in"
    near = elapsed <= standing.offline and received < standing.ends + standing.offline
    if not (received < standing.ends or (written < standing.ends and near)):
        return "late"
    if lease < standing.lease and (taken is None or written >= taken):
        return "taken"
    return "kept"


def closes_at(exam: Exam, allowance: ExamAllowance | None) -> datetime:
    """Return until when a candidate may begin, and when all ends for her."""
    return max(exam.closes_at, allowance.closes_at) if allowance and allowance.closes_at else exam.closes_at


def ends_at(exam: Exam, allowance: ExamAllowance | None, *, started_at: datetime) -> datetime:
    """Return when a sitting begun then ends: after its minutes, and never beyond the end of all."""
    minutes = exam.minutes + (allowance.extra_minutes if allowance else 0)
    return min(started_at + timedelta(minutes=minutes), closes_at(exam, allowance))


def attempts(exam: Exam, allowance: ExamAllowance | None) -> int:
    """Return how many sittings a candidate has."""
    return exam.attempts + (allowance.extra_attempts if allowance else 0)


def ms(at: datetime) -> int:
    """Return a moment in Unix milliseconds."""
    return round(at.timestamp() * 1000)
