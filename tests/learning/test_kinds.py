"""Every kind of step is studied in its own way, and "all steps" means all (C-13)."""

import pytest
from django.db import transaction

from tests.learning import factories as make
from yanxiu.catalogue import content
from yanxiu.catalogue.events import StudyEvent as Result
from yanxiu.catalogue.models import StepKind
from yanxiu.kit.actor import SYSTEM
from yanxiu.learning import actions
from yanxiu.learning.actions.studying import TooEarly
from yanxiu.learning.models import CourseDone, How, Lease, StepDone
from yanxiu.learning.queries import curriculum
from yanxiu.learning.tickets import read
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record


@pytest.fixture
def course(place):
    owned = make.course(place.county, title="观课")
    make.selection(place.enrolment, make.offering(place.programme, owned))
    return owned


def step(course, kind, held=None, **facts):
    return make._step(course, kind, f"{kind}环节", content=content.write(held) if held else {}, **facts)


def mark(place, one):
    return actions.mark_read(enrolment=place.enrolment, step=one, by=place.learner, at=make.AT)


LOOKED_AT = [
    (StepKind.DOCUMENT, content.Document(dwell_seconds=60), "这份文档"),
    (StepKind.IMAGES, content.ImageSet(pictures=(), dwell_seconds=60), "这组图片"),
    (StepKind.LINK, content.Link(url="https://example.org/", min_seconds=60), "这个链接"),
]


def test_all_steps_means_all_kinds(place):
    assert set(curriculum.needs_of(plan_of(place.programme.current_id))) == {str(kind) for kind in StepKind}


@pytest.mark.parametrize(("kind", "held", "said"), LOOKED_AT)
def test_looked_at_as_long_as_it_takes(place, course, kind, held, said):
    one = step(course, kind, held)
    make.opened(place.enrolment, one)
    make.ago(place.enrolment, 30)
    with pytest.raises(TooEarly, match=said):
        mark(place, one)
    assert not StepDone.objects.exists()

    make.ago(place.enrolment, 31)

    assert mark(place, one)
    assert not mark(place, one)
    assert StepDone.objects.get().how == How.READ
    assert CourseDone.objects.count() == 1


def test_a_link_never_opened_from_here_does_not_count(place, course):
    one = step(course, StepKind.LINK, content.Link(url="https://example.org/"))

    with pytest.raises(TooEarly, match="还没有从这里打开过链接"):
        mark(place, one)


def test_sound_gets_a_ticket_like_a_film(place, course):
    one = step(course, StepKind.AUDIO, content.CueSheet(), seconds=40)

    assert read(make.opened(place.enrolment, one).ticket, at=make.AT.timestamp()).seconds == 40


def test_the_plan_sets_the_speed(place, course):
    slow = make.PLAN.replace("hours: 2, assign: auto_by_stage_subject}", "hours: 2, assign: auto_by_stage_subject, play: {max_rate: 1.25}}")
    running = make.programme(place.county, source=slow)
    enrolment = make.enrolment(running, place.enrolment.person)
    make.selection(enrolment, make.offering(running, course))
    one = make.video(course)

    opened = make.opened(enrolment, one)

    assert read(opened.ticket, at=make.AT.timestamp()).rate == 125
    assert Lease.objects.get().rate == 125


@pytest.fixture
def case_step(place, course):
    case = make.lesson_case(place.county)
    return step(course, StepKind.CASE, content.CaseStudy(case_id=case.pk, needs_report=True)), case


def test_a_lesson_case_in_a_course_is_played_with_its_own_length(place, case_step):
    one, case = case_step

    assert read(make.opened(place.enrolment, one).ticket, at=make.AT.timestamp()).seconds == case.seconds


def reported(place, case):
    from yanxiu.records.models import Record

    with transaction.atomic():
        number = record(
            Result.OBSERVATION_SUBMITTED, object_id=case.pk, person_id=place.enrolment.person_id, programme_id=place.programme.pk,
            key=f"observation:{place.enrolment.pk}:{case.pk}", by=SYSTEM, at=make.AT,
        )  # fmt: skip
    return Record.objects.get(pk=number)


def watch(place, one, length):
    """What the gateway does after the last second."""
    from yanxiu.learning import carrying, finishing

    make.progress(place.enrolment, one, watched="1" * length)
    with transaction.atomic():
        done = [finishing.Done(enrolment_id=place.enrolment.pk, step_id=one.pk, how=How.WATCHED)]
        return carrying.write(finishing.steps(done, at=make.AT), by=SYSTEM, at=make.AT)


def test_a_case_with_report_is_done_by_both_in_either_order(place, case_step):
    one, case = case_step
    assert not watch(place, one, case.seconds)
    assert not StepDone.objects.exists()

    said = reported(place, case)
    assert actions.take_up(result=said, by=SYSTEM, at=make.AT)
    assert not actions.take_up(result=said, by=SYSTEM, at=make.AT)

    assert StepDone.objects.get().how == How.WATCHED
    assert CourseDone.objects.count() == 1


def test_a_case_reported_first_is_done_by_watching(place, case_step):
    one, case = case_step
    actions.take_up(result=reported(place, case), by=SYSTEM, at=make.AT)
    assert not StepDone.objects.exists()

    assert watch(place, one, case.seconds)
