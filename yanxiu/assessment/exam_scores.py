"""How a sitting of an exam becomes points and a score of 100: pure, exact, the same whatever the order (security EM-06)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from yanxiu.assessment.papers import Asked, Sheet
from yanxiu.catalogue import content
from yanxiu.catalogue.content import AnyQuestion, Given, Partial, Question
from yanxiu.catalogue.content.accepting import as_written

REVIEW, SETTLING = 4, 3
_CENT = Decimal("0.01")
Marks = Mapping[int, Decimal]
"""Points by round (`AnswerMark.round`)."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """By what an exam is scored. `accepts`, `everybody`, `left_out` are rulings by question version."""

    partial: Partial = "none"
    markers: int = 1
    tolerance: Decimal = Decimal(0)
    pass_score: Decimal = Decimal(60)
    accepts: Mapping[int, tuple[Given, ...]] = field(default_factory=dict)
    everybody: frozenset[int] = frozenset()
    left_out: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What a sitting came to. `each`: the points of each question, None for one that is left out."""

    each: tuple[Decimal | None, ...]
    points: Decimal
    score: Decimal
    passed: bool

    @property
    def written(self) -> list[str]:
        """`each` as `SittingResult.points_each` keeps it; "" for one that is left out."""
        return ["" if points is None else f"{points:f}" for points in self.each]


def settled(marks: Marks, *, markers: int, tolerance: Decimal) -> Decimal | None:
    """Return the points that count of the rounds given, None while another is needed. Of two within the tolerance: their mean."""
    for deciding in (REVIEW, SETTLING):
        if deciding in marks:
            return marks[deciding]
    if markers == 1:
        return marks.get(1)
    if 1 not in marks or 2 not in marks or abs(marks[1] - marks[2]) > tolerance:
        return None
    return ((marks[1] + marks[2]) / 2).quantize(_CENT, ROUND_HALF_UP)


def next_round(marks: Marks, *, markers: int, tolerance: Decimal) -> int | None:
    """Return the round to be given next, None when the points are settled."""
    if settled(marks, markers=markers, tolerance=tolerance) is not None:
        return None
    return next(number for number in (1, 2, SETTLING) if number not in marks)


def points_for(asked: Asked, question: AnyQuestion, given: Given, marks: Marks, rules: Rules) -> Decimal | None:
    """Return the points of an answer, None while people must mark it; a question that is left out is not asked about here."""
    if asked.version in rules.everybody:
        return asked.points
    if REVIEW in marks:
        return marks[REVIEW]
    if any(content.is_answered(given) and _is_same(question, given, other) for other in rules.accepts.get(asked.version, ())):
        return asked.points
    share = content.share_of(question, given, partial=rules.partial)
    if share is not None:
        return content.points_of(share, asked.points)
    return settled(marks, markers=rules.markers, tolerance=rules.tolerance)


def score_sheet(
    sheet: Sheet, questions: Mapping[int, AnyQuestion], given: Mapping[int, Given], marks: Mapping[int, Marks], rules: Rules
) -> Scored | None:
    """Score a sheet; None while an answer of it waits for a mark. `given` and `marks` are by number from 1."""
    each: list[Decimal | None] = []
    for number, asked in enumerate(sheet, start=1):
        if asked.version in rules.left_out:
            each.append(None)
            continue
        points = points_for(asked, questions[asked.version], given.get(number), marks.get(number, {}), rules)
        if points is None:
            return None
        each.append(points)
    points = sum((one for one in each if one is not None), Decimal(0))
    score = of_hundred(points, (asked.points for asked in sheet if asked.version not in rules.left_out))
    return Scored(each=tuple(each), points=points, score=score, passed=score >= rules.pass_score)


def of_hundred(points: Decimal, possible: Iterable[Decimal]) -> Decimal:
    """Return the score of 100, cut to two places (99.999 never reads 100). Of a sheet on which nothing counts: 100."""
    whole = sum((Fraction(one) for one in possible), Fraction(0))
    if not whole:
        return Decimal(100)
    return Decimal(int(Fraction(points) / whole * 10_000)) / 100


def _is_same(question: AnyQuestion, given: Given, other: Given) -> bool:
    """Tell whether two answers are alike, as answers are compared: order of a choice, width and spaces of words do not matter."""
    if isinstance(question, Question) and isinstance(given, list) and isinstance(other, list):
        return sorted(map(str, given)) == sorted(map(str, other))
    return _folded(given) == _folded(other)


def _folded(given: Given) -> object:
    if isinstance(given, str):
        return as_written(given).casefold()
    if isinstance(given, list):
        return [_folded(one) for one in given]
    return given
