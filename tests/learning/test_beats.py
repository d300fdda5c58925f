"""The door for beats, end to end: real signatures, real connections, answers after the commit (security CH-01…CH-05, CH-08, CH-12)."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.contrib.sessions.models import Session

from tests.learning import conftest
from tests.learning import factories as make
from yanxiu.kit.actor import SYSTEM
from yanxiu.learning import actions, bits, tickets
from yanxiu.learning.gateway import Door
from yanxiu.learning.gateway.beats import MOST_RANGES
from yanxiu.learning.models import CourseDone, Lease, Progress, StepDone
from yanxiu.people.models import Account
from yanxiu.programmes.models import Enrolment
from yanxiu.records import actions as records
from yanxiu.records.models import Record, Tally
from yanxiu.records.queries import differences

# Committed data: the gateway writes on its own connections.
pytestmark = pytest.mark.django_db(transaction=True)
SESSION = "a" * 32


@pytest.fixture
def place(transactional_db):
    records.store_metrics(by=SYSTEM, at=make.AT)
    Session.objects.create(session_key=SESSION, session_data="", expire_date=datetime.now(UTC) + timedelta(hours=1))
    return conftest.build()


@pytest.fixture(scope="module", autouse=True)
def metrics_again(django_db_setup, django_db_blocker):
    """The flush after such tests empties the table of metrics, which other modules expect."""
    yield
    with django_db_blocker.unblock():
        records.store_metrics(by=SYSTEM, at=make.AT)


def post(*bodies, session: str = SESSION, door: Door | None = None, method: str = "POST"):
    """Post bodies (dictionaries or bytes) at once; return (status, answer, headers) of each."""

    async def one(door: Door, body):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = []

        async def receive():
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message):
            sent.append(message)

        headers = [(b"cookie", b"other=1; session=" + session.encode())]
        await door({"type": "http", "method": method, "path": "/beats", "headers": headers}, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"]), dict(sent[0]["headers"])

    async def everything():
        mine = door or Door()
        try:
            return await asyncio.gather(*(one(mine, body) for body in bodies))
        finally:
            await mine.close()

    return asyncio.run(everything())


def watched(enrolment: Enrolment, step) -> list[tuple[int, int]]:
    return bits.ranges_of(Progress.objects.get(enrolment_id=enrolment.pk, item_id=step.pk).watched)


def test_credits_what_was_watched(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 20)

    [(status, answer, _)] = post({"ticket": ticket, "ranges": [[0, 10]], "position": 10})

    assert (status, answer["lease"], answer["seconds"], answer["done"]) == (200, "held", 10, False)
    assert watched(place.enrolment, step) == [(0, 10)]
    assert Progress.objects.get().position == 10


def test_completes_step_and_course_in_the_same_batch(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 200)

    answers = post({"ticket": ticket, "ranges": [[0, 94]]}, {"ticket": ticket, "ranges": [[90, 96]]})
    again = post({"ticket": ticket, "ranges": [[96, 100]]})

    assert {answer["done"] for _, answer, _ in answers} == {True}
    assert again[0][1]["seconds"] == 100
    assert StepDone.objects.get().step == step
    done = CourseDone.objects.get()
    proof = Record.objects.get(verb="completed", object_type="course")
    assert (done.record_id, proof.person_id, proof.kind, proof.measure, proof.actor_label) == (
        proof.pk,
        place.enrolment.person_id,
        "law",
        2,
        "李雷",
    )
    assert Record.objects.filter(verb="completed", object_type="step").count() == 1
    assert Tally.objects.get(metric="hours.earned").amount == 2
    assert differences() == []


def test_completes_a_case_that_is_only_watched(place):
    case = make.lesson_case(place.county, seconds=60)
    make.case_draw(place.enrolment, case, block="viewing", needs_report=False)
    ticket = actions.open_case(enrolment=place.enrolment, case=case, by=place.learner, at=make.AT).ticket
    make.ago(place.enrolment, 60)

    post({"ticket": ticket, "ranges": [[0, 60]]})

    done = Record.objects.get(verb="completed", object_type="lesson_case")
    assert (done.kind, done.measure) == ("viewing", 3)


def test_ch01_words_without_beats_earn_nothing(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket

    [(status, answer, _)] = post({"ticket": ticket, "ranges": [], "completed": True, "watched": 100, "seconds": 100})

    assert (status, answer["seconds"], answer["done"]) == (200, 0, False)
    assert not StepDone.objects.exists()


def test_ch02_a_claim_beyond_the_time_that_passed_is_trimmed_to_its_earliest_part(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 10)

    answers = post(*[{"ticket": ticket, "ranges": [[0, 100]]}] * 50)

    seconds = Progress.objects.get().seconds
    assert 15 <= seconds <= 18  # 10 s and what the test took, at 1.5 times
    assert watched(place.enrolment, step) == [(0, seconds)]
    assert answers[0][1]["trimmed"] == 100 - seconds
    assert not StepDone.objects.exists()


def test_ch03_replays_add_nothing(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 100)
    body = {"ticket": ticket, "ranges": [[5, 25]]}

    post(*[body] * 5)
    [(status, answer, _)] = post(body)

    assert (status, answer["seconds"]) == (200, 20)
    assert Lease.objects.get().credited == 20


def test_ch03_a_ticket_is_bound_to_person_item_and_length(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 1000)
    real = tickets.read(ticket, at=time.time())
    other = make.participant(place.programme, place.school)

    forged = [msgspec.structs.replace(real, item=real.item + 1), msgspec.structs.replace(real, nonce=1),
              msgspec.structs.replace(real, seconds=10), msgspec.structs.replace(real, person=other.person_id)]  # fmt: skip
    answers = post(*({"ticket": tickets.sign(one), "ranges": [[0, 10]]} for one in forged[1:]))
    [(status, answer, _)] = post({"ticket": ticket[:-3] + ("A" if ticket[-3] != "A" else "B") + ticket[-2:], "ranges": [[0, 10]]})

    assert [(status, answer["code"]) for status, answer, _ in answers[:2]] == [(409, "renew"), (409, "renew")]
    assert answers[2][0] in (401, 409)
    assert (status, answer["code"]) == (401, "reload")
    assert Progress.objects.get().seconds == 0


def test_ch04_the_newest_device_earns_and_the_older_is_told_why(place):
    step, second = make.chosen(place.enrolment), make.chosen(place.enrolment)
    phone = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 40)
    desk = make.opened(place.enrolment, second).ticket
    Lease.objects.filter(number=1).update(ended_at=Lease.objects.get(number=1).started_at + timedelta(seconds=20))
    make.ago(place.enrolment, 20, number=2)

    answers = post({"ticket": phone, "ranges": [[0, 100]]}, {"ticket": desk, "ranges": [[0, 100]]})

    (_, on_phone, _), (_, on_desk, _) = answers
    assert (on_phone["lease"], on_phone["seconds"]) == ("lost", 30)  # 20 s before the other opened, at 1.5 times
    assert "另一处" in on_phone["message"]
    assert on_desk["lease"] == "held"
    assert 30 <= on_desk["seconds"] <= 34


def test_ch05_repeats_and_speed_earn_no_more_than_content_and_time(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 500)

    for _ in range(3):
        post({"ticket": ticket, "ranges": [[0, 40], [10, 30]]})

    assert Progress.objects.get().seconds == 40


def test_ch08_nothing_after_sign_out(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 50)

    Session.objects.all().delete()

    [(status, answer, _)] = post({"ticket": ticket, "ranges": [[0, 10]]})
    assert (status, answer["code"]) == (401, "signed_out")
    assert Progress.objects.get().seconds == 0


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: Account.objects.update(state="suspended"), id="suspended"),
        pytest.param(lambda _: Account.objects.update(security_stamp="new"), id="password changed elsewhere"),
        pytest.param(lambda _: Enrolment.objects.update(state="left", left_at=make.AT), id="deregistered"),
        pytest.param(lambda place: type(place.programme).objects.update(state="closed", closed_at=make.AT), id="programme over"),
    ],
)
def test_ch08_nothing_once_the_right_to_study_is_gone(place, change):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 50)
    change(place)

    [(status, answer, _)] = post({"ticket": ticket, "ranges": [[0, 10]]})

    assert status in (401, 409)
    assert "已存的进度都在" in answer["message"]
    assert Progress.objects.get().seconds == 0


def test_ch08_nothing_after_the_window(place):
    step = make.chosen(place.enrolment)
    real = tickets.read(make.opened(place.enrolment, step).ticket, at=time.time())
    make.ago(place.enrolment, 50)

    over = tickets.sign(msgspec.structs.replace(real, closes=int(time.time()) - 1))

    [(status, answer, _)] = post({"ticket": over, "ranges": [[0, 10]]})
    assert (status, answer["code"]) == (401, "closed")
    assert "截止" in answer["message"]


def test_ch12_beats_kept_while_the_line_was_down_count_in_any_order(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 1_800)
    pieces = [{"ticket": ticket, "ranges": [[start, start + 10]]} for start in range(0, 100, 10)]

    post(*reversed(pieces), *pieces[::2])

    assert watched(place.enrolment, step) == [(0, 100)]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"not json", 422, "读不出来"),
        (b"\xff\xfe", 422, "读不出来"),
        ({"ranges": [[0, 5]]}, 422, "读不出来"),
        ({"ticket": "T", "ranges": [[5, 5]]}, 422, "第 1 段"),
        ({"ticket": "T", "ranges": [[0, 5], [-1, 5]]}, 422, "第 2 段"),
        ({"ticket": "T", "ranges": [[0, 3600]]}, 422, "共 100 秒"),
        ({"ticket": "T", "ranges": [[0, 1]] * (MOST_RANGES + 1)}, 422, "段"),
        ({"ticket": "T", "ranges": [[0.5, 2]]}, 422, "读不出来"),
        ({"ticket": "垃圾", "ranges": []}, 401, "刷新"),
        ({"ticket": "", "ranges": []}, 401, "刷新"),
        (b'{"ticket": "' + b"A" * 9000 + b'"}', 413, "字节"),
    ],
)
def test_refuses_what_is_no_beat(place, body, status, said):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 50)
    if isinstance(body, dict) and body.get("ticket") == "T":
        body = {**body, "ticket": ticket}

    [(got, answer, _)] = post(body)

    assert got == status
    assert said in answer["message"]
    assert Progress.objects.get().seconds == 0


def test_refuses_other_methods(place):
    [(status, _, headers)] = post(b"", method="GET")

    assert (status, headers[b"allow"]) == (405, b"POST")


def test_says_later_when_full(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket

    [(status, answer, headers)] = post({"ticket": ticket, "ranges": []}, door=Door(room=0))

    assert (status, answer["code"]) == (503, "later")
    assert 2 <= int(headers[b"retry-after"]) <= 8
