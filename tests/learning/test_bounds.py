"""Bounds against time itself: clocks, midnight, greedy clients at the real door, and the facts that a lease keeps for signals."""

import asyncio
import itertools
import json
import time
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.learning import factories as make
from tests.learning.test_beats import SESSION, metrics_again, place, post  # noqa: F401 - fixtures
from tests.learning.test_credit import LENGTH, study  # noqa: F401 - a fixture
from yanxiu.kit import sql
from yanxiu.kit.clock import SHANGHAI
from yanxiu.learning import bits, origins, statements
from yanxiu.learning.gateway import Door
from yanxiu.learning.models import Lease, Progress

SCHEDULES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DEVICE = "0123456789abcdef0123456789abcdef"


def lease_at(study, begun: datetime, ended: datetime | None, *, rate: int = 100) -> None:  # noqa: F811
    make.lease(study.place.enrolment, study.steps[0], number=1, rate=rate, started_at=begun, ended_at=ended)


@pytest.mark.parametrize("eve", [datetime(2024, 12, 31, 23, 59, 40, tzinfo=SHANGHAI), datetime(2025, 3, 1, 23, 59, 40, tzinfo=SHANGHAI)])
def test_f18_study_over_midnight_and_over_the_year_end_is_one_stretch(study, eve):  # noqa: F811
    lease_at(study, eve, eve + timedelta(seconds=40))

    answer = study.post(1, [(0, LENGTH)])

    assert answer["trimmed"] == LENGTH - 40
    assert study.state()[0][1] == 40


def test_f16_a_clock_that_was_put_back_takes_nothing_and_gives_nothing(study):  # noqa: F811
    study.lease(1, 0, 30, None, rate=100)
    study.post(1, [(0, 30)])
    sql.run("UPDATE learning_lease SET started_at = started_at + interval '1 hour'")  # the clock was an hour ahead when it opened

    answer = study.post(1, [(30, 60)])

    assert answer["verdict"] == "held"
    assert answer["trimmed"] == 30
    assert study.state()[0] == ("1" * 30 + "0" * 30, 30)


def test_f16_a_clock_put_forward_pays_a_lease_that_ended_no_more(study):  # noqa: F811
    study.lease(1, 0, 3_620, 3_600, rate=100)  # ended before the step of an hour

    study.post(1, [(0, LENGTH)])

    assert study.state()[0][1] == 20


PIECES = some.lists(some.tuples(some.sampled_from([1, 2]), some.integers(0, 11)), min_size=1, max_size=30)


@SCHEDULES
@given(pieces=PIECES, cuts=some.lists(some.integers(1, 6), min_size=30, max_size=30))
def test_f13_beats_end_alike_alone_and_folded_from_two_devices_delayed_and_repeated(study, pieces, cuts):  # noqa: F811
    """What the gateway does: neighbours in time of one lease become one beat; the rest waits for the next group."""
    ends = []
    groups, at, cut = [], 0, iter(cuts)
    while at < len(pieces):
        size = next(cut)
        groups.append(pieces[at : at + size])
        at += size
    for schedule in ([[piece] for piece in reversed(pieces)], [[piece] for piece in pieces], groups):
        study.clear()
        study.lease(1, 0, 200, 100)
        study.lease(2, 1, 100, None)
        for group in schedule:
            for number, mine in itertools.groupby(sorted(group), key=lambda piece: piece[0]):
                answer = study.post(number, [(5 * start, 5 * start + 5) for _, start in mine])
                assert answer["trimmed"] == 0
        ends.append((study.state(), [lease.credited for lease in Lease.objects.order_by("number")]))

    assert ends[0] == ends[1] == ends[2]
    honest = len(set(pieces)) * 5
    assert sum(seconds for _, seconds in ends[0][0]) == honest  # nothing of an honest schedule is lost


@SCHEDULES
@given(gaps=some.lists(some.integers(1, 30), min_size=1, max_size=8))
def test_a_lease_counts_beats_and_the_time_between_them(study, gaps):  # noqa: F811
    study.clear()
    study.lease(1, 0, 1_000, None)
    sql.run("UPDATE learning_progress SET updated_at = clock_timestamp() - interval '900 seconds'")
    study.post(1, [(0, 1)])
    for gap in gaps:
        sql.run("UPDATE learning_progress SET updated_at = clock_timestamp() - make_interval(secs => %(gap)s)", {"gap": gap})
        study.post(1, [(0, 1)])

    lease = Lease.objects.get()
    assert lease.beats == len(gaps) + 1
    assert lease.gap_sum == pytest.approx(900 + sum(gaps), abs=0.5 * len(gaps) + 0.5)
    assert lease.gap_squares == pytest.approx(900**2 + sum(gap**2 for gap in gaps), rel=0.05, abs=1_000)


