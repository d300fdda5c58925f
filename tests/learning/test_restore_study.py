"""Study that comes in from elsewhere: once, by the system, within server time."""

from datetime import timedelta

import pytest

from tests.learning import factories
from tests.programmes import factories as programmes
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning import actions
from yanxiu.learning.models import Lease, Progress, StepDone

pytestmark = pytest.mark.django_db
AT = factories.AT


@pytest.fixture
def studying():
    school = programmes.org(parent=programmes.org(parent=programmes.org(), kind="county"))
    one = factories.programme(school)
    enrolment = factories.participant(one, school)
    course = factories.course(owner=school)
    factories.video(course)
    factories.questions(course)
    offering = factories.offering(one, course, block="law")
    factories.selection(enrolment, offering)
    return enrolment, {step.kind: step for step in factories.Step.objects.filter(course=course).order_by("number")}


def restore(enrolment, step, *, seconds: int = 10_000, at=AT) -> bool:
    return actions.restore_study(enrolment=enrolment, item=step, seconds=seconds, by=SYSTEM, at=at)


def test_a_whole_film_becomes_done_and_costs_its_length_of_server_time(studying):
    enrolment, steps = studying
    film = steps["video"]

    assert restore(enrolment, film)

    assert StepDone.objects.filter(enrolment=enrolment, step=film).exists()
    lease = Lease.objects.get()
    assert (lease.ended_at - lease.started_at).total_seconds() == film.seconds == lease.credited
    assert Progress.objects.get().seconds == film.seconds


def test_a_part_is_kept_and_not_done(studying):
    enrolment, steps = studying

    assert not restore(enrolment, steps["video"], seconds=steps["video"].seconds // 2)

    assert Progress.objects.get().seconds == steps["video"].seconds // 2
    assert not StepDone.objects.exists()


def test_two_stretches_may_not_overlap(studying):
    enrolment, steps = studying
    restore(enrolment, steps["video"])

    with pytest.raises(Conflict, match="重叠"):
        restore(enrolment, steps["video"], at=AT + timedelta(seconds=1))

    assert Lease.objects.count() == 1


def test_only_the_system_restores(studying):
    enrolment, steps = studying

    with pytest.raises(NotPermitted):
        actions.restore_study(
            enrolment=enrolment, item=steps["video"], seconds=60, by=Actor(person_id=enrolment.person_id, label="本人"), at=AT
        )


def test_a_test_is_not_restored(studying):
    enrolment, steps = studying
    other = next(step for kind, step in steps.items() if kind not in {"video", "text"})

    with pytest.raises(Invalid):
        restore(enrolment, other)
