"""How far raters agree: Krippendorff's alpha for points, and how far one lies beside the others. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

ENOUGH = 10
"""Fewer pairs than this say nothing about agreement."""


def alpha(ratings: Iterable[tuple[int, Decimal]]) -> float | None:
    """Return the agreement of `(piece, score)` pairs: 1 = the same, 0 = as by chance, below = worse; None for too few to tell.

    Pieces with one rating tell nothing and are left out. Interval metric (Krippendorff 2011).
    """
    pieces: dict[int, list[float]] = defaultdict(list)
    for piece, score in ratings:
        pieces[piece].append(float(score))
    paired = [scores for scores in pieces.values() if len(scores) > 1]
    count = sum(len(scores) for scores in paired)
    if count < ENOUGH:
        return None
    observed = sum(_differences(scores) / (len(scores) - 1) for scores in paired) / count
    expected = _differences([score for scores in paired for score in scores]) / (count * (count - 1))
    return 1.0 if expected == 0 else 1 - observed / expected


def _differences(scores: list[float]) -> float:
    """Return the sum of the squared differences of all ordered pairs."""
    middle = sum(scores) / len(scores)
    return 2 * len(scores) * sum((score - middle) ** 2 for score in scores)
