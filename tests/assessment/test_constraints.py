"""What must be true is true in the database, whatever the program does."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.assessment import factories as make
from yanxiu.assessment.models import Answer, Attempt, Mark, Observation, Submission


def refused(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_one_open_attempt_a_person_and_step(place):
    first = make.attempt(place.enrolment, place.test)

    refused(
        lambda: Attempt.objects.create(enrolment=place.enrolment, step=place.test, number=2, orders=first.orders, started_at=make.AT)
    )  # fmt: skip


def test_one_pass_a_person_and_step(place):
    passed = make.handed_in(place.enrolment, place.test)

    refused(
        lambda: Attempt.objects.create(
            enrolment=place.enrolment, step=place.test, number=2, orders=passed.orders, started_at=make.AT, submitted_at=make.AT,
            score=100, passed=True,
        )
    )  # fmt: skip


@pytest.mark.parametrize("facts", [{"score": Decimal("100.01")}, {"score": None}, {"passed": None}, {"number": 0}, {"submitted_at": None}])
def test_a_closed_attempt_has_a_possible_score(place, facts):
    done = make.handed_in(place.enrolment, place.test)

    refused(lambda: Attempt.objects.filter(pk=done.pk).update(**facts))


def test_one_answer_a_question(place):
    first = make.answer(make.attempt(place.enrolment, place.test))

    refused(lambda: Answer.objects.create(attempt=first.attempt, number=first.number, chosen=[1], saved_at=make.AT))


@pytest.mark.parametrize("facts", [{"state": "draft"}, {"state": "returned"}, {"state": "accepted"}, {"score": 80}, {"submitted_at": None}])
def test_a_homework_is_in_one_state_with_its_moments(place, facts):
    waiting = make.submission(place.enrolment, place.homework)

    refused(lambda: Submission.objects.filter(pk=waiting.pk).update(**facts))


@pytest.mark.parametrize("facts", [{"score": None}, {"verdict": "returned"}])
def test_a_mark_says_what_its_verdict_needs(place, facts):
    mark = make.mark(make.submission(place.enrolment, place.homework))

    refused(lambda: Mark.objects.filter(pk=mark.pk).update(**facts))


@pytest.mark.parametrize("facts", [{"total": None}, {"submitted_at": None}, {"report": ""}, {"total": -1}])
def test_a_submitted_observation_has_report_and_total(place, facts):
    done = make.observation(place.enrolment, place.case)

    refused(lambda: Observation.objects.filter(pk=done.pk).update(**facts))


def test_one_observation_a_person_and_case(place):
    done = make.observation(place.enrolment, place.case)

    refused(
        lambda: Observation.objects.create(enrolment=place.enrolment, case=place.case, rubric=done.rubric, saved_at=make.AT)
    )  # fmt: skip
