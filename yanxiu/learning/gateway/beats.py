"""A beat as it arrives, and the answer that goes back: parsing and words, no input or output."""

from typing import Literal

import msgspec

from yanxiu.kit.errors import Invalid
from yanxiu.learning import bits, origins, rules
from yanxiu.learning.tickets import Ticket

MOST_RANGES = 60
MOST_BYTES = 8_192
MOST_HIDDEN_SECONDS = 3_600

Verdict = Literal["held", "gone", "signed_out", "left"]


class Sent(msgspec.Struct, frozen=True):
    """The body: ticket, what was watched as [start, end) whole seconds, and where the player stands. Other keys are not read.

    `hidden` (seconds that the page lay in the background since the last beat) and `device` are facts for signals; nothing is
    credited by them.
    """

    ticket: str
    ranges: list[tuple[int, int]]
    position: int = 0
    hidden: float = 0
    device: str = ""


class Beat(msgspec.Struct):
    """One or several beats of one lease, folded."""

    ticket: Ticket
    session: bytes
    mask: int
    position: int
    hidden: int = 0
    device: int | None = None

    @property
    def key(self) -> int:
        """The person: a group holds one beat of each."""
        return self.ticket.person

    def is_like(self, other: "Beat") -> bool:
        """Tell whether the other is of the same lease and session, so that both can be one."""
        return self.ticket.number == other.ticket.number and self.session == other.session and self.ticket == other.ticket

    def take(self, other: "Beat") -> None:
        """Take up a later one that is like it."""
        self.mask |= other.mask
        self.position = other.position
        self.hidden += other.hidden


class Credited(msgspec.Struct, frozen=True):
    """What the database decided: all seconds seen so far, and how many of the claim were more than the time that had passed.

    `at` is the server's clock in Shanghai, as the player shows it.
    """

    verdict: Verdict
    is_open: bool
    seconds: int
    length: int
    trimmed: int
    at: str


class _Said(msgspec.Struct, frozen=True, omit_defaults=True):
    lease: str
    seconds: int
    length: int
    done: bool
    at: str
    message: str = ""
    trimmed: int = 0
    reason: str = ""


_decoder = msgspec.json.Decoder(Sent)
_encoder = msgspec.json.Encoder()
_LOST = "已在另一处打开，这里先停下。此前看的都已存；要在这里看，点一下播放。"


def parse(body: bytes) -> Sent:
    """Read a body. Raises Invalid with the place."""
    try:
        sent = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"这次上报读不出来（{error}）。请刷新这一页再看，已存的进度都在。") from None
    if len(sent.ranges) > MOST_RANGES:
        raise Invalid(f"一次最多报 {MOST_RANGES} 段，这次有 {len(sent.ranges)} 段。请分几次报。")
    return sent


def fold(sent: Sent, ticket: Ticket, session: bytes) -> Beat:
    """Check the ranges against the film and make them a mask. Raises Invalid with the place of the first that does not fit."""
    length = ticket.seconds
    for number, (start, end) in enumerate(sent.ranges, start=1):
        if not 0 <= start < end <= length:
            raise Invalid(f"第 {number} 段 {start}—{end} 秒不在这段视频里（共 {length} 秒），这次没有计入。")
    mask = bits.of_ranges(sent.ranges, length)
    return Beat(
        ticket,
        session,
        mask & bits.before(ticket.until, length) if ticket.until else mask,
        min(max(sent.position, 0), length),
        int(min(max(sent.hidden, 0), MOST_HIDDEN_SECONDS)),
        origins.hashed(sent.device) if sent.device else None,
    )


def answer(credited: Credited, ticket: Ticket) -> tuple[int, bytes]:
    """Return status and body for the player. `lease` tells whether it may go on, `message` says why not."""
    if credited.verdict != "held":
        code, status, message = _REFUSALS[credited.verdict]
        return status, _encoder.encode({"code": code, "message": message, "at": credited.at})
    trimmed = credited.trimmed
    said = _Said(
        "held" if credited.is_open else "lost",
        credited.seconds,
        credited.length,
        credited.seconds >= rules.seconds_needed(credited.length),
        credited.at,
        "" if credited.is_open else _LOST,
        trimmed,
        f"有 {trimmed} 秒超出了实际经过的时间，没有计入。最快 {ticket.rate / 100:g} 倍。" if trimmed else "",
    )
    return 200, _encoder.encode(said)


_REFUSALS: dict[str, tuple[str, int, str]] = {
    "signed_out": ("signed_out", 401, "登录已结束，之后看的没有计入。请重新登录再接着看，已存的进度都在。"),
    "gone": ("renew", 409, "这一页打开太久，或课程已退选。点一下播放重新开始，已存的进度都在。"),
    "left": ("closed", 409, "您已不在这个项目里，或项目已结束，观看不再计入。已存的进度都在。"),
}
