"""How an attempt becomes a score: pure, exact, on the server only (security EM-06)."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from random import Random

from yanxiu.catalogue.content import Question, Test

FULL = 100
_CENT = Decimal("0.01")


def score_of(questions: Sequence[Question], chosen: Mapping[int, Sequence[int]], *, orders: Sequence[Sequence[int]]) -> Decimal:
    """Return the points of 100, all questions asked alike, cut to two places (99.99 never reads 100). `chosen`: number from 1 → indexes.

    A question of several answers counts only when exactly the right ones are chosen. `orders` tell which are asked (`Attempt.orders`).
    """
    asked = [(number, question) for number, question in enumerate(questions, start=1) if orders[number - 1]]
    if not asked:
        return Decimal("0.00")
    right = sum(question.is_right(chosen.get(number, ())) for number, question in asked)
    return (Decimal(right) * FULL / len(asked)).quantize(_CENT, ROUND_DOWN)


def is_pass(test: Test, score: Decimal) -> bool:
    """Tell whether the score reaches the pass line (D-15)."""
    return score >= test.pass_score


def shuffled(questions: Sequence[Question], *, drawn: int = 0, by: Random) -> list[list[int]]:
    """Return for each question its option indexes in the order to show; 对 and 错 keep theirs. [] for one that is not among the `drawn`."""
    wanted = set(by.sample(range(len(questions)), min(drawn, len(questions)) or len(questions)))
    return [_order(question, by) if place in wanted else [] for place, question in enumerate(questions)]


def original(order: Sequence[int], positions: Sequence[int]) -> list[int]:
    """Translate positions as shown (from 0) to option indexes, ascending. Raises IndexError for a place that does not exist."""
    if any(position < 0 for position in positions):
        raise IndexError(min(positions))
    return sorted({order[position] for position in positions})


def _order(question: Question, by: Random) -> list[int]:
    order = list(range(len(question.options)))
    if question.kind != "true_false":
        by.shuffle(order)
    return order
