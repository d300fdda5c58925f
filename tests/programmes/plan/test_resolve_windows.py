"""Windows as moments: every statement of the six documents, and what must hold for any launch."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programmes.plan.texts import LAUNCH, NAMES, shipped, small
from yanxiu.kit.clock import SHANGHAI, end_of, start_of
from yanxiu.kit.errors import Invalid
from yanxiu.programmes.plan.dates import DateProblem, Params, first_day, last_day, missing_params
from yanxiu.programmes.plan.deadlines import deadlines, last_fridays, submission_times
from yanxiu.programmes.plan.windows import resolve, shown, slices, try_resolve

MONTHS = st.integers(1, 12)
YEARS = st.integers(2000, 2099)


def windows(name, params=None, **more):
    return {window.id: window for window in resolve(shipped(name), {**LAUNCH.get(name, {}), **(params or {})}, **more)}


def days(name, params=None, **more):
    return {key: shown(window) for key, window in windows(name, params, **more).items()}


def test_000b_crosses_months_and_the_year():
    assert days("000b") == {
        "topics": "2020-09-25 — 2020-10-02",
        "courses": "2020-10-03 — 2020-10-25",
        "compulsory": "2020-10-26 — 2020-11-30",
        "elective": "2020-10-26 — 2021-01-25",
        "together": "2020-11-23 — 2020-11-24",
        "year": "2020-01-01 — 2020-12-31",
        "school_year": "2020-09-01 — 2021-08-31",
    }


def test_000b_months_run_over_the_end_of_the_year():
    found = days("000b", {"M0": 11, "ME": 3})

    assert found["topics"] == "2020-11-25 — 2020-12-02"
    assert found["compulsory"] == "2020-12-26 — 2021-01-30"
    assert found["elective"] == "2020-12-26 — 2021-03-25"


def test_a_window_ends_at_24_00_of_its_last_day_in_shanghai():
    topics = windows("000b")["topics"]

    assert topics.starts_at == datetime(2020, 9, 24, 16, tzinfo=UTC)
    assert topics.ends_at == datetime(2020, 10, 2, 16, tzinfo=UTC)
    assert topics.state(topics.ends_at - timedelta(microseconds=1)) == "open"
    assert topics.state(topics.ends_at) == "closed"
    assert topics.state(topics.starts_at) == "open"
    assert topics.state(topics.starts_at - timedelta(microseconds=1)) == "before"


def test_choices_lock_when_learning_starts():
    found = windows("000b")
    start = found["compulsory"].starts_at

    assert found["topics"].lock == found["courses"].lock == start
    assert not found["courses"].is_locked(start - timedelta(seconds=1))
    assert found["courses"].is_locked(start)
    assert found["compulsory"].lock is None


def test_electives_go_on_after_the_credit_cutoff():
    elective = windows("000b")["elective"]

    assert elective.cutoff == datetime(2020, 12, 31, 16, tzinfo=UTC)
    assert elective.cutoff < elective.ends_at


def test_001_overlaps_and_ends_in_a_month_without_a_day():
    found = windows("001")

    assert shown(found["p2"]) == "2020-11-06 — 2020-12-31"
    assert shown(found["p3"]) == "2020-11-06 — 2021-03-31"
    assert found["pick"].ends_at is None
    assert found["pick"].state(datetime(2030, 1, 1, tzinfo=UTC)) == "open"
    assert not found["p3"].is_for("topic_host")
    assert found["p3"].is_for("subject_host")
    assert not found["pick"].is_for("tutor")


def test_002_has_no_dates_and_004_follows_its_year():
    assert set(days("002").values()) == {"未定"}
    assert {window.state(datetime(2020, 1, 1, tzinfo=UTC)) for window in windows("002").values()} == {"undated"}
    assert days("004")["study"] == "2008-01-01 — 2008-12-31"
    assert days("004")["exams"] == "2009-01-01 —"
    assert days("004")["cards"] == "未定"


def test_000a_waits_for_the_summer_and_takes_the_dates_of_the_launch():
    assert days("000a")["study"] == "未定"
    assert windows("000a")["study"].season == "summer"

    found = days("000a", launch_dates={"study": (date(2013, 7, 10), date(2013, 7, 25))})

    assert found["study"] == "2013-07-10 — 2013-07-25"
    assert found["review"] == "2013-07-26 —"
    assert found["enrol"] == "— 2013-06-10"
    assert found["grouping"] == "2013-06-11 —"


def test_003_counts_in_the_school_year_in_which_it_runs():
    assert days("003")["winter"] == "2022-12-02 — 2023-02-28"
    assert days("003")["school_year"] == "2022-09-01 — 2023-08-31"
    assert days("003")["year"] == "2023-01-01 — 2023-12-31"


def test_the_start_of_the_school_year_is_a_setting():
    reading = small(("orgs:", 'calendar: {school_year_from: "08-20"}\norgs:'))

    assert {window.id: shown(window) for window in resolve(reading.plan)}["school_year"] == "2026-08-20 — 2027-08-19"


def test_a_unit_narrows_its_own_window_inside_the_official_one():
    found = windows("001", unit_dates={"p2": (date(2020, 11, 20), date(2020, 12, 20))})

    assert shown(found["p2"]) == "2020-11-20 — 2020-12-20"
    assert found["p2"].own
    assert shown(found["p3"]) == "2020-11-06 — 2021-03-31"


@pytest.mark.parametrize(
    ("key", "first", "last", "said"),
    [
        ("p2", date(2020, 11, 5), date(2020, 12, 20), "超出规定时间 2020-11-06 — 2020-12-31"),
        ("p2", date(2020, 11, 6), date(2021, 1, 1), "超出规定时间"),
        ("p2", date(2020, 12, 6), date(2020, 12, 1), "早于开始"),
        ("p3", date(2020, 12, 1), date(2020, 12, 6), "不由单位自定时间"),
        ("p9", date(2020, 12, 1), date(2020, 12, 6), "没有「p9」"),
    ],
)
def test_a_units_dates_are_refused_in_a_sentence(key, first, last, said):
    with pytest.raises(Invalid, match=said):
        windows("001", unit_dates={key: (first, last)})


@pytest.mark.parametrize(("name", "wanted"), [("000a", ("Y", "m")), ("000b", ("Y", "M0", "ME")), ("001", ()), ("003", ()), ("004", ("Y",))])
def test_the_launch_is_asked_for_masked_dates(name, wanted):
    plan = shipped(name)

    assert missing_params(plan) == wanted
    assert missing_params(plan, LAUNCH.get(name)) == ()
    if wanted:
        with pytest.raises(Invalid, match=f"还没有填参数 {wanted[0]}"):
            resolve(plan)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"M0": 13}, "M0 填的是 13，月份是 1—12"),
        ({"Y": 20}, "Y 填的是 20"),
        ({"X": 1}, "方案没有参数 X"),
        ({"M0": 12, "ME": 3}, "2021 年 2 月只有 28 天，没有 02-30"),
    ],
)
def test_a_launch_that_cannot_be_is_refused(params, said):
    with pytest.raises(Invalid, match=said):
        windows("000b", params)


def test_a_plan_without_its_parameters_still_gives_its_windows_undated():
    found, complaints = try_resolve(shipped("000b"))

    assert {window.state(datetime(2020, 1, 1, tzinfo=UTC)) for window in found} == {"undated"}
    assert [one.code for one in complaints] == ["param-missing"] * 3


def test_003_deadlines_are_at_the_end_of_work_or_of_the_day():
    found = [(one.of, f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}") for one in deadlines(shipped("003"))]

    assert found == [
        ("submit.s1_5", "2023-02-24 17:30"),
        ("enrol.join_by", "2023-03-13 00:00"),
        ("submit.s7", "2023-04-01 00:00"),
        ("submit.s7", "2023-04-29 00:00"),
        ("submit.t5", "2023-05-01 00:00"),
        ("submit.s6", "2023-05-08 17:30"),
        ("submit.s7", "2023-05-27 00:00"),
        ("submit.s8", "2023-06-30 17:30"),
        ("submit.s7", "2023-07-01 00:00"),
        ("submit.s7", "2023-07-29 00:00"),
    ]


def test_golden_10_the_last_fridays_of_spring_2023():
    assert last_fridays(date(2023, 3, 1), date(2023, 6, 30)) == (date(2023, 3, 31), date(2023, 4, 28), date(2023, 5, 26), date(2023, 6, 30))


def test_golden_13_a_list_of_the_12th_of_december_is_late():
    withdraw = next(one for one in deadlines(shipped("001")) if one.of == "enrol.withdraw")

    assert datetime(2020, 12, 11, 23, 59, tzinfo=SHANGHAI) < withdraw.at
    assert datetime(2020, 12, 12, 0, 0, tzinfo=SHANGHAI) >= withdraw.at


def test_000a_deadlines_take_the_masked_month():
    assert {one.of: one.at for one in deadlines(shipped("000a"), LAUNCH["000a"])} == {
        "enrol.report_up": end_of(date(2013, 6, 10)),
        "orgs.teaching_points.roster": end_of(date(2013, 6, 10)),
        "submit.points_roster": end_of(date(2013, 6, 10)),
    }
    with pytest.raises(Invalid, match="还没有填参数 Y"):
        deadlines(shipped("000a"))


def test_a_printed_hour_is_kept():
    reading = small(("due: 2026-11-30", 'due: 2026-11-30, time: "16:05"'))

    assert submission_times(reading.plan, reading.plan.submit[0]) == (datetime(2026, 11, 30, 8, 5, tzinfo=UTC),)


@pytest.mark.parametrize("name", NAMES)
def test_any_window_is_a_sum_of_slices(name):
    found = resolve(shipped(name), LAUNCH.get(name))
    edges = slices(found)

    assert list(edges) == sorted(set(edges))
    for window in found:
        assert {window.starts_at, window.ends_at, window.cutoff} - {None} <= set(edges)


@given(YEARS, MONTHS, MONTHS)
def test_any_launch_of_000b_keeps_its_order(year, start, end):
    found, complaints = try_resolve(shipped("000b"), {"Y": year, "M0": start, "ME": end})
    by_id = {window.id: window for window in found}

    assert {one.code for one in complaints} <= {"date"}  # only a 30th of February
    assert bool(complaints) == (start == 12)
    topics, courses, elective = by_id["topics"], by_id["courses"], by_id["elective"]
    assert topics.starts_at < topics.ends_at == courses.starts_at < courses.ends_at == elective.starts_at < elective.ends_at
    assert elective.starts_at == topics.lock == courses.lock
    assert timedelta(days=27) < elective.ends_at - elective.starts_at <= timedelta(days=366)
    assert by_id["together"].starts_at > elective.starts_at
    assert elective.cutoff == end_of(date(year, 12, 31))


@given(YEARS, MONTHS, st.integers(0, 9), st.integers(1, 28))
def test_month_marks_count_on_from_the_first(year, start, mark, day):
    params = Params({"Y": year, "M0": start})
    found = first_day(f"M{mark}-{day:02d}", params)

    assert found.day == day
    assert (found.year * 12 + found.month) - (year * 12 + start) == mark


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_full_dates_are_what_they_say(day):
    assert first_day(day.isoformat(), Params({})) == last_day(day.isoformat(), Params({})) == day
    assert end_of(day) - start_of(day) == timedelta(days=1)


@given(st.integers(2000, 2099), st.integers(0, 99), st.integers(0, 99))
def test_a_date_is_resolved_or_refused_with_a_day_that_exists(year, month, day):
    text = f"{year}-{month:02d}-{day:02d}"
    longest = monthrange(year, month)[1] if 1 <= month <= 12 else 0

    if 1 <= day <= longest:
        assert last_day(text, Params({})).isoformat() == text
        return
    with pytest.raises(DateProblem) as caught:
        last_day(text, Params({}))
    if day > longest > 0:
        assert caught.value.hint == f"改为 {year}-{month:02d}-{longest:02d}"


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 400))
def test_last_fridays_are_the_last_fridays_inside(first, length):
    last = first + timedelta(days=length)
    found = last_fridays(first, last)

    assert list(found) == sorted(found)
    assert len({(day.year, day.month) for day in found}) == len(found)
    for day in found:
        assert first <= day <= last
        assert day.weekday() == 4
        assert (day + timedelta(days=7)).month != day.month
    months = {(day.year, day.month) for day in found}
    for offset in range(length + 1):
        day = first + timedelta(days=offset)
        if day.weekday() == 4 and (day + timedelta(days=7)).month != day.month:
            assert (day.year, day.month) in months


@given(st.data())
def test_a_units_dates_are_accepted_exactly_when_inside(data):
    first = data.draw(st.dates(date(2020, 10, 20), date(2021, 1, 20)))
    last = data.draw(st.dates(date(2020, 10, 20), date(2021, 1, 20)))

    found, complaints = try_resolve(shipped("001"), unit_dates={"p2": (first, last)})
    inside = date(2020, 11, 6) <= first <= last <= date(2020, 12, 31)
    p2 = next(window for window in found if window.id == "p2")

    assert (not complaints) is inside
    assert p2.own is inside
    assert (p2.starts_at, p2.ends_at) == (
        (start_of(first), end_of(last)) if inside else (start_of(date(2020, 11, 6)), end_of(date(2020, 12, 31)))
    )
