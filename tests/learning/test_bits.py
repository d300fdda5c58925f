"""Bit strings of films: ranges in, ranges out."""

import itertools

from hypothesis import given
from hypothesis import strategies as some

from yanxiu.learning import bits, rules
from yanxiu.learning.gateway import wire

LENGTH = 97
RANGES = some.lists(some.tuples(some.integers(0, LENGTH - 1), some.integers(1, LENGTH)).filter(lambda one: one[0] < one[1]))


@given(RANGES)
def test_ranges_and_bits_say_the_same(ranges):
    mask = bits.of_ranges(ranges, LENGTH)

    seen = {second for start, end in ranges for second in range(start, end)}
    found = bits.ranges_of(format(mask, f"0{LENGTH}b"))
    assert {second for start, end in found for second in range(start, end)} == seen
    assert all(one[1] < following[0] for one, following in itertools.pairwise(found))


@given(some.lists(some.integers(1, 5_000), min_size=1, max_size=5))
def test_the_binary_form_of_a_column_has_length_and_all_bits_of_each(lengths):
    column = wire.varbit([bits.Mask((1 << length) - 1, length) for length in lengths])

    place = 20
    for length in lengths:
        size = int.from_bytes(column[place : place + 4], "big")
        assert int.from_bytes(column[place + 4 : place + 8], "big") == length
        assert int.from_bytes(column[place + 8 : place + 4 + size], "big").bit_count() == length
        place += 4 + size
    assert place == len(column)


@given(some.integers(1, 10_000))
def test_needed_seconds_are_at_least_the_share(length):
    needed = rules.seconds_needed(length)

    assert needed * 100 >= length * rules.SHARE
    assert (needed - 1) * 100 < length * rules.SHARE


def test_reading_has_a_floor():
    assert rules.reading_seconds(0) == 20
    assert rules.reading_seconds(3_000) == 300
