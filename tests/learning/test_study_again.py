"""A course that does not count by a decision says so, may be studied anew, and counts as of then; an appeal gives it back once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.integrity import factories as inquiries
from tests.learning import factories as make
from tests.learning.test_pages import browser
from tests.programmes import factories as programmes
from yanxiu.integrity.models import Appeal, Decision, Finding, Outcome
from yanxiu.integrity.queries import countable_records
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.learning import actions
from yanxiu.learning.actions import signalling
from yanxiu.learning.actions.restarting import NotWithheld
from yanxiu.learning.models import CourseDone, Lease, Progress, StepDone
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.models import Record, Tally

LATER = make.AT + timedelta(days=3)


@pytest.fixture
def film(place):
    return make.chosen(place.enrolment)


def watch(place, film, *, at=make.AT) -> None:
    sitting = [actions.Stretch(item=film, seconds=film.seconds, ended_at=at)]
    actions.restore_study(enrolment=place.enrolment, sitting=sitting, by=SYSTEM, at=at)


def decide(place, *, record_id: int | None = None) -> Decision:
    """The decision that takes the hours of the completed course, carried out."""
    facts = {"state": "decided", "asked_at": make.AT, "due_at": LATER, "question": "请说明当时的情况。"}
    inquiry = inquiries.inquiry(place.enrolment.person, seat=place.county, **facts)
    decision = inquiries.decision(inquiry, finding=Finding.HOURS)
    inquiries.consequence(decision, record_id=record_id or CourseDone.objects.get().record_id)
    signalling.withhold(decision=decision, by=SYSTEM, at=make.AT)
    return decision


def lift(decision: Decision) -> int:
    inquiries.appeal(decision)
    heard = {"heard_by": 1, "heard_label": "市教务", "heard_at": LATER, "seat": decision.seat, "opinion": "签到表属实"}
    Appeal.objects.update(outcome=Outcome.LIFTED, **heard)
    return signalling.reinstate(decision=decision, by=SYSTEM, at=LATER)


def again(place, film, *, by=None, at=LATER) -> int:
    return actions.study_again(enrolment=place.enrolment, course=film.course, by=by or place.learner, at=at)


def hours(place) -> Decimal:
    return sum((row.amount for row in Tally.objects.filter(metric="hours.earned", person_id=place.enrolment.person_id)), Decimal(0))


@pytest.fixture
def withheld(place, film):
    watch(place, film)
    return decide(place)


def test_what_is_studied_anew_counts_as_of_its_new_date(place, film, withheld):
    assert hours(place) == 0

    assert again(place, film) == 1
    assert [one.objects.count() for one in (CourseDone, StepDone, Progress, Lease)] == [0, 0, 0, 0]
    watch(place, film, at=LATER)

    done = CourseDone.objects.get()
    assert (done.done_at, hours(place)) == (LATER, 2)
    assert [one.id for one in countable_records(place.enrolment.person_id, None)] == [done.record_id]
    assert Record.objects.filter(verb="restarted", object_type="course").count() == 1


def test_a_ticket_of_before_is_worth_nothing(place, film, withheld):
    make.opened(place.enrolment, film)

    again(place, film)

    assert not Lease.objects.filter(person_id=place.enrolment.person_id).exists()


def test_what_people_judged_stays(place):
    course = make.course(place.county)
    make.selection(place.enrolment, make.offering(place.programme, course))
    film, quiz = make.video(course), make.test_step(course)
    make.step_done(place.enrolment, quiz, how="passed")
    watch(place, film)
    decide(place)

    assert again(place, film) == 1

    assert StepDone.objects.get().step == quiz


def test_only_what_a_decision_took_is_studied_again(place, film):
    watch(place, film)
    with pytest.raises(NotWithheld):
        again(place, film)
    assert (StepDone.objects.count(), hours(place)) == (1, 2)

    lift(decide(place))
    with pytest.raises(NotWithheld):
        again(place, film)


def test_others_and_the_closed_window_are_refused(place, film, withheld, monkeypatch):
    other = make.participant(place.programme, place.school).person
    with pytest.raises(NotPermitted):
        again(place, film, by=programmes.learner(other))
    with pytest.raises(WindowClosed):
        again(place, film, at=make.AT.replace(year=2099))
    assert StepDone.objects.exists()


def test_an_appeal_after_studying_anew_counts_the_course_once(place, film, withheld):
    again(place, film)
    watch(place, film, at=LATER)

    assert lift(withheld) == 0

    assert hours(place) == 2


def test_an_appeal_while_studying_anew_gives_the_course_back(place, film, withheld):
    again(place, film)

    assert lift(withheld) == 1
    watch(place, film, at=LATER)

    assert (CourseDone.objects.get().done_at, hours(place)) == (make.AT, 2)


def test_the_pages_say_so_and_lead_to_the_decision(place, film, withheld):
    mine = browser(place.enrolment.person)
    step = reverse("learning:step", args=[place.enrolment.pk, film.pk])

    assert "按核查决定不计学时" in mine.get(reverse("learning:my_courses")).content.decode()
    page = mine.get(step).content.decode()
    assert "按核查决定不计学时" in page
    assert reverse("integrity:explanation", args=[withheld.inquiry_id]) in page

    answer = mine.post(reverse("learning:study_again", args=[place.enrolment.pk, film.course_id]))

    assert answer.status_code == 302
    assert "按核查决定不计学时" not in mine.get(step).content.decode()
    stranger = browser(make.participant(place.programme, place.school).person)
    assert stranger.post(reverse("learning:study_again", args=[place.enrolment.pk, film.course_id])).status_code == 404
