"""She appeals in time; another person of the next office up hears her; what nobody appealed is closed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.integrity import steps
from tests.integrity.factories import AT
from tests.programmes import factories as programmes
from yanxiu.integrity import actions
from yanxiu.integrity.models import Appeal, Finding, Outcome
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, DomainError, Invalid, NotPermitted
from yanxiu.records.models import Record

LATER = AT + timedelta(days=5)


def hear(inquiry, by, **given):
    return actions.hear(**{"inquiry": inquiry, "outcome": Outcome.LIFTED, "opinion": "签到表属实。", "by": by, "at": LATER} | given)


def test_an_appeal_waits_for_the_next_office_up(place):
    inquiry = steps.appealed(place)

    assert inquiry.state == "appealed"
    assert Appeal.objects.get().against == steps.OFFICE
    assert Record.objects.filter(verb="appealed").count() == 1


def test_the_last_moment_counts_and_the_next_does_not(place):
    inquiry = steps.decided(place)
    with pytest.raises(Conflict, match="截止"):
        actions.appeal(inquiry=inquiry, reason="签到表可以证明。", by=place.learner, at=inquiry.appeal_due_at)

    made = actions.appeal(inquiry=inquiry, reason="签到表可以证明。", by=place.learner, at=inquiry.appeal_due_at - timedelta(seconds=1))
    assert made.reason == "签到表可以证明。"


@pytest.mark.parametrize("who", ["school_admin", "office", "above"])
def test_nobody_appeals_for_another(place, who):
    with pytest.raises(DomainError):
        actions.appeal(inquiry=steps.decided(place), reason="签到表可以证明。", by=getattr(place, who), at=LATER)


def test_there_is_one_appeal(place):
    with pytest.raises(Conflict):
        actions.appeal(inquiry=steps.appealed(place), reason="再申诉一次。", by=place.learner, at=LATER)


def test_before_a_decision_there_is_nothing_to_appeal(place):
    with pytest.raises(Conflict):
        actions.appeal(inquiry=steps.answered(place), reason="先申诉再说。", by=place.learner, at=LATER)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_next_office_up_decides_and_closes(place, outcome):
    inquiry = steps.appealed(place)

    made = hear(inquiry, steps.above(place), outcome=outcome)

    inquiry.refresh_from_db()
    assert (made.outcome, made.seat, made.heard_by, inquiry.state) == (outcome, place.city, steps.ABOVE, "closed")
    assert Record.objects.get(verb="heard").data == {"outcome": str(outcome)}


def test_an_office_above_that_one_may_too(place):
    assert hear(steps.appealed(place), programmes.holder("province_admin", place.province)).outcome == Outcome.LIFTED


@pytest.mark.parametrize("who", ["learner", "school_admin", "office", "system"])
def test_nobody_below_hears_an_appeal(place, who):
    inquiry = steps.appealed(place)

    with pytest.raises(NotPermitted):
        hear(inquiry, SYSTEM if who == "system" else getattr(place, who))

    inquiry.refresh_from_db()
    assert inquiry.state == "appealed"


def test_who_decided_or_opened_does_not_hear_also_under_a_higher_hat(place):
    same = Actor(person_id=steps.OFFICE, label="教务", grants=place.above.grants)

    with pytest.raises(NotPermitted, match="另一位"):
        hear(steps.appealed(place), same)


def test_the_database_keeps_four_eyes(place):
    steps.appealed(place)

    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Appeal.objects.update(heard_by=steps.OFFICE, heard_at=LATER, outcome="kept", opinion="维持原决定", seat=place.city)


def test_an_opinion_is_needed(place):
    with pytest.raises(Invalid, match="意见"):
        hear(steps.appealed(place), steps.above(place), opinion="")


def test_an_appeal_is_heard_once(place):
    inquiry = steps.appealed(place)
    hear(inquiry, steps.above(place))

    with pytest.raises(Conflict):
        hear(inquiry, steps.above(place))


def test_what_nobody_appealed_in_time_is_closed_by_the_platform_once(place):
    inquiry = steps.decided(place, Finding.WARNING)

    assert actions.close_overdue(by=SYSTEM, at=inquiry.appeal_due_at - timedelta(seconds=1)) == 0
    assert actions.close_overdue(by=SYSTEM, at=inquiry.appeal_due_at) == 1
    assert actions.close_overdue(by=SYSTEM, at=inquiry.appeal_due_at) == 0

    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.closed_at) == ("closed", inquiry.appeal_due_at)
    with pytest.raises(NotPermitted):
        actions.close_overdue(by=place.office, at=inquiry.appeal_due_at)
