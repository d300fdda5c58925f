"""An office decides; only after the teacher could speak, only what is listed."""

from datetime import timedelta

import pytest

from tests.integrity import steps
from tests.integrity.factories import AT
from tests.programmes import factories as programmes
from yanxiu.integrity import actions
from yanxiu.integrity.models import Consequence, Decision, Finding
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, DomainError, Invalid
from yanxiu.records.models import Record

LATER = AT + timedelta(days=2)


def decide(inquiry, place, finding=Finding.HOURS, **given):
    return actions.decide(
        **{"inquiry": inquiry, "finding": finding, "reason": steps.REASON, "by": steps.office(place), "at": LATER} | given
    )


def test_exactly_the_listed_records_are_named(place):
    records = steps.completed(place.teacher, number=3)
    inquiry = steps.answered(place)

    decision = decide(inquiry, place, record_ids=records[:2])

    inquiry.refresh_from_db()
    named = Consequence.objects.filter(decision=decision).order_by("record_id")
    assert [(one.record_id, one.hours, one.label) for one in named] == [(records[0], 2, "课堂观察 0"), (records[1], 2, "课堂观察 1")]
    assert (inquiry.state, inquiry.appeal_due_at > LATER + timedelta(days=15)) == ("decided", True)
    assert (decision.seat, decision.decided_by) == (place.county, steps.OFFICE)
    assert Record.objects.get(verb="decided", object_type="inquiry").data == {"finding": "hours", "records": records[:2]}


def test_no_fault_closes_at_once_and_needs_no_answer(place):
    inquiry = steps.opened(place)

    decide(inquiry, place, Finding.NO_FAULT)

    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.closed_at) == ("closed", LATER)


@pytest.mark.parametrize("finding", [Finding.HOURS, Finding.WARNING])
def test_nothing_against_her_before_she_could_speak(place, finding):
    records = steps.completed(place.teacher) if finding == Finding.HOURS else []
    inquiry = steps.opened(place)
    with pytest.raises(Conflict, match="先请本人说明"):
        decide(inquiry, place, finding, record_ids=records)

    inquiry = actions.ask(inquiry=inquiry, question=steps.QUESTION, by=steps.office(place), at=AT)
    with pytest.raises(Conflict, match="答复期"):
        decide(inquiry, place, finding, record_ids=records, at=inquiry.due_at - timedelta(seconds=1))
    assert not Decision.objects.exists()

    assert decide(inquiry, place, finding, record_ids=records, at=inquiry.due_at).finding == finding


@pytest.mark.parametrize("who", ["learner", "school_admin", "above", "neighbour", "system", "herself"])
def test_only_a_person_of_the_seat_decides_and_never_in_an_own_matter(place, who):
    inquiry = steps.answered(place)
    by = {
        "neighbour": programmes.holder("county_admin", programmes.org(parent=place.city, name="邻县")),
        "system": SYSTEM,
        "herself": Actor(person_id=place.teacher.pk, label="李雷", grants=place.office.grants),
    }.get(who) or getattr(place, who)

    with pytest.raises(DomainError):
        decide(inquiry, place, Finding.WARNING, by=by)

    assert not Decision.objects.exists()


def test_records_of_others_or_unknown_ones_are_refused(place):
    inquiry = steps.answered(place)
    foreign = steps.completed(programmes.teacher(place.school))

    for ids in ([], foreign, [999_999_999]):
        with pytest.raises(Invalid) as caught:
            decide(inquiry, place, record_ids=ids)
        assert caught.value.field == "records"
    assert not Decision.objects.exists()


def test_only_hours_name_records(place):
    records = steps.completed(place.teacher)

    with pytest.raises(Invalid, match="列记录"):
        decide(steps.answered(place), place, Finding.WARNING, record_ids=records)


def test_only_records_of_the_programme_in_question(place):
    elsewhere = steps.completed(place.teacher, programme_id=8)
    inquiry = steps.answered(place, programme_id=7)

    with pytest.raises(Invalid, match="不是这位教师的"):
        decide(inquiry, place, record_ids=elsewhere)


def test_a_decision_needs_a_reason(place):
    with pytest.raises(Invalid, match="理由"):
        decide(steps.answered(place), place, Finding.WARNING, reason="")


@pytest.mark.parametrize("finding", [Finding.WARNING, Finding.NO_FAULT])
@pytest.mark.parametrize("brought", [steps.decided, steps.appealed])
def test_it_is_decided_once_also_while_an_appeal_waits(place, finding, brought):
    steps.completed(place.teacher)
    inquiry = brought(place)

    with pytest.raises(Conflict, match="已经有了决定"):
        decide(inquiry, place, finding)

    assert Decision.objects.count() == 1
