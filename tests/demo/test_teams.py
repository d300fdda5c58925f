"""A season of host teams on three levels: tallies equal recounts, and what hosts owe is what was left undone."""

import random

import pytest

from yanxiu.demo.teams import check, ground, play
from yanxiu.kit.actor import SYSTEM
from yanxiu.records import actions as records


@pytest.fixture
def partitions(db):
    records.ensure_partitions(play.moments())
    records.store_metrics(by=SYSTEM, at=ground.OPENED)


def test_a_small_season_counts_right(partitions):
    chance = random.Random(1)
    region = ground.lay(teams=1, members=40, chance=chance)
    missing = {region.teams[0].label: play.Missing(briefings=1, answers=1)}

    play.play(region, missing, chance)
    found = check.check(region, missing, at=ground.SPRING)

    assert not found.unlike_records
    assert found.unlike_rows == ()
    assert found.unlike_board == ()
    assert found.unmet == found.expected
    assert len(found.expected) == 5  # three hosts of the province lack a briefing; one of the city answers, in both phases
    assert check.by_level(region) == {"省": 10, "市": 10, "县": 20}
    assert found.cases == {"终选": (5, 0, 0), "市": (5, 0, 0), "县": (10, 0, 0)}  # of five cases five in a hundred are none
    assert found.totals["crowdsource.solved"] == 12
    assert found.totals["praise.given"] == found.totals["praise.received"] == 8
