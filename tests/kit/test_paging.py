"""Page numbers of addresses: anything odd is page 1, and nothing odd is an error."""

import pytest

from yanxiu.kit import paging


@pytest.mark.parametrize("raw", [None, "", "0", "-1", "1.5", "二", "²", "１２", "10000", "9" * 5_000, "1; DROP TABLE"])
def test_what_is_no_page_is_the_first(raw):
    assert paging.number_from(raw) == 1


def test_pages_are_numbered_from_one():
    assert [paging.number_from(raw) for raw in ("1", "07", "9999")] == [1, 7, 9999]
    assert paging.page_with([1, 2, 3], number=2, size=2) == paging.Page(rows=[1, 2], number=2, has_more=True)
