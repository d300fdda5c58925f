"""Signals: what is unlike honest study is noticed with its numbers; honest people are not, or for context only (CH-12)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.integrity.models import Signal, SignalKind, Strength
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.learning.actions import signalling
from yanxiu.learning.models import Lease, PresenceCheck, Progress, StepDone
from yanxiu.records.models import Record

DAY = date(2026, 11, 19)
MORNING = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)  # 08:00 Shanghai
AT = datetime(2026, 11, 19, 18, 20, tzinfo=UTC)
LAPTOP, PHONE, MACHINE = 11, 12, 13


@pytest.fixture
def step(place):
    return make.chosen(place.enrolment)


@pytest.fixture
def colleague(place):
    def made(name: str = ""):
        return make.participant(place.programme, place.school, name=name)

    return made


def studied(enrolment, step, *, minute: float, minutes: float = 10, device: int | None = LAPTOP, jitter: float = 1.5, **facts) -> Lease:
    """A stretch of study that began `minute` minutes after eight, in beats of ten seconds more or less."""
    seconds = minutes * 60
    beats = max(1, int(seconds // 10))
    number = Lease.objects.filter(person_id=enrolment.person_id).count() + 1
    starts = MORNING + timedelta(minutes=minute)
    facts = {"address": "10.1.2.3", "credited": int(seconds), "rate": 100, "ended_at": starts + timedelta(seconds=seconds)} | facts
    return make.lease(
        enrolment, step, number=number, device=device, beats=beats, gap_sum=seconds, gap_squares=beats * (100 + jitter**2), started_at=starts,
        **facts,
    )  # fmt: skip


def prompt(enrolment, step, *, minute: float, answered: bool, waited: int = 2) -> PresenceCheck:
    return PresenceCheck.objects.create(
        enrolment=enrolment, kind=1, item_id=step.pk, second=30, waited_seconds=60 if not answered else waited, is_answered=answered,
        at=MORNING + timedelta(minutes=minute),
    )  # fmt: skip


def film_done(enrolment, *, over: int, seconds: int = 600) -> None:
    """A film finished with `over` seconds beyond the least."""
    step = make.chosen(enrolment, seconds=seconds)
    least = -(-seconds * 95 // 100)
    Progress.objects.create(
        person_id=enrolment.person_id, enrolment_id=enrolment.pk, kind=1, item_id=step.pk, watched="1" * seconds, seconds=least + over,
        updated_at=AT,
    )  # fmt: skip
    StepDone.objects.create(enrolment=enrolment, step=step, how="watched", done_at=MORNING)


def collect() -> list[tuple[str, int]]:
    signalling.collect_signals(day=DAY, by=SYSTEM, at=AT)
    return [(one.kind, one.strength) for one in Signal.objects.order_by("person_id", "kind")]


class TestNoticed:
    def test_three_accounts_playing_at_once_on_one_device(self, place, step, colleague):
        for one in (place.enrolment, colleague(), colleague()):
            studied(one, step, minute=0, minutes=60, device=MACHINE)

        assert collect() == [(SignalKind.SHARED_DEVICE, Strength.STRONG)] * 3
        facts = Signal.objects.filter(person=place.enrolment.person).get().facts
        assert facts["figures"]["people"] == 3
        assert facts["figures"]["overlap"] == 7_200
        assert "3 位教师" in facts["lines"][0]
        assert {one["row"] for one in facts["strips"]} == {"本人", "同一设备"}

    def test_three_accounts_taking_turns_all_day_within_seconds(self, place, step, colleague):
        three = (place.enrolment, colleague(), colleague())
        for turn in range(18):
            studied(three[turn % 3], step, minute=turn * 11, device=MACHINE)

        assert collect() == [(SignalKind.SHARED_DEVICE, Strength.NOTABLE)] * 3

    def test_nineteen_hours_as_even_as_a_clock(self, place, step):
        for hour in range(19):
            studied(place.enrolment, step, minute=-480 + hour * 60, minutes=60, jitter=0.01)

        assert collect() == [(SignalKind.STEADY_RHYTHM, Strength.NOTABLE)]

    def test_prompts_answered_after_the_very_same_time(self, place, step):
        for number in range(12):
            prompt(place.enrolment, step, minute=number * 9, answered=True, waited=17)

        assert collect() == [(SignalKind.STEADY_RHYTHM, Strength.NOTABLE)]

    def test_to_and_fro_between_networks_and_devices(self, place, step):
        for number in range(14):
            there = {"device": PHONE, "address": "117.136.1.9"} if number % 2 else {"device": LAPTOP, "address": "10.1.2.3"}
            studied(place.enrolment, step, minute=number * 5, minutes=4.5, **there)

        assert collect() == [(SignalKind.FAR_NETWORKS, Strength.NOTABLE)]

    def test_hidden_all_day_and_no_answer(self, place, step):
        studied(place.enrolment, step, minute=0, minutes=300, hidden_seconds=17_500)
        for number in range(9):
            prompt(place.enrolment, step, minute=number * 30, answered=False)

        assert dict(collect())[SignalKind.HIDDEN_PAGE] == Strength.NOTABLE

    def test_prompts_missed_nearly_always(self, place, step):
        for number in range(12):
            prompt(place.enrolment, step, minute=number * 9, answered=number == 0)

        assert collect() == [(SignalKind.MISSED_PROMPTS, Strength.NOTABLE)]

    def test_thirty_films_left_at_the_least(self, place):
        for _ in range(31):
            film_done(place.enrolment, over=1)

        assert collect() == [(SignalKind.LEAST_TIME, Strength.NOTABLE)]


class TestHonest:
    """CH-12: none of these people is put before an office."""

    def test_twenty_teachers_one_after_another_in_a_computer_room(self, step, colleague):
        for number in range(20):
            studied(colleague(), step, minute=number * 11, device=MACHINE)

        assert collect() == []

    def test_a_computer_room_restored_from_one_image(self, step, colleague):
        for _ in range(20):
            studied(colleague(), step, minute=0, minutes=60, device=MACHINE)

        assert {strength for _, strength in collect()} <= {Strength.REMARK}
        assert "机房" in Signal.objects.first().facts["lines"][-1]

    def test_a_couple_at_home_with_one_phone(self, place, step, colleague):
        two = (place.enrolment, colleague())
        for turn in range(20):
            studied(two[turn % 2], step, minute=turn * 11, device=PHONE)

        assert collect() == []

    def test_an_office_computer_used_by_three_between_their_lessons(self, place, step, colleague):
        three = (place.enrolment, colleague(), colleague())
        for turn in range(6):
            studied(three[turn % 3], step, minute=turn * 50, minutes=40, device=MACHINE)

        assert collect() == []

    def test_a_lease_left_open_while_another_signs_in(self, step, colleague):
        for number in range(4):
            studied(colleague(), step, minute=number * 20, device=MACHINE, ended_at=None)

        assert collect() == []

    def test_a_whole_evening_on_a_good_line(self, place, step):
        for number in range(12):
            studied(place.enrolment, step, minute=number * 25, minutes=25, jitter=0.005)

        assert collect() == []

    def test_a_screen_reader_user_who_never_moves_the_mouse(self, place, step):
        studied(place.enrolment, step, minute=0, minutes=180)
        for number in range(12):
            prompt(place.enrolment, step, minute=number * 15, answered=number % 3 > 0, waited=20 + number)

        assert collect() == []

    def test_who_answers_at_once_every_time(self, place, step):
        for number in range(20):
            prompt(place.enrolment, step, minute=number * 9, answered=True, waited=1)

        assert collect() == []

    def test_listening_while_writing_notes(self, place, step):
        studied(place.enrolment, step, minute=0, minutes=300, hidden_seconds=17_900)
        for number in range(10):
            prompt(place.enrolment, step, minute=number * 30, answered=True, waited=8 + number)

        assert [strength for _, strength in collect()] == [Strength.REMARK]

    def test_from_the_phone_on_the_bus_to_the_school_and_back(self, place, step):
        for number, (device, address) in enumerate(
            [(PHONE, "117.136.1.9"), (LAPTOP, "10.1.2.3"), (PHONE, "117.136.9.9"), (LAPTOP, "10.1.2.3")]
        ):
            studied(place.enrolment, step, minute=number * 31, minutes=30, device=device, address=address)

        assert collect() == []

    def test_a_poor_line_with_gaps_of_half_an_hour(self, place, step):
        for number in range(6):
            studied(place.enrolment, step, minute=number * 90, minutes=80, jitter=200, credited=2_000)

        assert collect() == []

    def test_films_watched_to_the_end_and_some_not(self, place):
        for number in range(14):
            film_done(place.enrolment, over=30 if number % 2 else 1)

        assert collect() == []

    def test_leases_without_device_and_address(self, step, colleague):
        for number in range(5):
            studied(colleague(), step, minute=number, device=None, address=None)

        assert collect() == []


def test_collecting_twice_adds_nothing_and_takes_nothing_away(place, step, colleague):
    for one in (place.enrolment, colleague(), colleague()):
        studied(one, step, minute=0, minutes=60, device=MACHINE)

    assert signalling.collect_signals(day=DAY, by=SYSTEM, at=AT) == 3
    assert signalling.collect_signals(day=DAY, by=SYSTEM, at=AT) == 0
    assert not Record.objects.filter(voids__isnull=False).exists()


def test_another_day_is_another_signal(place, step, colleague):
    for one in (place.enrolment, colleague(), colleague()):
        studied(one, step, minute=0, minutes=60, device=MACHINE)
        studied(one, step, minute=24 * 60, minutes=60, device=MACHINE)

    collect()
    assert signalling.collect_signals(day=DAY + timedelta(days=1), by=SYSTEM, at=AT) == 3


def test_the_programme_is_the_one_studied(place, step):
    for number in range(12):
        prompt(place.enrolment, step, minute=number * 9, answered=False)
    studied(place.enrolment, step, minute=0)

    collect()

    assert Signal.objects.get().programme_id == place.programme.pk


def test_only_the_platform_collects(place):
    with pytest.raises(NotPermitted):
        signalling.collect_signals(day=DAY, by=place.office, at=AT)


@pytest.mark.parametrize("people", [1, 10])
def test_the_cost_does_not_grow_with_people(place, step, colleague, people, django_assert_max_num_queries):
    for _ in range(people):
        one = colleague()
        for number in range(12):
            prompt(one, step, minute=number * 9, answered=False)

    with django_assert_max_num_queries(15):
        signalling.collect_signals(day=DAY, by=SYSTEM, at=AT)


def test_teachers_of_the_test_really_have_devices(place, step):
    """Guards the other tests: a factory without beats would make every honest case pass."""
    assert studied(place.enrolment, step, minute=0).beats == 60
    assert programmes.learner(place.enrolment.person).person_id == place.enrolment.person_id
