"""Questions as files: which formats there are, and what each cannot hold."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from yanxiu.assessment.exchange.shape import Loose
from yanxiu.catalogue.content import AnyQuestion
from yanxiu.catalogue.content import Written as ByHand


class CannotHold(Exception):
    """Why a format cannot hold a question."""


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """A question that leaves: what is said of it besides its content."""

    question: AnyQuestion
    number: int
    point: str = ""
    difficulty: int = 3
    stage: str = ""
    subject: str = ""


@dataclass(kw_only=True)
class Written:
    """A file that was written. `left_out` are the questions that it cannot hold, `lost` those it holds in part: number and words."""

    data: bytes
    left_out: list[tuple[int, str]] = field(default_factory=list)
    lost: list[tuple[int, str]] = field(default_factory=list)


Media = Mapping[int, Loose]
"""Pictures and sounds by the number that texts name them by."""

NO_MEDIA: Media = {}


def each(leaving: Iterable[Leaving], write: Callable[[Leaving], str], left_out: list[tuple[int, str]]) -> list[str]:
    """Return what `write` makes of each question; what the format cannot hold goes to `left_out`."""
    made = []
    for one in leaving:
        try:
            made.append(write(one))
        except CannotHold as why:
            left_out.append((one.number, str(why)))
    return made


def lost_by_hand(leaving: Iterable[Leaving], *, keeps: frozenset[str] = frozenset()) -> list[tuple[int, str]]:
    """Return which questions that people mark lose something in a format that only has essays; `keeps` names what it can hold."""
    made = []
    for one in leaving:
        if not isinstance(one.question, ByHand):
            continue
        question = one.question
        there = {"简答题的题型": question.kind == "short", "参考答案": bool(question.reference), "采分点": bool(question.points),
                 "最少字数": bool(question.min_characters)}  # fmt: skip
        gone = [name for name, is_there in there.items() if is_there and name not in keeps]
        if gone:
            made.append((one.number, f"{'、'.join(gone)}写不进这种格式"))
    return made


def by_point(leaving: Sequence[Leaving]) -> list[Leaving]:
    """Return the questions of a knowledge point together, points in the order in which they first come."""
    order = {point: place for place, point in enumerate(dict.fromkeys(one.point for one in leaving))}
    return sorted(leaving, key=lambda one: order[one.point])
