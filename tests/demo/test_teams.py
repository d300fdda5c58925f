"""A season of host teams on three levels: tallies equal recounts and the books kept by hand, hosts owe what was left undone."""

import random
from dataclasses import replace

import pytest

from yanxiu.demo.teams import check, ground, play
from yanxiu.demo.teams.scene import Missing
from yanxiu.kit.actor import SYSTEM
from yanxiu.records import actions as records


@pytest.fixture
def partitions(db):
    records.ensure_partitions(play.moments())
    records.store_metrics(by=SYSTEM, at=ground.OPENED)


def test_a_small_season_counts_right(partitions):
    chance = random.Random(1)
    region = ground.lay(teams=1, members=40, chance=chance)
    missing = {region.teams[0].label: Missing(briefings=1, answers=1, articles=1, visits=1, problems=1, creating=1, follows=1)}

    books = play.play(region, missing, chance)
    found = check.check(region, missing, books, at=ground.SPRING_ENDS)

    assert not found.unlike_records
    assert found.unlike_rows == found.unlike_board == found.unlike_books == found.unlike_share == found.still == ()
    assert found.unmet == found.expected
    # Of the province three lack a briefing; of the city one answers and an article, two a county (in both phases); of the last county two
    # a solution, two a briefing, one a lesson.
    assert len(found.expected) == 3 + 2 + 2 * 2 + 2 + 2 + 1
    assert check.by_level(region) == {"省": 10, "市": 10, "县": 20}
    assert found.cases == {"终选": (5, 0, 0), "市": (5, 0, 0), "县": (10, 0, 0)}  # of five cases five in a hundred are none
    assert found.selected == 2
    assert found.figures == (9 + 2) * (8 + 5)
    assert found.totals["crowdsource.solved"] == 4 * (3 + 2) - 1 + 5
    assert found.totals["praise.given"] == found.totals["praise.received"] == 9 * 2
    assert found.is_right
    assert not replace(found, unlike_books=("9 of 8",)).is_right

    books.own[region.teams[0].workshops[0].hosts[0].person_id, "qa.answered"] += 1
    assert len(check.check(region, missing, books, at=ground.SPRING_ENDS).unlike_books) == 1
