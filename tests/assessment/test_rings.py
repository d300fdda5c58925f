"""Rings of reviewers who favour each other."""

import pytest

from yanxiu.assessment.rings import rings


@pytest.mark.parametrize(
    ("favours", "found"),
    [
        ([(1, 2)], []),
        ([(1, 2), (2, 1)], [{1, 2}]),
        ([(1, 2), (2, 3), (3, 1)], [{1, 2, 3}]),
        ([(1, 2), (2, 1), (2, 3), (3, 1)], [{1, 2}]),
        ([(1, 2), (2, 3), (3, 4), (4, 1)], []),
        ([(1, 1)], []),
    ],
)
def test_pairs_and_circles_of_three(favours, found):
    assert [set(one) for one in rings(favours)] == found
