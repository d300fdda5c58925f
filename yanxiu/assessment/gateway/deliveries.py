"""A delivery of answers as it arrives, and what goes back: parsing and words, no input or output."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
from django.utils.datastructures import MultiValueDict

from yanxiu.assessment import exam_tickets
from yanxiu.assessment.exam_tickets import ExamTicket
from yanxiu.assessment.taking import Judgement
from yanxiu.kit.clock import local
from yanxiu.kit.errors import Invalid

MOST_BYTES = 262_144
MOST_ANSWERS = 200
MOST_NUMBER = 500
MOST_FIELDS = 200
_LONGEST_ELAPSED = 7 * 86_400_000


class SentAnswer(msgspec.Struct, frozen=True):
    """An answer: of which question, its fields as a form has them (`assessment.giving`), and the milliseconds since the ticket came."""

    number: int
    fields: list[tuple[str, str]]
    elapsed: int


class Sent(msgspec.Struct, frozen=True):
    """The body. `under` is the ticket under which the answers were written, "" = the ticket shown; `away` is [times, seconds]."""

    ticket: str
    answers: list[SentAnswer]
    under: str = ""
    away: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with the lease and the moment of issue of its ticket, and when it arrived, in Unix milliseconds."""

    number: int
    fields: MultiValueDict[str, str]
    elapsed: int
    issued: int
    lease: int
    arrived: int


@dataclass(slots=True)
class Delivery:
    """One or several deliveries of one ticket holder, folded: all answers, the later ones last."""

    ticket: ExamTicket
    answers: list[Answer]
    away_times: int = 0
    away_seconds: int = 0

    @property
    def key(self) -> int:
        """The sitting: a group holds one delivery of each."""
        return self.ticket.sitting

    def is_like(self, other: "Delivery") -> bool:
        """Tell whether the other shows the same right, so that both can be one."""
        mine, theirs = self.ticket, other.ticket
        return (mine.person, mine.lease, mine.stamp) == (theirs.person, theirs.lease, theirs.stamp)

    def take(self, other: "Delivery") -> None:
        """Take up another that is like it."""
        self.answers += other.answers
        self.away_times += other.away_times
        self.away_seconds += other.away_seconds


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What the database decided about a delivery. Moments in Unix milliseconds; `since`: when the last device took the sitting.

    `unread` says what is wrong with an answer that cannot be read.
    """

    verdict: str
    ticket: ExamTicket | None = None
    now: int = 0
    ends: int = 0
    is_over: bool = False
    holder: str = ""
    since: int = 0
    judged: dict[int, Judgement] = field(default_factory=dict)
    unread: str = ""


class _Said(msgspec.Struct, frozen=True, omit_defaults=True):
    lease: str
    at: str
    now: int
    ends: int
    ticket: str = ""
    refused: dict[int, str] = {}
    over: bool = False
    message: str = ""


_decoder = msgspec.json.Decoder(Sent)
_encoder = msgspec.json.Encoder()
_LATE = "考试已经结束，结束以后写的没有存。结束以前写的都算。"


def parse(body: bytes) -> Sent:
    """Read a body. Raises Invalid with the place."""
    try:
        sent = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"这次送来的答案读不出来（{error}）。请刷新这一页，已存的答案都在。") from None
    if len(sent.answers) > MOST_ANSWERS:
        raise Invalid(f"一次最多送 {MOST_ANSWERS} 题，这次有 {len(sent.answers)} 题。请分几次送。")
    return sent


def fold(sent: Sent, *, arrived: int) -> Delivery:
    """Check tickets and answers and make them a delivery. Raises BadTicket, Invalid with the question."""
    ticket = exam_tickets.read(sent.ticket)
    under = exam_tickets.read(sent.under) if sent.under else ticket
    if (under.person, under.sitting) != (ticket.person, ticket.sitting):
        raise Invalid("这些答案不是这场考试的，没有存。请刷新这一页接着答。")
    answers = []
    for one in sent.answers:
        if not 1 <= one.number <= MOST_NUMBER or not 0 <= one.elapsed <= _LONGEST_ELAPSED:
            raise Invalid(f"第 {one.number} 题的题号或时间不对，没有存。请刷新这一页接着答。")
        if len(one.fields) > MOST_FIELDS:
            raise Invalid(f"第 {one.number} 题送来的内容太多，没有存。请刷新这一页重新答。")
        fields: MultiValueDict[str, str] = MultiValueDict()
        for name, value in one.fields:
            fields.appendlist(name, value)
        answers.append(Answer(one.number, fields, one.elapsed, under.issued, under.lease, arrived))
    return Delivery(ticket, answers, min(max(sent.away[0], 0), 100), min(max(sent.away[1], 0), 3_600))


def answer(taken: Taken, delivery: Delivery) -> tuple[int, bytes]:
    """Return status and body for the page. `refused` names the questions of which nothing was stored, with the reason."""
    if taken.ticket is None:
        return 401, _encoder.encode({"code": taken.verdict, "message": _REFUSALS[taken.verdict]})
    mine = {one.number for one in delivery.answers}
    refused: dict[int, str] = {number: why for number, why in taken.judged.items() if number in mine and why != "kept"}
    said = _Said(
        "held" if taken.verdict == "held" else "lost",
        words(taken.now),
        taken.now,
        taken.ends,
        exam_tickets.sign(taken.ticket) if taken.verdict == "held" else "",
        refused,
        taken.is_over,
        _message(taken, refused),
    )
    return 200, _encoder.encode(said)


def words(moment: int) -> str:
    """Return the Shanghai clock of a moment in Unix milliseconds."""
    return f"{local(datetime.fromtimestamp(moment / 1000, UTC)):%H:%M:%S}"


def _message(taken: Taken, refused: dict[int, str]) -> str:
    if taken.verdict != "held":
        where = f"（{taken.holder}）" if taken.holder else ""
        return f"这场考试 {words(taken.since)} 转到了另一台设备{where}，这里不能再写。换走以前写的都已存。"
    if "handed_in" in refused.values():
        return "已经交卷，之后写的没有存。"
    return taken.unread or (_LATE if refused else "")


_REFUSALS = {
    "signed_out": "登录已结束，答案先留在这台设备上。请重新登录，再打开这场考试，会自动送上。",
    "gone": "没有找到这场考试。请从“我的考试”里打开。",
}
