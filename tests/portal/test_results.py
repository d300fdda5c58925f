"""What assessment found out is done in the course at once; the worker's reaction comes to the same."""

from decimal import Decimal

import pytest
from django.db import transaction

from tests.assessment import factories as make
from tests.learning import factories as learning
from tests.programmes import factories as programmes
from yanxiu.assessment import actions, results
from yanxiu.catalogue.models import Step
from yanxiu.learning.models import CaseDraw, CourseDone, Source, StepDone
from yanxiu.learning.reactions import take_up
from yanxiu.programmes.models import Enrolment
from yanxiu.records.models import Record


@pytest.fixture
def one(db) -> Enrolment:
    nation = programmes.org(name="中国")
    county = programmes.org(parent=nation, kind="county", name="青河县")
    return make.participant(make.programme(county), programmes.org(parent=county, name="青河一中"))


@pytest.fixture
def kept(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def chosen(one: Enrolment, build) -> Step:
    """The one step of a course in the participant's list."""
    course = learning.course(one.programme.owner)
    step = build(course)
    learning.selection(one, learning.offering(one.programme, course), source=Source.PUSHED)
    return step


def pass_test(one: Enrolment, answers=make.RIGHT) -> Step:
    step = chosen(one, make.quiz_step)
    make.handed_in(one, step, answers)
    return step


def test_a_passed_test_completes_step_and_course_without_the_worker(one, kept):
    with kept():
        step = pass_test(one)

    assert StepDone.objects.get().step == step
    assert CourseDone.objects.get().course_id == step.course_id


def test_a_failed_test_completes_nothing(one, kept):
    with kept() as callbacks:
        pass_test(one, {})

    assert callbacks == []
    assert not StepDone.objects.exists()


def test_an_accepted_homework_completes_its_step(one, kept):
    step = chosen(one, make.homework_step)
    submission = make.submission(one, step)

    with kept():
        actions.accept_homework(submission=submission, score=Decimal(80), comment="", by=make.tutor(one.unit), at=make.AT)

    assert StepDone.objects.get().step == step


def test_the_worker_after_it_changes_nothing(one, kept):
    with kept():
        pass_test(one)
    found = Record.objects.get(verb="passed", object_type="test")

    take_up(found)

    assert StepDone.objects.count() == 1
    assert Record.objects.filter(verb="completed", object_type="course").count() == 1


def test_nothing_is_passed_on_when_the_result_is_not_kept(one, kept):
    with kept() as callbacks, transaction.atomic():
        pass_test(one)
        transaction.set_rollback(True)

    assert callbacks == []
    assert not StepDone.objects.exists()


def test_a_report_completes_the_case_that_was_watched(one, kept):
    case = make.case(one.programme.owner)
    make.rubric(one.programme.owner)
    learning.case_draw(one, case, watched_at=make.AT)

    with kept():
        make.observation(one, case)

    assert CaseDraw.objects.get().done_at is not None


def test_a_taker_that_fails_leaves_the_result_and_the_work_to_the_worker(one, kept, monkeypatch, caplog):
    def broken(record):
        raise RuntimeError("no disk")

    monkeypatch.setattr(results, "_takers", [broken])
    with kept():
        pass_test(one)
    assert "no disk" in caplog.text
    assert not StepDone.objects.exists()

    take_up(Record.objects.get(verb="passed", object_type="test"))

    assert StepDone.objects.count() == 1
