"""An exam ends at its true end, though nobody's job ran for hours: closing moments, refusals and results are those of the end (EM-01, P-14)."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.assessment import exam_factories as exams
from tests.assessment import factories as make
from tests.assessment import scored
from tests.assessment.scored import RIGHT
from yanxiu.assessment import exam_tickets, tasks
from yanxiu.assessment.actions import sittings
from yanxiu.assessment.actions.sittings import AlreadyOver, Device
from yanxiu.assessment.gateway import Door
from yanxiu.assessment.models import Sitting, SittingAnswer, SittingResult
from yanxiu.kit.actor import SYSTEM
from yanxiu.people.models import Account
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records import actions as records
from yanxiu.records.models import Record

PAD = Device(name="pad", agent="平板")
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module", autouse=True)
def metrics_again(django_db_setup, django_db_blocker):
    """The flush after tests with committed data empties the table of metrics, which other modules expect."""
    yield
    with django_db_blocker.unblock():
        records.store_metrics(by=SYSTEM, at=make.AT)


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [2, 7, 24 * 5])
def test_the_job_comes_hours_late_and_all_is_as_of_the_end(hours):
    exam = scored.plain_exam(release="at_once")
    row = exams.sitting(exam=exam, enrolment=exams.candidate(exam))
    for number, given in RIGHT.items():
        exams.sitting_answer(sitting=row, number=number, given=given)
    learner, end, other = make.learner(row.enrolment), row.ends_at, exams.candidate(exam)
    down = [end + timedelta(seconds=1), end + HOUR, end + hours * HOUR - timedelta(seconds=1)]

    for at in down:  # nobody has closed it yet, and everybody sees it over
        assert Sitting.objects.get().handed_in_at is None
        assert Sitting.objects.get().is_over(at)
        with pytest.raises(AlreadyOver):
            sittings.take_over(sitting=row, device=PAD, by=learner, at=at)
        with pytest.raises(AlreadyOver):
            sittings.save_sheet(sitting=row, given={1: [0]}, lease=1, by=learner, at=at)
    with pytest.raises(WindowClosed):
        sittings.begin(exam=exam, enrolment=other, device=PAD, by=make.learner(other), at=exam.closes_at)
    tasks.close_overdue(timestamp=int((end + hours * HOUR).timestamp()))

    row.refresh_from_db()
    assert (row.handed_in_at, row.late_refused) == (end, 0)
    assert dict(SittingAnswer.objects.values_list("number", "given")) == RIGHT
    assert Record.objects.filter(verb="ran_out", object_type="sitting").count() == 1
    assert SittingResult.objects.get().score == 100
    tasks.close_overdue(timestamp=int((end + hours * HOUR + HOUR).timestamp()))
    assert (Record.objects.filter(verb="ran_out").count(), SittingResult.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_handing_in_after_the_end_closes_it_at_the_end_without_what_came_along():
    row = exams.sitting()
    sittings.hand_in(sitting=row, given={1: [1]}, lease=1, allow_blank=True, by=make.learner(row.enrolment), at=row.ends_at + 3 * HOUR)

    row.refresh_from_db()
    assert (row.handed_in_at, SittingAnswer.objects.count()) == (row.ends_at, 0)


@pytest.mark.django_db(transaction=True)
def test_the_door_takes_nothing_written_after_an_end_that_nobody_closed():
    now = datetime.now(UTC)
    exam = exams.exam(opens_at=now - 9 * HOUR, closes_at=now - 5 * HOUR)
    row = exams.sitting(exam=exam, started_at=now - 7 * HOUR, ends_at=now - 6 * HOUR)
    exams.sitting_device(sitting=row, since=row.started_at)
    account = Account.objects.create(
        person=row.enrolment.person, username="late", state="active", security_stamp="s1", activated_at=now, created_at=now
    )

    def sent(*, issued_ago: timedelta, elapsed: timedelta) -> dict[str, object]:
        ticket = exam_tickets.ExamTicket(
            version=1, person=account.person_id, sitting=row.pk, lease=1, stamp="s1",
            issued=int((time.time() - issued_ago.total_seconds()) * 1000),
        )  # fmt: skip
        answer = {"number": 1, "fields": [["q1", "1"]], "elapsed": int(elapsed.total_seconds() * 1000)}
        return {"ticket": exam_tickets.sign(ticket), "answers": [answer]}

    after = _post(sent(issued_ago=timedelta(minutes=1), elapsed=timedelta(seconds=30)))
    forged = _post(sent(issued_ago=7 * HOUR, elapsed=timedelta(minutes=5)))  # says it was written before the end, and comes hours late

    assert (after["refused"], forged["refused"]) == ({"1": "late"}, {"1": "late"})
    assert after["over"]
    assert "考试已经结束" in after["message"]
    row.refresh_from_db()
    assert (SittingAnswer.objects.count(), row.handed_in_at, row.late_refused) == (0, None, 2)


@pytest.mark.django_db
def test_the_page_of_an_end_that_nobody_closed_takes_no_answer(cast):
    exam = scored.plain_exam(programme=make.programme(cast.county))
    enrolment = make.participant(exam.programme, cast.school)
    enrolment.person = cast.person("李雷")
    enrolment.save(update_fields=["person"])
    row = exams.sitting(exam=exam, enrolment=enrolment)  # its end lies long before the clock of this test
    client = cast.client_of("李雷")
    page = client.get(reverse("assessment:sitting", args=[row.pk]))
    sent = {"lease": "1", "asked": ["1"], "q1": "1"}
    saved = client.post(reverse("assessment:save_sheet", args=[row.pk]), sent)
    client.post(reverse("assessment:hand_in_sitting", args=[row.pk]), {**sent, "confirm": "yes"})

    assert (page.status_code, saved.status_code) == (200, 409)
    assert 'name="q1"' not in page.content.decode()
    assert "考试已经结束" in saved.content.decode()
    row.refresh_from_db()
    assert (row.handed_in_at, SittingAnswer.objects.count()) == (row.ends_at, 0)


def _post(body: dict[str, object]) -> dict[str, object]:
    async def one():
        door, said = Door(), []

        async def receive():
            return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

        async def send(message):
            said.append(message)

        await door({"type": "http", "method": "POST", "path": "/answers", "headers": []}, receive, send)
        await door.close()
        return json.loads(said[1]["body"])

    return asyncio.run(one())
