"""Windows in force: for a unit, for a role, before, in, after, locked."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.programmes import factories as make
from yanxiu.programmes import permissions, queries
from yanxiu.programmes.permissions import WindowClosed, check_window_open


def moment(month: int, day: int, hour: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


@pytest.fixture
def school_plan(region):
    return make.plan_version(region.county, source=make.SCHOOL_PLAN, parameters=make.MASKED).pk


def test_the_nearest_units_own_dates_win(region):
    version = make.plan_version(region.county)
    make.window(version, unit=region.school)

    own = queries.window_of(version.pk, "study", region.school.path)
    other = queries.window_of(version.pk, "study", region.second_school.path)

    assert own.is_own
    assert own.starts_at == moment(11, 10, 0)
    assert own.opens == ("learn",)
    assert not other.is_own
    assert other.starts_at == moment(11, 6, 0)


def test_a_window_of_no_such_name_is_none(region):
    assert queries.window_of(make.plan_version(region.county).pk, "nothing") is None


def test_the_timeline_leaves_out_the_years(region, school_plan):
    assert [span.key for span in queries.timeline(school_plan)] == ["topics", "courses", "compulsory", "elective", "together"]


def test_the_day_of_the_end_still_counts_to_24_00(school_plan):
    check_window_open(school_plan, "choose_courses", at=moment(10, 25, 23))

    with pytest.raises(WindowClosed, match="10 月 25 日 24:00 已锁定"):
        check_window_open(school_plan, "choose_courses", at=moment(10, 26, 0))


def test_before_the_window_it_says_when_it_opens(school_plan):
    with pytest.raises(WindowClosed, match="教师选课程 10 月 3 日 00:00 开始"):
        check_window_open(school_plan, "choose_courses", at=moment(10, 2))


def test_a_choice_may_be_adjusted_after_its_window_until_the_lock(school_plan):
    at = moment(10, 20)
    with pytest.raises(WindowClosed, match="学校选专题 10 月 2 日 24:00 已截止"):
        check_window_open(school_plan, "choose_topics", role="school_admin", at=at)

    check_window_open(school_plan, "choose_topics", role="school_admin", at=at, adjusting=True)

    with pytest.raises(WindowClosed, match="10 月 25 日 24:00 已锁定。要改，请学校管理员向青河县申请延期"):
        check_window_open(school_plan, "choose_topics", role="school_admin", at=moment(10, 26), adjusting=True)


def test_the_year_is_said_when_it_is_another(school_plan):
    with pytest.raises(WindowClosed, match="2026 年 10 月 25 日 24:00"):
        check_window_open(school_plan, "choose_courses", at=moment(2, 1, year=2027))


def test_overlapping_windows_each_open_the_action(school_plan):
    check_window_open(school_plan, "learn", at=moment(12, 20))  # compulsory is over on 11-30, elective is not


def test_a_role_that_no_window_is_for_is_told_so(school_plan):
    with pytest.raises(WindowClosed, match="不面向"):
        check_window_open(school_plan, "choose_topics", role="learner", at=moment(9, 26))


def test_what_the_plan_does_not_limit_is_free(school_plan):
    check_window_open(school_plan, "enrol", at=moment(1, 1, year=2030))


def test_a_unit_that_closes_early_is_closed(region):
    version = make.plan_version(region.county)
    make.window(version, unit=region.school)
    at = moment(12, 20)

    check_window_open(version.pk, "learn", unit_path=region.second_school.path, at=at)
    with pytest.raises(WindowClosed, match="研修 12 月 10 日 24:00 已截止"):
        check_window_open(version.pk, "learn", unit_path=region.school.path, at=at)


def test_an_undated_window_holds_nobody_up(region):
    source = make.SMALL_PLAN.replace("from: 2026-11-06, to: 2026-12-31, do: [learn]", "do: [learn]")
    version = make.plan_version(region.county, source=source)

    check_window_open(version.pk, "learn", at=moment(1, 1))


def test_asking_costs_one_query(school_plan):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        permissions.check_window_open(school_plan, "learn", at=moment(12, 1))

    assert len(captured) == 1


@pytest.mark.parametrize(
    ("at", "words"),
    [(moment(10, 26, 0), "10 月 25 日 24:00"), (moment(10, 25, 17), "10 月 25 日 17:00"), (moment(1, 1, 0, 2027), "12 月 31 日 24:00")],
)
def test_ends_read_as_people_say_them(at, words):
    assert queries.moment_words(at, at=moment(11, 1), is_end=True) == words
