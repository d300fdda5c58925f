"""Whatever day the demo is made, its windows make sense: choosing and study are open, and people have had weeks to study."""

from datetime import UTC, datetime, time, timedelta

import pytest

from yanxiu.demo.town.calendar import season
from yanxiu.demo.town.season import PLAN
from yanxiu.kit.clock import SHANGHAI, day
from yanxiu.programmes.plan import reading as plans
from yanxiu.programmes.plan.windows import resolve

DAYS = [datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(days=number, hours=number % 24) for number in range(800)]


@pytest.fixture(scope="module")
def plan():
    return plans.read(PLAN.read_bytes()).plan


@pytest.fixture(scope="module")
def seasons(plan):
    """Every day of more than two years, a leap day among them, with the windows that the demo's plan has then."""
    return [(now, made := season(now.astimezone(UTC)), {one.id: one for one in resolve(plan, made.parameters)}) for now in DAYS]


def test_what_people_do_is_open_on_every_day(seasons):
    for now, _, windows in seasons:
        for key in ("courses", "compulsory", "elective"):
            assert windows[key].starts_at < now < windows[key].ends_at, (now, key)
        assert windows["compulsory"].ends_at - now >= timedelta(days=12), now
        assert windows["topics"].ends_at < now, now
        assert windows["together"].starts_at - now >= timedelta(days=1), now


def test_people_have_had_two_and_a_half_to_seven_weeks(seasons):
    spent = [now - made.opens for now, made, _ in seasons]

    assert min(spent) >= timedelta(days=17)
    assert max(spent) <= timedelta(days=52)


def test_moments_lie_in_the_windows_they_belong_to(seasons):
    for now, made, windows in seasons:
        assert windows["topics"].starts_at <= made.topics < windows["topics"].ends_at, now
        assert windows["courses"].starts_at <= made.courses < windows["courses"].ends_at, now
        assert made.published < made.topics < made.courses < made.opens < now
        assert made.opens == windows["compulsory"].starts_at + timedelta(hours=8)
        assert made.moment(0) == made.opens
        assert made.opens < made.moment(0.5) < made.moment(1) < now


def test_no_day_is_one_that_a_month_lacks(seasons):
    """The plan resolves on every day: its windows end on days that February has."""
    assert {day(windows["compulsory"].ends_at - timedelta(seconds=1)).day for _, _, windows in seasons} == {28}
    assert all(made.opens.astimezone(SHANGHAI).time() == time(8) for _, made, _ in seasons)
