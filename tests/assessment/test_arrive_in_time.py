"""What came in before a deadline counts though it waited inside of the server; what only says so does not (security P-15)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.assessment import factories as make
from yanxiu.assessment.models import Answer, Attempt
from yanxiu.assessment.views import homework
from yanxiu.kit.errors import Conflict

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def running(cast) -> Attempt:
    """李雷 has a test of a course open."""
    programme = make.programme(cast.county)
    enrolment = make.participant(programme, cast.school)
    enrolment.person = cast.person("李雷")
    enrolment.save(update_fields=["person"])
    return make.attempt(enrolment, make.quiz_step(make.course(programme)))


@pytest.mark.parametrize(("waited", "is_kept"), [(3, True), (1, False), (3_600, False)])
@pytest.mark.parametrize("door", ["save_answers", "hand_in"])
def test_a_test_of_a_course_counts_by_arrival(cast, running, door, waited, is_kept):
    now = datetime.now(UTC)
    ended = now - (2 if waited < 60 else 40) * SECOND  # who claims an hour is believed thirty seconds
    Attempt.objects.filter(pk=running.pk).update(started_at=now - timedelta(hours=1), ends_at=ended)
    positions = make.positions(running)
    sent = {"asked": list(positions), "allow_blank": "1", **{f"q{number}": places for number, places in positions.items()}}
    client = cast.client_of("李雷")
    client.post(
        reverse(f"assessment:{door}", args=[running.pk]), sent, headers={"x-received": (now - waited * SECOND).isoformat()}
    )  # fmt: skip

    assert bool(Answer.objects.filter(attempt=running, chosen__len__gt=0).count()) is is_kept


@pytest.mark.parametrize("door", ["save_homework", "submit_homework"])
def test_homework_counts_by_arrival(cast, running, monkeypatch, door):
    step = make.homework_step(running.step.course)
    moments = []

    def told(*, at, **_facts):
        moments.append(at)
        raise Conflict("停在这里。")

    monkeypatch.setattr(homework.actions, door, told)
    monkeypatch.setattr(homework, "alike_seen", lambda *_facts, **_more: None)
    early = datetime.now(UTC) - 5 * SECOND
    url = reverse(f"assessment:{door}", args=[running.enrolment_id, step.pk])
    for header in (early.isoformat(), (early - timedelta(hours=1)).isoformat(), "nonsense"):
        cast.client_of("李雷").post(url, {"text": "写"}, headers={"x-received": header})

    assert moments[0] == early
    assert timedelta(0) <= datetime.now(UTC) - moments[1] - 30 * SECOND < 30 * SECOND
    assert datetime.now(UTC) - moments[2] < 30 * SECOND
