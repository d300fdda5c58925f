"""A beat as it arrives, and the answer that goes back: parsing and words, no input or output."""

from datetime import datetime
from typing import Literal

import msgspec

from yanxiu.kit.clock import local
from yanxiu.kit.errors import Invalid
from yanxiu.learning import bits, rules
from yanxiu.learning.tickets import Ticket

MOST_RANGES = 60
MOST_BYTES = 8_192
MOMENT = 2**31

Verdict = Literal["held", "gone", "signed_out", "left"]


class Sent(msgspec.Struct, frozen=True):
    """The body: ticket, what was watched as [start, end) whole seconds, and where the player stands. Other keys are not read."""

    ticket: str
    ranges: list[tuple[int, int]]
    position: int = 0


class Beat(msgspec.Struct, kw_only=True):
    """One or several beats of one lease, folded."""

    ticket: Ticket
    session: str
    mask: int
    position: int

    @property
    def lease(self) -> tuple[int, int]:
        return (self.ticket.person, self.ticket.number)


class Credited(msgspec.Struct, frozen=True, kw_only=True):
    """What the database decided: all seconds seen so far, and how many of the claim were more than the time that had passed."""

    verdict: Verdict
    is_open: bool
    seconds: int
    length: int
    trimmed: int
    at: datetime


_decoder = msgspec.json.Decoder(Sent)
_encoder = msgspec.json.Encoder()


def parse(body: bytes) -> Sent:
    """Read a body. Raises Invalid with the place."""
    try:
        sent = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"这次上报读不出来（{error}）。请刷新这一页再看，已存的进度都在。") from None
    if len(sent.ranges) > MOST_RANGES:
        raise Invalid(f"一次最多报 {MOST_RANGES} 段，这次有 {len(sent.ranges)} 段。请分几次报。")
    return sent


def fold(sent: Sent, ticket: Ticket, session: str) -> Beat:
    """Check the ranges against the film and make them a mask. Raises Invalid with the place of the first that does not fit."""
    for number, (start, end) in enumerate(sent.ranges, start=1):
        if not 0 <= start < end <= ticket.seconds:
            raise Invalid(f"第 {number} 段 {start}—{end} 秒不在这段视频里（共 {ticket.seconds} 秒），这次没有计入。")
    mask = bits.of_ranges(sent.ranges, ticket.seconds)
    return Beat(
        ticket=ticket,
        session=session,
        mask=mask & bits.before(ticket.until, ticket.seconds) if ticket.until else mask,
        position=min(max(sent.position, 0), ticket.seconds),
    )


def answer(credited: Credited) -> tuple[int, bytes]:
    """Return status and body for the player. `lease` tells whether it may go on, `message` says why not."""
    clock = f"{local(credited.at):%H:%M:%S}"
    if credited.verdict != "held":
        code, status, message = _REFUSALS[credited.verdict]
        return status, _encoder.encode({"code": code, "message": message, "at": clock})
    done = credited.seconds >= rules.seconds_needed(credited.length)
    said: dict[str, object] = {"lease": "held", "seconds": credited.seconds, "length": credited.length, "done": done, "at": clock}
    if not credited.is_open:
        said |= {"lease": "lost", "message": "已在另一处打开，这里先停下。此前看的都已存；要在这里看，点一下播放。"}
    if credited.trimmed:
        said |= {
            "trimmed": credited.trimmed,
            "reason": f"有 {credited.trimmed} 秒超出了实际经过的时间，没有计入。最快 {rules.RATE / 100:g} 倍。",
        }
    return 200, _encoder.encode(said)


def refusal(code: str, message: str) -> bytes:
    """Return the body of an error."""
    return _encoder.encode({"code": code, "message": message})


_REFUSALS: dict[str, tuple[str, int, str]] = {
    "signed_out": ("signed_out", 401, "登录已结束，之后看的没有计入。请重新登录再接着看，已存的进度都在。"),
    "gone": ("renew", 409, "这一页打开太久，或课程已退选。点一下播放重新开始，已存的进度都在。"),
    "left": ("closed", 409, "您已不在这个项目里，或项目已结束，观看不再计入。已存的进度都在。"),
}
