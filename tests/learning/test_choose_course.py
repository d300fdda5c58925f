"""A teacher chooses courses inside the school's topics until the lock (W-15)."""

from datetime import UTC, datetime

import pytest

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.kit.errors import Conflict, NotPermitted
from yanxiu.learning import actions
from yanxiu.learning.models import CourseDone, Lease, Selection, Source
from yanxiu.learning.queries import curriculum
from yanxiu.programmes.models import Offering
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.models import Record

IN_WINDOW = datetime(2026, 10, 10, 4, 0, tzinfo=UTC)
BEFORE = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
LOCKED = datetime(2026, 10, 25, 16, 0, tzinfo=UTC)  # 10-26 00:00 in Shanghai
LAST_SECOND = datetime(2026, 10, 25, 15, 59, 59, tzinfo=UTC)


@pytest.fixture
def offered(place) -> Offering:
    make.school_topic(place.programme, place.school)
    return make.offering(place.programme, make.course(place.county, title="班级里的沟通"), block="electives", topic="班级管理")


def choose(place, offering, *, by=None, at=make.AT):
    return actions.choose_course(enrolment=place.enrolment, offering=offering, by=by or place.learner, at=at)


def test_chooses(place, offered):
    selection = choose(place, offered)

    assert (selection.source, selection.block, selection.needs) == (
        Source.CHOSEN,
        "electives",
        [*curriculum.EVERYTHING],
    )
    written = Record.objects.get(verb="chose", object_type="course")
    assert (written.person_id, written.kind, written.measure) == (place.enrolment.person_id, "electives", 2)


def test_choosing_twice_is_choosing_once(place, offered):
    assert choose(place, offered) == choose(place, offered)

    assert Record.objects.filter(verb="chose").count() == 1


@pytest.mark.parametrize("is_done", [False, True])
def test_another_version_of_a_course_is_not_chosen_beside_it(place, offered, is_done):
    """Two versions would give the hours of one course twice."""
    choose(place, offered)
    if is_done:  # the school changed its topics afterwards: the choice fell, the hours stay
        CourseDone.objects.create(enrolment=place.enrolment, course=offered.course, block="electives", hours=2, done_at=make.AT)
        Selection.objects.update(dropped_at=make.AT)
    second = make.course(place.county, title="班级里的沟通")
    second.family, second.version = offered.course_id, 2
    second.save(update_fields=["family", "version"])
    newer = make.offering(place.programme, second, block="electives", topic="班级管理")

    with pytest.raises(Conflict, match="学时只计一次"):
        choose(place, newer)


def test_drops_and_chooses_again(place, offered):
    choose(place, offered)
    for _ in range(2):
        actions.drop_course(enrolment=place.enrolment, offering=offered, by=place.learner, at=make.AT)
    choose(place, offered)

    assert Selection.objects.filter(dropped_at__isnull=True).count() == 1
    assert Selection.objects.count() == 2


def test_dropping_ends_the_tickets_of_the_course(place, offered):
    step = make.video(offered.course)
    choose(place, offered)
    make.opened(place.enrolment, step)

    actions.drop_course(enrolment=place.enrolment, offering=offered, by=place.learner, at=make.AT)

    assert not Lease.objects.exists()
    with pytest.raises(actions.studying.NotChosen):
        make.opened(place.enrolment, step)


def test_only_the_participant_may(place, offered):
    for stranger in (place.office, place.school_admin, programmes.learner(programmes.teacher(place.school))):
        with pytest.raises(NotPermitted):
            choose(place, offered, by=stranger)


def test_refuses_another_topic_and_says_which_are_the_schools(place, offered):
    other = make.offering(place.programme, make.course(place.county, title="微课"), block="electives", topic="信息技术")

    with pytest.raises(Conflict, match="学校选定的专题是班级管理"):
        choose(place, other)


def test_refuses_before_the_school_has_decided(place):
    offered = make.offering(place.programme, make.course(place.county), block="electives", topic="班级管理")

    with pytest.raises(Conflict, match="学校还没有选定专题"):
        choose(place, offered)


def test_refuses_a_course_of_a_pushed_block_or_another_programme(place):
    law = make.offering(place.programme, make.course(place.county))
    elsewhere = make.offering(make.programme(place.county), make.course(place.county), block="electives", topic="班级管理")

    for offering in (law, elsewhere):
        with pytest.raises(Conflict, match="不在这次的自选课程里"):
            choose(place, offering)


def test_a_pushed_course_and_a_finished_one_stay(place, offered):
    law = make.offering(place.programme, make.course(place.county))
    make.selection(place.enrolment, law)
    choose(place, offered)
    make.course_done(place.enrolment, offered.course, block="electives")

    with pytest.raises(Conflict, match="必修课"):
        actions.drop_course(enrolment=place.enrolment, offering=law, by=place.learner, at=make.AT)
    with pytest.raises(Conflict, match="已经学完"):
        actions.drop_course(enrolment=place.enrolment, offering=offered, by=place.learner, at=make.AT)


def test_those_who_left_choose_nothing(place, offered):
    programmes.left(place.enrolment)

    with pytest.raises(Conflict, match="报删"):
        choose(place, offered)


@pytest.fixture
def school_plan(place):
    """The school's 36-hour plan (000b), whose dates are real."""
    running = make.programme(place.county, source=programmes.SCHOOL_PLAN, parameters=programmes.MASKED)
    enrolment = make.enrolment(running, place.enrolment.person)
    make.school_topic(running, place.school)
    offering = make.offering(running, make.course(place.county, title="班级里的沟通"), block="electives", topic="班级管理")
    return enrolment, offering


def test_000b_opens_and_locks_to_the_second(place, school_plan):
    enrolment, offering = school_plan

    def choosing(at):
        return actions.choose_course(enrolment=enrolment, offering=offering, by=place.learner, at=at)

    with pytest.raises(WindowClosed, match="10 月 3 日 00:00 开始"):
        choosing(BEFORE)
    choosing(IN_WINDOW)
    choosing(LAST_SECOND)
    with pytest.raises(WindowClosed) as refused:
        actions.drop_course(enrolment=enrolment, offering=offering, by=place.learner, at=LOCKED)

    assert refused.value.status == 409
    assert "10 月 25 日 24:00 已锁定" in refused.value.message
    assert Selection.objects.get().dropped_at is None
