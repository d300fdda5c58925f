"""A course that does not count by a decision says so, may be studied anew, and counts as of then; an appeal gives it back once."""

import pytest
from django.urls import reverse

from tests.learning import factories as make
from tests.learning.deciding import LATER, decide, hours, lift
from tests.learning.test_pages import browser
from tests.programmes import factories as programmes
from yanxiu.integrity.models import Decision
from yanxiu.integrity.queries import countable_records
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.learning import actions
from yanxiu.learning.actions.restarting import NotWithheld
from yanxiu.learning.models import CourseDone, Lease, Progress, StepDone
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.models import Record


@pytest.fixture
def film(place):
    return make.chosen(place.enrolment)


def watch(place, film, *, at=make.AT) -> None:
    sitting = [actions.Stretch(item=film, seconds=film.seconds, ended_at=at)]
    actions.restore_study(enrolment=place.enrolment, sitting=sitting, by=SYSTEM, at=at)


def decided(place) -> Decision:
    """The decision that takes the hours of the completed course."""
    return decide(place.enrolment.person, seat=place.county, record_id=CourseDone.objects.get().record_id)


def again(place, film, *, by=None, at=LATER) -> int:
    return actions.study_again(enrolment=place.enrolment, course=film.course, by=by or place.learner, at=at)


@pytest.fixture
def withheld(place, film):
    watch(place, film)
    return decided(place)


def test_what_is_studied_anew_counts_as_of_its_new_date(place, film, withheld):
    assert hours(place.enrolment.person) == 0

    assert again(place, film) == 1
    assert [one.objects.count() for one in (CourseDone, StepDone, Progress, Lease)] == [0, 0, 0, 0]
    watch(place, film, at=LATER)

    done = CourseDone.objects.get()
    assert (done.done_at, hours(place.enrolment.person)) == (LATER, 2)
    assert [one.id for one in countable_records(place.enrolment.person_id, None)] == [done.record_id]
    assert Record.objects.filter(verb="restarted", object_type="course").count() == 1


def test_a_ticket_of_before_is_worth_nothing(place, film, withheld):
    make.opened(place.enrolment, film)

    again(place, film)

    assert not Lease.objects.filter(person_id=place.enrolment.person_id).exists()


def test_what_people_judged_stays(place):
    course = make.course(place.county)
    make.selection(place.enrolment, make.offering(place.programme, course))
    film, quiz = make.video(course), make.quiz(course)
    make.step_done(place.enrolment, quiz, how="passed")
    watch(place, film)
    decided(place)

    assert again(place, film) == 1

    assert StepDone.objects.get().step == quiz


def test_only_what_a_decision_took_is_studied_again(place, film):
    watch(place, film)
    with pytest.raises(NotWithheld):
        again(place, film)
    assert (StepDone.objects.count(), hours(place.enrolment.person)) == (1, 2)

    lift(decided(place))
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

    assert hours(place.enrolment.person) == 2


def test_an_appeal_while_studying_anew_gives_the_course_back(place, film, withheld):
    again(place, film)

    assert lift(withheld) == 1
    watch(place, film, at=LATER)

    assert (CourseDone.objects.get().done_at, hours(place.enrolment.person)) == (make.AT, 2)


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
