"""Scoring: exact, within bounds, whatever the order and whatever is sent."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.catalogue.test_check_any import ALL, CHOSEN, FILLED, MATERIAL, PAIRED, SORTED, WRITTEN
from yanxiu.catalogue import content
from yanxiu.catalogue.content import points_of, share_of

MULTIPLE = content.Question(kind="multiple", stem="哪些？", options=("甲", "乙", "丙", "丁"), answers=(0, 1, 3))
ANY_ORDER = content.FillIn(stem="[[1]][[2]]", in_any_order=True, blanks=(
    content.Blank(accepts=("红", "朱")), content.Blank(accepts=("红",)),
))  # fmt: skip
HOSTILE = st.recursive(
    st.none() | st.text(max_size=8) | st.integers() | st.booleans() | st.floats(), lambda inner: st.lists(inner, max_size=5), max_leaves=12
)
RULES = st.sampled_from(["none", "half", "each"])


@given(st.sampled_from((*ALL, MULTIPLE, ANY_ORDER)), HOSTILE, RULES)
def test_no_answer_raises_and_every_share_lies_between_nothing_and_all(question, answer, partial):
    share = share_of(question, answer, partial=partial)

    assert share is None or 0 <= share <= 1


@given(st.lists(st.integers(0, 3), unique=True), RULES)
def test_a_choice_is_scored_whatever_the_order(chosen, partial):
    shares = {share_of(MULTIPLE, list(order), partial=partial) for order in permutations(chosen)}

    assert len(shares) == 1


@pytest.mark.parametrize(
    ("chosen", "shares"),
    [
        ([0, 1, 3], (1, 1, 1)), ([0, 1], (0, Fraction(1, 2), Fraction(2, 3))), ([0], (0, Fraction(1, 2), Fraction(1, 3))),
        ([0, 2], (0, 0, 0)), ([0, 1, 2, 3], (0, 0, 0)), ([], (0, 0, 0)),
    ],
)  # fmt: skip
def test_what_lacks_a_right_option_counts_by_the_rule(chosen, shares):
    assert tuple(share_of(MULTIPLE, chosen, partial=rule) for rule in ("none", "half", "each")) == shares


@pytest.mark.parametrize("mine", [["红", "朱"], ["朱", "红"]])
def test_blanks_in_any_order_are_paired_at_their_best(mine):
    assert share_of(ANY_ORDER, mine) == 1


@pytest.mark.parametrize(("mine", "share"), [(["红", "红"], 1), (["朱", "朱"], Fraction(1, 2)), (["红", "", "红"], Fraction(1, 2))])
def test_one_blank_takes_one_answer(mine, share):
    assert share_of(ANY_ORDER, mine) == share


@pytest.mark.parametrize(
    ("mine", "share"),
    [
        (["H2O", "100"], 1), (["Ｈ２Ｏ。", "１００．５"], 1), (["h2o", "99.5"], Fraction(1, 2)), (["H2O", "100.51"], Fraction(1, 2)),
        (["H2O", "一百"], 1), (["H2O", "一百人"], Fraction(1, 2)), (["H2O", "1e2"], 1), (["", "NaN"], 0), (["H2O", "1" * 60], Fraction(1, 2)),
    ],
)  # fmt: skip
def test_blanks_are_compared_as_people_write(mine, share):
    assert share_of(FILLED, mine) == share


def test_places_count_one_by_one():
    assert share_of(PAIRED, [1, 1]) == Fraction(1, 2)
    assert share_of(SORTED, [0, 2, 1]) == Fraction(1, 3)
    assert share_of(CHOSEN, [0, None]) == Fraction(1, 2)
    assert share_of(SORTED, [False, True, 2]) == Fraction(1, 3)


def test_what_is_written_waits_for_a_marker_and_a_blank_page_does_not():
    assert share_of(WRITTEN, "先说事实。") is None
    assert share_of(WRITTEN, "  ") == 0
    assert share_of(MATERIAL, [[1], "先说"]) is None
    assert share_of(MATERIAL, [[1], None]) == Fraction(1, 3)


@given(st.integers(0, 60), st.integers(1, 60), st.decimals("0.01", "200", places=2))
def test_points_are_exact_to_a_hundredth(part, whole, points):
    share = Fraction(min(part, whole), whole)

    given_points = points_of(share, points)

    assert abs(Fraction(given_points) - share * Fraction(points)) <= Fraction(1, 200)
    assert given_points == given_points.quantize(Decimal("0.01"))
    assert 0 <= given_points <= points


@given(st.lists(st.tuples(st.booleans(), st.decimals("0.5", "30", places=1)), min_size=1, max_size=30))
def test_a_sheet_of_rights_and_wrongs_sums_to_the_points_of_the_rights(answers):
    total = sum((points_of(Fraction(is_right), points) for is_right, points in answers), Decimal(0))

    assert total == sum((points for is_right, points in answers if is_right), Decimal(0))
