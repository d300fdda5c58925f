"""The rules of time of a sitting: a storm at its end, and that nothing depends on the order of arrival (security P-14, P-15)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.assessment import taking

END = 1_800_000_000_000
HOUR = 3_600_000


def judged(*, issued: int, elapsed: int, received: int, lease: int = 1, taken: int | None = None, **standing) -> str:
    facts = taking.Standing(**{"ends": END, "handed_in": None, "lease": 1, "offline": HOUR, **standing})
    return taking.judge(facts, issued=issued, elapsed=elapsed, received=received, lease=lease, taken=taken)


@pytest.mark.parametrize("offset", range(-5_000, 5_001, 250))
def test_online_the_receipt_decides_to_the_millisecond(offset):
    received = END + offset

    assert judged(issued=received - 900, elapsed=900, received=received) == ("kept" if offset < 0 else "late")


@pytest.mark.parametrize("offset", range(-5_000, 5_001, 250))
def test_without_the_line_the_moment_of_writing_decides(offset):
    issued = END - 20 * 60_000

    assert judged(issued=issued, elapsed=20 * 60_000 + offset, received=END + 60_000) == ("kept" if offset < 0 else "late")


def test_a_clock_that_runs_ahead_loses_nothing_that_arrived_in_time():
    assert judged(issued=END - 10_000, elapsed=5 * HOUR, received=END - 1) == "kept"


def test_longer_without_the_line_than_allowed_is_late_only_after_the_end():
    assert judged(issued=END - 2 * HOUR, elapsed=HOUR + 1, received=END + 1) == "late"
    assert judged(issued=END - 2 * HOUR, elapsed=HOUR + 1, received=END - 1) == "kept"


def test_delivered_too_long_after_the_end_is_late():
    assert judged(issued=END - HOUR, elapsed=1_000, received=END + HOUR - 1) == "kept"
    assert judged(issued=END - HOUR, elapsed=1_000, received=END + HOUR) == "late"


def test_nothing_counts_after_handing_in():
    assert judged(issued=END - HOUR, elapsed=0, received=END - 5, handed_in=END - 10) == "handed_in"
    assert judged(issued=END - HOUR, elapsed=0, received=END - 5, handed_in=END) == "kept"  # closed by the clock: what is early counts


def test_what_the_old_device_wrote_before_the_other_took_over_counts():
    taken = END - 600_000

    facts = taking.Standing(ends=END, handed_in=None, lease=2, offline=HOUR)
    before = taking.judge(facts, issued=taken - 5_000, elapsed=4_999, received=END - 1, lease=1, taken=taken)
    after = taking.judge(facts, issued=taken - 5_000, elapsed=5_000, received=END - 1, lease=1, taken=taken)
    assert (before, after) == ("kept", "taken")


def test_a_queue_does_not_make_late_and_a_broken_clock_does_not_make_early():
    now = END + 2_000

    assert taking.received_at(END - 1, now=now) == END - 1
    assert taking.received_at(now + 99_000, now=now) == now
    assert taking.received_at(now - 10 * HOUR, now=now) == now - taking.LONGEST_WAIT_MS


moments = st.integers(min_value=0, max_value=3 * HOUR)


@given(issued=moments, elapsed=moments, received=moments)
def test_nothing_written_at_or_after_the_end_is_ever_kept(issued, elapsed, received):
    received = max(issued, received)
    verdict = judged(issued=END - HOUR + issued, elapsed=elapsed, received=END - HOUR + received)
    written = taking.written_at(END - HOUR + issued, elapsed, received=END - HOUR + received)

    assert verdict != "kept" or written < END
    assert written <= END - HOUR + received
