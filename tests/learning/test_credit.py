"""The bound on credited seconds, by properties over schedules (security F-13, P-02, P-03)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.learning import factories as make
from tests.learning.conftest import build
from yanxiu.kit import sql
from yanxiu.learning import bits, statements
from yanxiu.learning.models import Item, Lease, Progress

LENGTH = 60
SESSION = "s" * 32
SCHEDULES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Study:
    """A person with two films; leases are laid down at will, their times relative to now."""

    place: object
    steps: tuple

    def lease(self, number: int, film: int, begun: float, ended: float | None, *, rate: int = 150) -> None:
        (now,) = [row["at"] for row in sql.rows("SELECT clock_timestamp() AS at")]
        make.lease(
            self.place.enrolment, self.steps[film], number=number, rate=rate, started_at=now - timedelta(seconds=begun),
            ended_at=None if ended is None else now - timedelta(seconds=ended),
        )  # fmt: skip

    def post(self, number: int, ranges, *, nonce: int | None = None) -> dict:
        mask = format(bits.of_ranges(ranges, LENGTH), f"0{LENGTH}b")
        columns = {"person": [self.place.enrolment.person_id], "number": [number], "nonce": [nonce or number], "mask": [mask],
                   "position": [0], "stamp": ["stamp"], "session": [SESSION], "hidden": [0], "device": [None], "share": 95,
                   "may_end": True}  # fmt: skip
        return sql.rows(statements.CREDIT, columns)[0]

    def state(self) -> list[tuple[str, int]]:
        return list(Progress.objects.order_by("item_id").values_list("watched", "seconds"))

    def clear(self) -> None:
        Lease.objects.all().delete()
        sql.run("UPDATE learning_progress SET watched = repeat('0', %(length)s)::varbit, seconds = 0", {"length": LENGTH})


@pytest.fixture
def study(db) -> Study:
    place = build()
    sql.run(
        "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%(key)s, '', clock_timestamp() + interval '1 hour')",
        {"key": SESSION},
    )
    steps = (make.chosen(place.enrolment, seconds=LENGTH), make.chosen(place.enrolment, seconds=LENGTH))
    for step in steps:
        make.progress(place.enrolment, step, watched="0" * LENGTH)
    return Study(place=place, steps=steps)


RANGE = (
    some.tuples(some.integers(0, LENGTH - 1), some.integers(1, LENGTH))
    .map(lambda one: (min(one), max(one)))
    .filter(lambda one: one[0] < one[1])
)
HONEST = some.permutations(list(range(0, LENGTH, 5)))


@SCHEDULES
@given(claims=some.lists(some.tuples(some.sampled_from([1, 2, 3]), some.lists(RANGE, min_size=1, max_size=4)), max_size=12), bounds=some.tuples(
    some.integers(0, 30), some.integers(0, 30), some.integers(0, 30)), rate=some.sampled_from([100, 125, 150]))  # fmt: skip
def test_credited_never_exceeds_server_time_whatever_is_claimed(study, claims, bounds, rate):
    study.clear()
    first, second, third = bounds
    study.lease(1, 0, first + second + third, second + third, rate=rate)
    study.lease(2, 1, second + third, third, rate=rate)
    study.lease(3, 0, third, None, rate=rate)

    for number, ranges in claims:
        study.post(number, ranges)

    passed = (first + second + third + 2) * rate / 100  # 2 s for the run of the test itself
    assert sum(seconds for _, seconds in study.state()) <= passed
    for lease in Lease.objects.all():
        if lease.ended_at:
            assert lease.credited <= (lease.ended_at - lease.started_at).total_seconds() * rate / 100
    assert all(text.count("1") == seconds for text, seconds in study.state())
    assert sum(lease.credited for lease in Lease.objects.all()) == sum(seconds for _, seconds in study.state())


@SCHEDULES
@given(order=HONEST, again=some.lists(some.integers(0, 11), max_size=20), dropped=some.sets(some.integers(0, 11), max_size=4))
def test_honest_beats_end_alike_in_every_order_however_often_they_come(study, order, again, dropped):
    study.clear()
    study.lease(1, 0, LENGTH, None)
    sent = [start for start in order if start // 5 not in dropped]
    sent += [start * 5 for start in again if start not in dropped]

    for start in sent:
        answer = study.post(1, [(start, start + 5)])
        assert answer["trimmed"] == 0

    honest = {second for start in range(0, LENGTH, 5) if start // 5 not in dropped for second in range(start, start + 5)}
    assert study.state()[0] == ("".join("1" if second in honest else "0" for second in range(LENGTH)), len(honest))


@SCHEDULES
@given(order=some.permutations([(1, start) for start in range(0, 30, 5)] + [(2, start) for start in range(0, 30, 5)]))
def test_two_devices_one_after_the_other_end_alike_in_every_order(study, order):
    """30 s on the phone, then 30 s at the desk; all beats arrive afterwards, mixed."""
    study.clear()
    study.lease(1, 0, 60, 30, rate=100)
    study.lease(2, 1, 30, None, rate=100)

    for number, start in order:
        study.post(number, [(start, start + 5)])

    half = "1" * 30 + "0" * 30
    assert study.state() == [(half, 30), (half, 30)]


@SCHEDULES
@given(nonce=some.integers(2, 2**62), number=some.integers(1, 50), ranges=some.lists(RANGE, min_size=1, max_size=5))
def test_a_lease_that_was_not_given_earns_nothing(study, nonce, number, ranges):
    study.clear()
    study.lease(1, 0, 1_000, None)

    answer = study.post(number, ranges, nonce=nonce)

    assert answer["verdict"] == "gone"
    assert [seconds for _, seconds in study.state()] == [0, 0]


@SCHEDULES
@given(ranges=some.lists(RANGE, min_size=1, max_size=6), budget=some.integers(0, LENGTH))
def test_trimming_grants_the_earliest_seconds(study, ranges, budget):
    study.clear()
    study.lease(1, 0, budget + 100, 100, rate=100)

    answer = study.post(1, ranges)

    claimed = sorted({second for start, end in ranges for second in range(start, end)})
    kept = [second for second, bit in enumerate(study.state()[0][0]) if bit == "1"]
    assert kept == claimed[:budget]
    assert answer["trimmed"] == max(0, len(claimed) - budget)


def test_opening_elsewhere_ends_the_lease(study):
    person = study.place.enrolment
    make.opened(person, study.steps[0])
    make.opened(person, study.steps[1])

    first, second = Lease.objects.filter(person_id=person.person_id).order_by("number")
    assert first.ended_at == second.started_at
    assert (second.kind, second.item_id, second.ended_at) == (Item.STEP, study.steps[1].pk, None)
