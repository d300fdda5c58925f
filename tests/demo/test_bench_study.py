"""The benches of study on a small ground: what they make, what they print. Nothing is timed."""

import pytest

from yanxiu.demo.bench import draw, growth, teachers
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.learning.models import CaseDraw, Progress, Selection, StepDone
from yanxiu.programmes.models import Enrolment
from yanxiu.records import actions as records


@pytest.fixture
def ready(db):
    records.store_metrics(by=SYSTEM, at=now())


def test_the_ground_grows_and_never_twice(ready):
    place = teachers.prepare()

    teachers.enrol(place, 50)
    first = [one.objects.count() for one in (Enrolment, Selection, Progress, StepDone)]
    teachers.enrol(place, 50)
    assert [one.objects.count() for one in (Enrolment, Selection, Progress, StepDone)] == first
    teachers.enrol(place, 90)

    assert (first[0], Enrolment.objects.count()) == (50, 90)
    assert Enrolment.objects.values("unit").distinct().count() == 3
    assert min(first) > 0


def test_a_draw_gives_everybody_four_and_is_even(ready):
    seen = draw.drawn(60, 2)

    assert (seen["given"], CaseDraw.objects.count()) == (240, 240)
    assert len(seen["draw_s"]) == len(seen["limit_s"]) == 2
    assert seen["apart"] <= 1


def test_growth_looks_at_every_page_with_few_and_with_many(ready):
    seen = {}
    for name, people in (("few", 8), ("many", 48)):
        growth.lay(people)
        seen[name] = growth.merged([growth.costs(1), growth.costs(2)])

    figure = growth.figure(seen, few=8, many=48, times=1)

    table = figure.detail["pages"]
    assert len(table) == 12
    assert max(row["queries"] for row in table.values()) <= 10
    assert {name for name, row in table.items() if row["more_queries"]} == set()
    assert figure.value == max(row["growth"] for row in table.values())


def test_the_worst_page_decides():
    def cost(ms, queries=7):
        return {"queries": queries, "median_ms": ms, "kilobytes": 1}

    seen = {"few": {"a": cost(10.0), "b": cost(10.0)}, "many": {"a": cost(11.0), "b": cost(14.0, 8)}}

    figure = growth.figure(seen, few=200, many=12_000, times=3)

    assert (figure.value, figure.limit, figure.ratio) == (1.4, 1.2, 1.167)
    assert figure.detail["is_kept"] is False
    assert figure.detail["pages"]["b"]["more_queries"] == 1
