"""Moving something by one place."""

import pytest

from yanxiu.kit.lists import moved


@pytest.mark.parametrize(
    ("place", "up", "expected"), [(1, True, "bacd"), (1, False, "acbd"), (0, True, "abcd"), (3, False, "abcd"), (3, True, "abdc")]
)
def test_an_item_changes_places_with_its_neighbour_and_stays_at_the_ends(place, up, expected):
    items = tuple("abcd")

    assert moved(items, place, up=up) == list(expected)
    assert items == tuple("abcd")
