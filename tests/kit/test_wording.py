"""Numbers, days and moments as people read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from yanxiu.kit.components import wording

NOW = datetime(2026, 11, 20, 12, 35, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _evening(time_machine):
    time_machine.move_to(NOW)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4286, "4,286"),
        (Decimal("6.00"), "6"),
        (2.5, "2.5"),
        (0, "0"),
        (None, "—"),
        ("54%", "54%"),
        (-3, "-3"),
        (100, "100"),
        (Decimal("0.125"), "0.12"),
    ],
)
def test_numbers(value, text):
    assert wording.number(value) == text


@pytest.mark.parametrize(("share", "text"), [(0.999, "99%"), (1, "100%"), (0.29, "29%"), (0.57, "57%"), (None, "—"), (0, "0%")])
def test_per_cent_never_rounds_up(share, text):
    assert wording.percent(share) == text


def test_days_show_the_year_only_when_it_is_not_this_one():
    assert wording.day(date(2026, 11, 30)) == "11 月 30 日"
    assert wording.day(date(2027, 1, 25)) == "2027 年 1 月 25 日"
    assert wording.day_short(date(2026, 11, 30)) == "11-30"
    assert wording.day_short(date(2027, 8, 31)) == "2027-08-31"


def test_moments_are_shanghai_time():
    late = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)

    assert wording.moment(late) == "11 月 21 日 01:05"
    assert wording.moment_short(late) == "11-21 01:05"
    assert wording.clock(NOW) == "20:35"


@pytest.mark.parametrize(
    ("ago", "text", "on"),
    [
        (timedelta(seconds=20), "刚刚", "今天"),
        (timedelta(minutes=40), "40 分钟前", "今天"),
        (timedelta(hours=7, minutes=53), "今天 12:42", "今天"),
        (timedelta(hours=20, minutes=35), "今天 00:00", "今天"),
        (timedelta(hours=20, minutes=36), "昨天 23:59", "昨天"),
        (timedelta(hours=45), "11 月 18 日", "11-18"),
        (timedelta(days=400), "2025 年 10 月 16 日", "2025-10-16"),
        (timedelta(hours=-2), "11 月 20 日 22:35", "今天"),
    ],
)
def test_the_past_is_written_as_people_say_it(ago, text, on):
    assert wording.lately(NOW - ago) == text
    assert wording.lately_day(NOW - ago) == on


def test_nothing_was_never():
    assert wording.lately(None) == wording.lately_day(None) == "—"


def test_midnight_ends_the_day_before():
    assert wording.until(datetime(2026, 11, 30, 16, tzinfo=UTC)) == "11 月 30 日 24:00"
    assert wording.until(datetime(2026, 12, 11, 9, tzinfo=UTC)) == "12 月 11 日 17:00"


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (timedelta(seconds=5), "1 分钟"),
        (timedelta(minutes=40), "40 分钟"),
        (timedelta(hours=52), "52 小时"),
        (timedelta(hours=72), "3 天"),
        (None, "—"),
    ],
)
def test_waiting(time, text):
    assert wording.waited(time) == text


@pytest.mark.parametrize(("seconds", "text"), [(45, "45 秒"), (760, "12 分 40 秒"), (480, "8 分钟"), (3900, "1 小时 5 分"), (None, "—")])
def test_lengths(seconds, text):
    assert wording.length(seconds) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (812, "812 B"), (65536, "64 KB"), (1258291, "1.2 MB"), (3 * 1024**3, "3.0 GB")])
def test_file_sizes(count, text):
    assert wording.file_size(count) == text


def test_headlines_break_at_punctuation_only():
    html = wording.clauses("周老师，今天先把《教育法》学完")

    assert html == '<span class="yx-clause">周老师，</span><span class="yx-clause">今天先把《教育法》学完</span>'


def test_clauses_escape_and_keep_everything():
    assert wording.clauses("") == '<span class="yx-clause"></span>'
    assert "&lt;b&gt;" in wording.clauses("<b>，完")


def test_days_in_english():
    with translation.override("en"):
        assert wording.day(date(2026, 11, 30)) == "30 November"


@pytest.mark.parametrize(("name", "letter"), [("周淑芬", "周"), (" bob", "B"), ("", "？")])
def test_initials(name, letter):
    assert wording.initial(name) == letter


@pytest.mark.parametrize(("title", "text"), [("勾股定理", "《勾股定理》"), ("《教育法》要点", "《〈教育法〉要点》")])
def test_titles_never_double_their_marks(title, text):
    assert wording.titled(title) == text
