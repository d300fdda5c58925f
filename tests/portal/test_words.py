"""How headlines speak to people."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.portal.conftest import NOW
from yanxiu.portal import words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("周淑芬", "周老师"),
        ("欧阳娜", "欧阳老师"),
        ("欧阳", "欧老师"),
        ("古丽娜尔·买买提", "古丽娜尔·买买提老师"),
        ("Anna Li", "Anna Li老师"),
        ("𠮷田", "𠮷老师"),
    ],
)
def test_address(name, said):
    assert words.address(name) == said


def test_daily_minutes_are_whole_steps_of_five():
    assert words.daily_minutes(Decimal(8), until=NOW + timedelta(days=10), at=NOW) == 40
    assert words.daily_minutes(Decimal(1), until=NOW + timedelta(days=30), at=NOW) == 5


def test_what_cannot_be_done_in_time_promises_nothing():
    assert words.daily_minutes(Decimal(30), until=NOW + timedelta(days=1), at=NOW) is None