@pytest.mark.django_db(transaction=True)
def test_facts_of_a_beat_are_kept_and_never_change_what_is_credited(place):  # noqa: F811
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 100)

    post({"ticket": ticket, "ranges": [[0, 10]], "hidden": 4, "device": DEVICE})
    post({"ticket": ticket, "ranges": [[10, 20]], "hidden": 1e30, "device": "0" * 32})

    lease = Lease.objects.get()
    assert (lease.device, lease.hidden_seconds, lease.beats, lease.credited) == (origins.hashed(DEVICE), 4 + 3_600, 2, 20)


@pytest.mark.django_db(transaction=True)
def test_ch09_an_outdated_or_changed_client_is_told_and_its_valid_time_kept(place):  # noqa: F811
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 100)
    flags = {"done": True, "lease": "held", "rate": 1600, "skip": True, "v": 99}

    [(status, answer, _)] = post({"ticket": ticket, "ranges": [[0, 10]], **flags})
    [(old, refused, _)] = post({"ticket": "eyJ2IjowfQ==", "ranges": [[0, 90]]})

    assert (status, answer["seconds"], answer["done"]) == (200, 10, False)
    assert (old, refused["code"]) == (401, "reload")
    assert "已存的进度都在" in refused["message"]
    assert Progress.objects.get().seconds == 10


@pytest.mark.slow  # runs in real time
@pytest.mark.django_db(transaction=True)
def test_ch02_ch04_sixteen_times_in_five_tabs_with_replays_and_a_jump_to_the_end_earns_no_more_than_time(place):  # noqa: F811
    steps = [make.chosen(place.enrolment, seconds=600) for _ in range(5)]
    began = time.monotonic()
    opened = [make.opened(place.enrolment, step).ticket for step in steps]
    door, answers = Door(), []

    async def ask(ticket: str, ranges) -> None:
        sent = []

        async def receive():
            return {"type": "http.request", "body": json.dumps({"ticket": ticket, "ranges": ranges}).encode()}

        async def send(message):
            sent.append(message)

        await door(
            {"type": "http", "method": "POST", "path": "/beats", "headers": [(b"cookie", b"session=" + SESSION.encode())]}, receive, send
        )
        answers.append(sent[0]["status"])

    async def greedy(ticket: str) -> None:
        for turn in range(12):
            position = 16 * turn // 4
            await asyncio.gather(ask(ticket, [[position, position + 4]]), ask(ticket, [[0, position + 4]]), ask(ticket, [[590, 600]]))
            await asyncio.sleep(0.25)

    async def everything() -> None:
        await asyncio.gather(*(greedy(ticket) for ticket in opened))
        await door.close()

    asyncio.run(everything())
    passed = time.monotonic() - began

    credited = sum(Progress.objects.values_list("seconds", flat=True))
    assert set(answers) == {200}
    assert 1 <= credited <= passed * 1.5
    assert sum(Lease.objects.values_list("credited", flat=True)) == credited


def test_the_function_takes_a_group_and_answers_in_its_order(study):  # noqa: F811
    study.lease(1, 0, 100, None)
    other = make.participant(study.place.programme, study.place.school)
    make.progress(other, study.steps[1], watched="0" * LENGTH)
    make.lease(other, study.steps[1], number=1, nonce=1, started_at=datetime.now(SHANGHAI) - timedelta(seconds=20), rate=100)
    people = sorted([study.place.enrolment.person_id, other.person_id])
    mask = format(bits.of_ranges([(0, 40)], LENGTH), f"0{LENGTH}b")

    rows = sql.rows(
        statements.CREDIT,
        {"person": people, "number": [1, 1], "nonce": [1, 1], "mask": [mask] * 2, "position": [0, 0], "stamp": ["stamp"] * 2,
         "session": ["s" * 32] * 2, "hidden": [0, 0], "device": [None, None], "share": 95, "may_end": True},
    )  # fmt: skip

    assert [row["person_id"] for row in rows] == people
    assert {row["person_id"]: row["seconds"] for row in rows} == {study.place.enrolment.person_id: 40, other.person_id: 20}
