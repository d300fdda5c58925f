"""How a score comes together: exact in decimals, whatever the levels and weights."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.assessment import agreement, composing, sheets
from yanxiu.catalogue import content
from yanxiu.kit.errors import Invalid

SCORES = st.decimals(min_value=0, max_value=1000, places=2)


@given(SCORES, st.lists(SCORES, max_size=6), st.integers(0, 100))
def test_the_weighted_score_is_exact_to_the_cent(own, peers, weight):
    mean = composing.mean(peers)

    score = composing.composed(own, mean, weight=weight)

    if mean is None or not weight:
        assert score == own
    else:
        exact = (Fraction(own) * (100 - weight) + Fraction(mean) * weight) / 100
        assert abs(Fraction(score) - exact) <= Fraction(5, 1000)
        assert min(own, mean) <= score <= max(own, mean)


@given(st.lists(SCORES, min_size=1, max_size=9))
def test_the_mean_is_rounded_halves_up(scores):
    exact = sum(map(Fraction, scores), Fraction(0)) / len(scores)

    assert composing.mean(scores) == (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize("score", ["-1", "100.001", "101", "NaN", "Infinity", None])
def test_a_score_that_is_none_is_refused(score):
    with pytest.raises(Invalid, match="0 到 100"):
        composing.plain_score(content.Homework(task="写"), Decimal(score) if score else None)


def test_every_dimension_needs_a_level():
    levels = (sheets.Level(label="优", points=Decimal("7.5")), sheets.Level(label="良", points=Decimal(5)))
    dimensions = tuple(sheets.Dimension(key=key, label=key, levels=levels) for key in ("a", "b"))

    assert composing.sheet_score(dimensions, {"b": 1, "a": 0}) == ({"a": 0, "b": 1}, Decimal("12.5"))
    with pytest.raises(Invalid, match="还没有评：b") as refused:
        composing.sheet_score(dimensions, {"a": 0})
    assert refused.value.field == "level_b"


@pytest.mark.parametrize(
    ("pairs", "alpha"),
    [
        ([(80, 80), (60, 60), (90, 90), (70, 70), (75, 75)], 1.0),
        ([(80, 80)] * 5, 1.0),
        ([(80, 60), (60, 80)], None),  # too few to tell
        ([(1, 2), (2, 1), (1, 2), (2, 1), (1, 2)], -0.8),
    ],
)
def test_agreement_of_pairs(pairs, alpha):
    found = agreement.alpha((piece, Decimal(score)) for piece, pair in enumerate(pairs) for score in pair)

    assert found == (alpha if alpha is None else pytest.approx(alpha))
