"""set_unit_dates: works / who may / refuses / edge."""

from datetime import date

import pytest

from tests.programmes import factories as make
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.programmes import actions
from yanxiu.programmes.models import Window
from yanxiu.records.models import Record


@pytest.fixture
def one(region):
    return make.running(region.county)


def set_dates(one, unit, first=date(2026, 11, 10), last=date(2026, 12, 10), *, key="study", by=SYSTEM):
    return actions.set_unit_dates(programme=one, unit=unit, key=key, starts_on=first, ends_on=last, by=by, at=make.AT)


def test_a_school_sets_and_changes_its_days(region, one):
    set_dates(one, region.school)
    set_dates(one, region.school, date(2026, 11, 6), date(2026, 12, 31))

    window = Window.objects.get(unit=region.school)
    assert (window.unit_path, window.key) == (region.school.path, "study")
    official = Window.objects.get(version=one.current, key="study", unit__isnull=True)
    assert (window.starts_at, window.ends_at) == (official.starts_at, official.ends_at)
    assert Record.objects.filter(verb="dated").count() == 2


def test_without_days_it_goes_back_to_the_official_ones(region, one):
    set_dates(one, region.school)

    assert set_dates(one, region.school, None, None) is None
    assert not Window.objects.filter(unit=region.school).exists()


def test_the_schools_own_administrator_may(region, one):
    assert set_dates(one, region.school, by=make.holder("school_admin", region.school))


def test_another_schools_administrator_may_not(region, one):
    with pytest.raises(NotPermitted):
        set_dates(one, region.school, by=make.holder("school_admin", region.second_school))


def test_a_stranger_does_not_learn_that_the_programme_is_there(region, one):
    with pytest.raises(NotFound):
        set_dates(one, region.school, by=make.holder("county_admin", region.elsewhere))


@pytest.mark.parametrize(
    ("first", "last", "words", "field"),
    [
        (date(2026, 11, 5), date(2026, 12, 10), "早于规定的 2026-11-06", "starts_on"),
        (date(2026, 11, 10), date(2027, 1, 1), "晚于规定的 12 月 31 日 24:00", "ends_on"),
        (date(2026, 12, 10), date(2026, 12, 9), "早于开始", "ends_on"),
        (None, date(2026, 12, 9), "开始日期", "starts_on"),
        (date(2026, 12, 9), None, "结束日期", "ends_on"),
    ],
)
def test_days_outside_or_in_disorder_are_refused(region, one, first, last, words, field):
    with pytest.raises(Invalid, match=words) as refused:
        set_dates(one, region.school, first, last)

    assert refused.value.field == field
    assert not Window.objects.filter(unit__isnull=False).exists()


def test_a_window_of_the_plan_alone_is_not_narrowed(region, one):
    with pytest.raises(Conflict, match="不由单位自定"):
        set_dates(one, region.school, key="join")
    with pytest.raises(Conflict, match="没有这个时间窗口"):
        set_dates(one, region.school, key="nothing")


def test_a_unit_outside_the_owner_has_none(region, one):
    with pytest.raises(Conflict, match="不在这个方案的范围"):
        set_dates(one, region.elsewhere)


def test_a_programme_that_does_not_run_is_refused(region, one):
    actions.close(programme=one, by=SYSTEM, at=make.AT)

    with pytest.raises(Conflict, match="不在进行中"):
        set_dates(one, region.school)
