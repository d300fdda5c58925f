"""Numbers as forms and addresses send them."""

import pytest

from yanxiu.kit.text import whole_number, whole_numbers


@pytest.mark.parametrize(("raw", "number"), [("0", 0), ("7", 7), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_plain_digits_are_a_number(raw, number):
    assert whole_number(raw) == number


@pytest.mark.parametrize("raw", [None, "", " 7", "-7", "+7", "7.0", "1e3", "1_000", "七", "７", "²", "٣", "9" * 19])
def test_whatever_else_is_sent_is_none(raw):
    assert whole_number(raw) is None


def test_no_more_digits_than_asked():
    assert (whole_number("999", digits=3), whole_number("1000", digits=3)) == (999, None)


def test_of_many_those_that_are_numbers_stay_in_order():
    assert whole_numbers(["3", "x", "0", "", "3", "12345"], digits=4) == [3, 0, 3]
