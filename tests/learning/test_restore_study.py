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


def sit(enrolment, stretches, *, by=SYSTEM, at=AT) -> bool:
    return actions.restore_study(enrolment=enrolment, sitting=stretches, by=by, at=at)


def restore(enrolment, step, *, seconds: int = 10_000, at=AT) -> bool:
    return sit(enrolment, [actions.Stretch(item=step, seconds=seconds, ended_at=at)], at=at)


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
        sit(
            enrolment,
            [actions.Stretch(item=steps["video"], seconds=60, ended_at=AT)],
            by=Actor(person_id=enrolment.person_id, label="本人"),
        )


def test_a_test_is_not_restored(studying):
    enrolment, steps = studying
    other = next(step for kind, step in steps.items() if kind not in {"video", "text"})

    with pytest.raises(Invalid):
        restore(enrolment, other)


def test_a_sitting_is_taken_up_at_once(studying):
    """A film, a text and a lesson case one after another: three leases that touch nowhere, and what is done is done at the end."""
    enrolment, steps = studying
    course = steps["video"].course
    text = factories.text(course)
    case = factories.case_draw(enrolment, factories.lesson_case(enrolment.unit)).case
    moments = [AT - timedelta(hours=2), AT - timedelta(hours=1), AT]
    items = [steps["video"], text, case]

    assert sit(enrolment, [actions.Stretch(item=item, seconds=10_000, ended_at=at) for item, at in zip(items, moments, strict=True)])

    assert [lease.ended_at for lease in Lease.objects.order_by("number")] == moments
    assert set(StepDone.objects.values_list("step", "how", "done_at")) == {(steps["video"].pk, "watched", AT), (text.pk, "read", AT)}
    assert Progress.objects.count() == 2


def test_a_sitting_that_overlaps_itself_is_refused_whole(studying):
    enrolment, steps = studying
    film = steps["video"]

    with pytest.raises(Conflict, match="重叠"):
        sit(enrolment, [actions.Stretch(item=film, seconds=film.seconds, ended_at=at) for at in (AT - timedelta(seconds=1), AT)])

    assert not Lease.objects.exists()
    assert not StepDone.objects.exists()


def test_costs_the_same_for_many_stretches(studying, django_assert_max_num_queries):
    enrolment, steps = studying
    films = [factories.video(steps["video"].course) for _ in range(6)]
    many = [actions.Stretch(item=film, seconds=10_000, ended_at=AT + timedelta(hours=place)) for place, film in enumerate(films)]

    with django_assert_max_num_queries(12):
        sit(enrolment, many, at=AT + timedelta(hours=5))

    assert StepDone.objects.count() == 6
