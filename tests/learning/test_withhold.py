"""Hours fall only by a decided inquiry, exactly those listed, and come back after an appeal; the ledger follows by settlement."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.credits import factories as credits_make
from tests.integrity import factories as integrity_make
from tests.integrity import steps
from tests.integrity.factories import AT
from yanxiu.credits import actions as credits_actions
from yanxiu.credits import settlement, verification
from yanxiu.credits.models import Entry
from yanxiu.integrity import actions
from yanxiu.integrity.models import Decision, Finding, Inquiry, Outcome
from yanxiu.integrity.queries import countable_records
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import DomainError, NotPermitted
from yanxiu.learning.actions import signalling
from yanxiu.learning.reactions import give_hours_back, withhold_hours
from yanxiu.records.models import Record, Tally


@pytest.fixture
def place(db):
    return integrity_make.place()


def counting(place) -> set[int]:
    return {one.id for one in countable_records(place.teacher.pk, None)}


def delivered(inquiry: Inquiry) -> None:
    """What the worker does after the decision, and after the appeal."""
    for record in Record.objects.filter(object_type="inquiry", object_id=str(inquiry.pk), verb__in=["decided", "heard"]).order_by("pk"):
        (withhold_hours if record.verb == "decided" else give_hours_back)(record)


def hear(inquiry, place, outcome):
    return actions.hear(inquiry=inquiry, outcome=outcome, opinion="签到表属实。", by=steps.above(place), at=AT + timedelta(days=5))


def test_exactly_the_listed_records_stop_counting(place):
    records = steps.completed(place.teacher, number=3)
    inquiry = steps.decided(place, records=records[:1])

    delivered(inquiry)

    assert counting(place) == set(records[1:])
    assert Tally.objects.get(person_id=place.teacher.pk, metric="hours.earned").amount == 4


def test_delivering_twice_voids_once(place):
    records = steps.completed(place.teacher)
    inquiry = steps.decided(place, records=records)

    for _ in range(2):
        delivered(inquiry)

    assert Record.objects.filter(voids__in=records).count() == 2


@pytest.mark.parametrize("finding", [Finding.WARNING, Finding.NO_FAULT])
def test_other_findings_take_nothing(place, finding):
    records = steps.completed(place.teacher)

    delivered(steps.decided(place, finding))

    assert counting(place) == set(records)


@pytest.mark.parametrize(("outcome", "back"), [(Outcome.KEPT, False), (Outcome.EASED, True), (Outcome.LIFTED, True)])
def test_an_appeal_brings_the_hours_back(place, outcome, back):
    steps.completed(place.teacher)
    inquiry = steps.appealed(place, records=sorted(counting(place)))
    delivered(inquiry)
    assert counting(place) == set()

    hear(inquiry, place, outcome)
    for _ in range(2):
        delivered(inquiry)

    assert sum(one.hours for one in countable_records(place.teacher.pk, None)) == (4 if back else 0)
    assert Tally.objects.get(person_id=place.teacher.pk, metric="hours.earned").amount == (4 if back else 0)


def test_an_appeal_lifted_before_the_worker_came_takes_nothing(place):
    records = steps.completed(place.teacher)
    inquiry = steps.appealed(place, records=records)
    hear(inquiry, place, Outcome.LIFTED)

    delivered(inquiry)

    assert counting(place) == set(records)


def test_what_counts_again_counts_as_of_when_it_was_done(place):
    records = steps.completed(place.teacher, number=1)
    inquiry = steps.appealed(place, records=records)
    delivered(inquiry)
    hear(inquiry, place, Outcome.LIFTED)
    delivered(inquiry)

    old, new = Record.objects.get(pk=records[0]), Record.objects.get(pk=counting(place).pop())
    assert (new.at, new.object_id, new.kind, new.measure, new.actor_id) == (old.at, old.object_id, old.kind, old.measure, old.actor_id)
    assert new.data["restores"] == old.pk


@pytest.mark.parametrize("verb", [signalling.withhold, signalling.reinstate])
def test_only_the_platform_carries_a_decision_out(place, verb):
    steps.completed(place.teacher)
    steps.decided(place, records=sorted(counting(place)))

    with pytest.raises(NotPermitted):
        verb(decision=Decision.objects.get(), by=place.office, at=AT)


VERBS = some.lists(
    some.sampled_from(["raise", "dismiss", "open", "ask", "answer", "comment", "warn", "clear", "appeal", "hear"]), max_size=14
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verbs=VERBS)
def test_without_a_decision_on_hours_what_counts_never_shrinks(place, verbs):
    """Whatever people and platform do with signals: only a decision that lists records takes hours."""
    before = counting(place) or set(steps.completed(place.teacher))
    office, at = steps.office(place), AT + timedelta(days=40)

    def running() -> Inquiry:
        return Inquiry.objects.exclude(state="closed").get()

    acts = {
        "raise": lambda: integrity_make.signal(place.teacher),
        "dismiss": lambda: actions.dismiss(signals=[integrity_make.signal(place.teacher)], reason="与课表相符", by=office, at=at),
        "open": lambda: actions.open_inquiry(signals=[integrity_make.signal(place.teacher)], by=office, at=at),
        "ask": lambda: actions.ask(inquiry=running(), question=steps.QUESTION, by=office, at=AT),
        "answer": lambda: actions.answer(inquiry=running(), text=steps.ANSWER, by=place.learner, at=at),
        "comment": lambda: actions.comment(inquiry=running(), text=steps.ANSWER, by=place.school_admin, at=at),
        "warn": lambda: actions.decide(inquiry=running(), finding=Finding.WARNING, reason=steps.REASON, by=office, at=at),
        "clear": lambda: actions.decide(inquiry=running(), finding=Finding.NO_FAULT, reason=steps.REASON, by=office, at=at),
        "appeal": lambda: actions.appeal(inquiry=running(), reason="签到表可以证明。", by=place.learner, at=at),
        "hear": lambda: hear(running(), place, Outcome.KEPT),
    }
    for verb in verbs:
        try:
            acts[verb]()
        except (DomainError, Inquiry.DoesNotExist):
            continue
    for inquiry in Inquiry.objects.order_by("pk"):
        delivered(inquiry)

    assert before <= counting(place)
    assert not Record.objects.filter(voids__isnull=False).exists()


@pytest.mark.slow
def test_the_ledger_follows_by_reversal_and_by_a_new_entry(place):
    programme = credits_make.running_programme(place.school)
    person = credits_make.learner(programme, place.school, "周敏")
    records = credits_make.study(programme, person)
    place = integrity_make.Place(place.province, place.city, place.county, place.school, person)

    def settle(days: int) -> tuple[Decimal, Decimal]:
        credits_actions.settle(programme=programme, by=SYSTEM, at=credits_make.SETTLED + timedelta(days=days))
        found = dict(Entry.objects.filter(person_id=person.pk).values_list("account").annotate(sum=Sum("amount")))
        return found.get("provisional", Decimal(0)), found.get("registered", Decimal(0))

    assert settle(0) == (0, 36)
    inquiry = steps.appealed(place, records=records[-1:])
    delivered(inquiry)
    assert sum(settle(1)) == 29

    hear(inquiry, place, Outcome.LIFTED)
    delivered(inquiry)

    assert settle(2) == (0, 36)
    assert settle(3) == (0, 36)
    assert verification.faults() == []
    assert settlement.differences(programme, as_of=credits_make.SETTLED + timedelta(days=3)) == []
