"""The demo's question bank: every question can be asked and scored, of all types; answers of the town's candidates fit."""

import random
from collections import Counter
from decimal import Decimal

import pytest

from yanxiu.catalogue import content
from yanxiu.demo import bank
from yanxiu.demo.town import sitting

ITEMS = [item for area in bank.areas() for point in area.points for item in point.questions]


def test_every_question_can_be_asked_and_none_stands_twice():
    for number, item in enumerate(ITEMS, start=1):
        content.check_any(item.ask, place=f"第 {number} 题")

    assert len({content.digest_of(item.ask) for item in ITEMS}) == len(ITEMS)
    assert all(1 <= item.difficulty <= 5 for item in ITEMS)


def test_the_bank_has_all_types_and_every_question_says_why():
    types = Counter(content.type_of(item.ask) for item in ITEMS)

    assert set(types) == set(content.QUESTION_TYPES)
    assert len(ITEMS) >= 110
    assert [item.ask.stem for item in ITEMS if not (item.ask.explanation or content.is_written(item.ask))] == []


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: content.type_of(item.ask))
def test_who_knows_everything_is_right_and_who_knows_nothing_is_not(item):
    knows = sitting.gives(item.ask, 2.0, random.Random(3))
    guesses = sitting.gives(item.ask, -1.0, random.Random(4))

    if content.is_written(item.ask):
        assert content.share_of(item.ask, knows, partial="none") is None
        return
    assert content.share_of(item.ask, knows, partial="none") == 1
    assert content.share_of(item.ask, guesses, partial="none") < 1


def test_markers_give_more_for_more_words_and_never_more_than_there_is():
    few, many = ("短" * 20, "长" * 260)

    given = [sitting.points(one, Decimal(8), chance=random.Random(1)) for one in (None, few, many)]

    assert given[0] <= given[1] < given[2] <= 8
    assert all(points % Decimal("0.5") == 0 for points in given)
