"""A lesson case that does not count by a decision may be observed anew, film and report, and counts once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from tests.assessment import factories as sheets
from tests.integrity import factories as inquiries
from tests.learning import factories as make
from tests.learning.deciding import LATER, decide, hours, lift
from tests.learning.test_pages import browser
from tests.programmes import factories as programmes
from yanxiu.assessment import actions as assessment
from yanxiu.assessment.models import Observation
from yanxiu.assessment.reactions import open_report
from yanxiu.integrity.models import Decision
from yanxiu.integrity.queries import countable_records
from yanxiu.kit.errors import NotPermitted
from yanxiu.learning import actions, carrying, finishing
from yanxiu.learning.actions.opening import NotChosen
from yanxiu.learning.actions.restarting import NotWithheld
from yanxiu.learning.models import CaseDraw, Lease, Progress
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.models import Record


@pytest.fixture
def case(place):
    one = make.lesson_case(place.county)
    make.case_draw(place.enrolment, one)
    return one


@transaction.atomic
def complete(place, case, *, at=make.AT) -> None:
    """Watch it and hand the report in, as the gateway and assessment tell."""
    for part in ("watched", "reported"):
        carrying.write(finishing.cases([(place.enrolment.pk, case.pk)], part, at=at), by=place.learner, at=at)


def decided(place) -> Decision:
    """The decision that takes the hours of what counts now."""
    (one,) = countable_records(place.enrolment.person_id, None)
    return decide(place.enrolment.person, seat=place.county, record_id=one.id)


def again(place, case, *, by=None, at=LATER) -> None:
    actions.study_case_again(enrolment=place.enrolment, case=case, by=by or place.learner, at=at)


@pytest.fixture
def withheld(place, case):
    complete(place, case)
    return decided(place)


def test_a_second_honest_observation_counts_once_as_of_its_new_date(place, case, withheld):
    assert hours(place.enrolment.person) == 0

    again(place, case)
    draw = CaseDraw.objects.get()
    assert (draw.watched_at, draw.reported_at, draw.done_at) == (None, None, None)
    complete(place, case, at=LATER)
    complete(place, case, at=LATER + timedelta(hours=1))

    assert (CaseDraw.objects.get().done_at, hours(place.enrolment.person)) == (LATER, 3)
    (one,) = countable_records(place.enrolment.person_id, None)
    assert (one.done_at, one.object_type) == (LATER, "lesson_case")


def test_what_was_seen_is_forgotten_with_its_server_time(place, case, withheld):
    actions.open_case(enrolment=place.enrolment, case=case, by=place.learner, at=make.AT)
    assert Progress.objects.exists()

    again(place, case)

    assert not Lease.objects.exists()
    assert not Progress.objects.exists()


def test_it_may_be_withheld_and_observed_again_as_often_as_decided(place, case, withheld):
    for day in (4, 5):
        again(place, case)
        complete(place, case, at=make.AT + timedelta(days=day))
        assert hours(place.enrolment.person) == 3
        if day == 4:
            inquiries.Inquiry.objects.update(state="closed", closed_at=LATER)
            decided(place)
            assert hours(place.enrolment.person) == 0
    assert Record.objects.filter(verb="completed", object_type="lesson_case").count() == 3


def test_only_what_a_decision_took_is_observed_again(place, case):
    with pytest.raises(NotWithheld):
        again(place, case)
    complete(place, case)
    with pytest.raises(NotWithheld):
        again(place, case)
    lift(decided(place))
    with pytest.raises(NotWithheld):
        again(place, case)
    assert hours(place.enrolment.person) == 3


def test_others_other_cases_and_the_closed_window_are_refused(place, case, withheld):
    other = make.participant(place.programme, place.school).person
    with pytest.raises(NotPermitted):
        again(place, case, by=programmes.learner(other))
    with pytest.raises(NotChosen):
        again(place, make.lesson_case(place.county))
    with pytest.raises(WindowClosed):
        again(place, case, at=make.AT.replace(year=2099))
    assert CaseDraw.objects.get().done_at == make.AT


def test_an_appeal_after_observing_anew_counts_it_once(place, case, withheld):
    again(place, case)
    complete(place, case, at=LATER)

    assert lift(withheld) == 0

    assert hours(place.enrolment.person) == 3


def test_an_appeal_while_observing_anew_gives_it_back(place, case, withheld):
    again(place, case)

    assert lift(withheld) == 1
    complete(place, case, at=LATER)

    assert (CaseDraw.objects.get().done_at, hours(place.enrolment.person)) == (make.AT, 3)


def test_the_report_is_a_draft_again_with_its_words(place, case, withheld):
    sheet = sheets.rubric(place.county)
    Observation.objects.create(
        enrolment=place.enrolment, case=case, rubric=sheet, levels={}, report="学生等了七秒。", saved_at=make.AT, submitted_at=make.AT,
        total=Decimal(80),
    )  # fmt: skip
    again(place, case)
    restarted = Record.objects.get(verb="restarted", object_type="lesson_case")

    for _ in range(2):  # delivered at least once
        open_report(restarted)

    one = Observation.objects.get()
    assert (one.submitted_at, one.total, one.report) == (None, None, "学生等了七秒。")
    assert Record.objects.filter(verb="reopened", object_type="observation").count() == 1


def test_a_report_is_opened_again_by_nobodys_hand(place, case):
    with pytest.raises(NotPermitted, match="不能手工重开"):
        assessment.reopen_observation(enrolment=place.enrolment, case=case, by=place.learner, at=LATER)


def test_the_pages_say_so_and_lead_to_the_decision(place, case, withheld):
    mine = browser(place.enrolment.person)
    where = reverse("learning:case", args=[place.enrolment.pk, case.pk])

    assert "按核查决定不计学时" in mine.get(reverse("learning:my_courses")).content.decode()
    page = mine.get(where).content.decode()
    assert "重新观课" in page
    assert reverse("integrity:explanation", args=[withheld.inquiry_id]) in page
    answer = mine.post(reverse("learning:study_case_again", args=[place.enrolment.pk, case.pk]))
    assert answer.status_code in (302, 303, 409)  # 409 outside the study window of the test's plan
