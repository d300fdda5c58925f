"""The door for exam answers, end to end: real signatures, real connections, answers after the commit (security P-14, P-15, EM-01…EM-06)."""

import asyncio
import json
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.assessment import exam_factories as exams
from tests.assessment import factories as make
from yanxiu.assessment import exam_tickets
from yanxiu.assessment.actions import sittings
from yanxiu.assessment.gateway import Door, deliveries
from yanxiu.assessment.models import Exam, Sitting, SittingAnswer, SittingDevice
from yanxiu.kit.actor import SYSTEM
from yanxiu.people.models import Account
from yanxiu.records import actions as records

# Committed data: the gateway writes on its own connections.
pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = 60_000


@pytest.fixture(scope="module", autouse=True)
def metrics_again(django_db_setup, django_db_blocker):
    """The flush after such tests empties the table of metrics, which other modules expect."""
    yield
    with django_db_blocker.unblock():
        records.store_metrics(by=SYSTEM, at=make.AT)


@dataclass
class Seat:
    sitting: Sitting

    @property
    def account(self) -> Account:
        return Account.objects.get(person_id=self.sitting.enrolment.person_id)

    def ticket(self, *, ago: int = 0, lease: int = 1, **other) -> str:
        """A ticket that was given `ago` milliseconds ago."""
        facts = {
            "version": 1, "person": self.sitting.enrolment.person_id, "sitting": self.sitting.pk, "lease": lease,
            "issued": int(time.time() * 1000) - ago, "stamp": self.account.security_stamp,
        }  # fmt: skip
        return exam_tickets.sign(exam_tickets.ExamTicket(**{**facts, **other}))

    def held(self) -> dict[int, object]:
        return dict(SittingAnswer.objects.filter(sitting=self.sitting).order_by("number").values_list("number", "given"))

    def change(self, **fields) -> None:
        Sitting.objects.filter(pk=self.sitting.pk).update(**fields)


def seat(*, left: timedelta = timedelta(minutes=30), **fields) -> Seat:
    """A sitting of three choices whose time is up in `left` of the real clock."""
    now = datetime.now(UTC)
    exam = fields.pop("exam", None) or exams.exam(opens_at=now - timedelta(hours=3), closes_at=now + timedelta(hours=5))
    row = exams.sitting(exam=exam, started_at=now - timedelta(hours=1), ends_at=now + left, **fields)
    exams.sitting_device(sitting=row, since=row.started_at)
    Account.objects.get_or_create(
        person=row.enrolment.person,
        defaults={"username": f"c{row.pk}", "state": "active", "security_stamp": "s1", "activated_at": now, "created_at": now},
    )
    return Seat(row)


def choice(number: int, *values: int, elapsed: int = 0) -> dict:
    return {"number": number, "fields": [[f"q{number}", str(value)] for value in values], "elapsed": elapsed}


def post(*bodies, door: Door | None = None, method: str = "POST"):
    """Post bodies (dictionaries or bytes) at once; return (status, answer) of each."""

    async def one(door: Door, body):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = []

        async def receive():
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message):
            sent.append(message)

        await door({"type": "http", "method": method, "path": "/answers", "headers": []}, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"])

    async def everything():
        mine = door or Door()
        try:
            return await asyncio.gather(*(one(mine, body) for body in bodies))
        finally:
            await mine.close()

    return asyncio.run(everything())


def test_keeps_answers_and_gives_a_new_ticket():
    one = seat()

    [(status, said)] = post({"ticket": one.ticket(), "answers": [choice(1, 1), choice(2, 2, 0)]})

    assert (status, said["lease"], said.get("refused")) == (200, "held", None)
    assert one.held() == {1: [1], 2: [0, 2]}
    fresh = exam_tickets.read(said["ticket"])
    assert abs(fresh.issued - said["now"]) < 2
    assert fresh.lease == 1
    assert abs(said["ends"] - one.sitting.ends_at.timestamp() * 1000) < 2


def test_places_as_shown_become_places_as_written():
    one = seat()
    sheet = [[*asked[:3], [2, 0, 1]] for asked in one.sitting.sheet]
    one.change(sheet=sheet)

    post({"ticket": one.ticket(), "answers": [choice(1, 2)]})

    assert one.held() == {1: [1]}


def test_an_answer_taken_back_is_stored_as_none():
    one = seat()

    post({"ticket": one.ticket(ago=1000), "answers": [choice(1, 1)]})
    post({"ticket": one.ticket(), "answers": [choice(1, elapsed=5)]})

    assert one.held() == {1: None}


def test_of_two_the_one_written_later_counts_whatever_comes_first():
    one = seat()
    ticket = one.ticket(ago=60_000)

    post({"ticket": ticket, "answers": [choice(1, 2, elapsed=30_000)]})
    post({"ticket": ticket, "answers": [choice(1, 0, elapsed=10_000)]})

    assert one.held() == {1: [2]}


def test_any_order_of_the_same_deliveries_gives_the_same_answers():
    exam, results = None, set()
    dice = random.Random(7)
    sent = [(dice.randint(1, 3), dice.randint(0, 1), dice.choice([0, 5_000, 5_000, 9_000]), lease) for lease in (1, 1, 2) for _ in range(6)]
    for seed in range(6):
        one = seat(exam=exam)
        exam = one.sitting.exam
        one.change(lease=2)
        SittingDevice.objects.create(sitting=one.sitting, lease=2, device="b", since=datetime.now(UTC) - timedelta(seconds=52))
        tickets = {lease: one.ticket(ago=58_000, lease=lease, issued=int((time.time() - 58) // 1 * 1000)) for lease in (1, 2)}
        order = list(sent) * 2
        random.Random(seed).shuffle(order)
        half = len(order) // 2
        bodies = [{"ticket": tickets[lease], "answers": [choice(n, value, elapsed=elapsed)]} for n, value, elapsed, lease in order]
        post(*bodies[:half])
        post(*bodies[half:])
        results.add(json.dumps(one.held()))

    assert len(results) == 1
    assert len(json.loads(results.pop())) == 3


def test_a_storm_around_the_end_keeps_what_was_received_before_and_nothing_after(monkeypatch):
    one = seat(left=timedelta(seconds=3))
    ends = int(one.sitting.ends_at.timestamp() * 1000)
    kept = []
    while int(time.time() * 1000) < ends + 1_500:
        said = [int(time.time() * 1000), *post(*[{"ticket": one.ticket(), "answers": [choice(number, 1)]} for number in (1, 2, 3)])]
        kept.append(said)

    for before, *answers in kept:
        for status, said in answers:
            assert status == 200
            if before > ends:
                assert set(said["refused"].values()) == {"late"}
                assert said["over"]
    assert all(row.written_at < one.sitting.ends_at for row in SittingAnswer.objects.all())
    one.sitting.refresh_from_db()
    assert one.sitting.late_refused == sum(len(said.get("refused", {})) for _, *answers in kept for _, said in answers) > 0


def test_what_was_received_in_time_counts_though_it_waited(monkeypatch):
    one = seat(left=timedelta(seconds=-2))  # the end was two seconds ago
    early = time.time() - 3

    monkeypatch.setattr("yanxiu.assessment.gateway.door.time.time", lambda: early)
    [(_, said)] = post({"ticket": one.ticket(issued=int(early * 1000) - 500), "answers": [choice(1, 1, elapsed=480)]})

    assert "refused" not in said
    assert one.held() == {1: [1]}


def test_written_without_the_line_before_the_end_counts_and_says_when_it_came():
    one = seat(left=timedelta(minutes=-10))

    [(_, said)] = post(
        {"ticket": one.ticket(ago=30 * MINUTE), "answers": [choice(1, 1, elapsed=5 * MINUTE), choice(2, 1, elapsed=21 * MINUTE)]}
    )

    row = SittingAnswer.objects.get()
    assert (row.number, said["refused"]) == (1, {"2": "late"})
    assert row.written_at < one.sitting.ends_at < row.saved_at
    assert "结束" in said["message"]


def test_the_old_device_is_told_and_what_it_wrote_before_counts():
    one = seat()
    old = one.ticket(ago=5 * MINUTE)
    one.change(lease=2)
    since = datetime.now(UTC) - timedelta(minutes=2)
    SittingDevice.objects.create(sitting=one.sitting, lease=2, device="b", agent="手机", since=since)

    [(status, said)] = post({"ticket": old, "answers": [choice(1, 1, elapsed=MINUTE), choice(2, 1, elapsed=4 * MINUTE)]})

    assert (status, said["lease"], said["refused"]) == (200, "lost", {"2": "taken"})
    assert "另一台设备（手机）" in said["message"]
    assert "ticket" not in said
    assert one.held() == {1: [1]}


def test_a_new_ticket_delivers_what_was_written_under_an_old_one():
    one = seat()
    old = one.ticket(ago=5 * MINUTE, stamp="before the password changed")

    [(refused, _)] = post({"ticket": old, "answers": [choice(1, 1, elapsed=7)]})
    [(kept, _)] = post({"ticket": one.ticket(), "under": old, "answers": [choice(1, 1, elapsed=7)]})

    assert (refused, kept, one.held()) == (401, 200, {1: [1]})


def test_nothing_counts_after_handing_in():
    one = seat()
    sittings.hand_in(sitting=one.sitting, given={}, lease=1, allow_blank=True, by=make.learner(one.sitting.enrolment), at=datetime.now(UTC))

    [(_, said)] = post({"ticket": one.ticket(ago=MINUTE), "answers": [choice(1, 1, elapsed=3)]})

    assert said["refused"] == {"1": "handed_in"}
    assert said["over"]
    assert one.held() == {}


def test_leaving_the_page_is_counted():
    one = seat()

    post({"ticket": one.ticket(), "answers": [], "away": [2, 35]}, {"ticket": one.ticket(), "answers": [], "away": [1, 4]})

    one.sitting.refresh_from_db()
    assert (one.sitting.away_times, one.sitting.away_seconds) == (3, 39)


def test_a_replay_changes_nothing():
    one = seat()
    body = {"ticket": one.ticket(), "answers": [choice(1, 1)]}
    post(body)
    first = SittingAnswer.objects.get()

    post(*[body] * 20)

    again = SittingAnswer.objects.get()
    assert (again.given, again.written_at) == (first.given, first.written_at)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"ticket": "abc"}, 401),
        ({"ticket": "!!!"}, 401),
        ({"answers": [{"number": 0, "fields": [], "elapsed": 0}]}, 422),
        ({"answers": [{"number": 1, "fields": [], "elapsed": -1}]}, 422),
        ({"answers": [{"number": 1, "fields": [["q1", "1"]] * 201, "elapsed": 0}]}, 422),
        ({"answers": [{"number": 1, "given": [1]}]}, 422),
        ({"answers": [{"number": 1, "fields": [], "elapsed": 0}] * 201}, 422),
        ({"answers": None}, 422),
    ],
)
def test_what_no_page_sends_is_refused_and_nothing_is_stored(change, status):
    one = seat()

    [(found, said)] = post({"ticket": one.ticket(), "answers": [choice(1, 1)], **change})

    assert found == status
    assert said["message"].endswith(("。", "题。"))
    assert one.held() == {}


def test_an_answer_that_cannot_be_read_refuses_only_itself():
    one = seat()

    [(status, said)] = post({"ticket": one.ticket(), "answers": [choice(1, 77), choice(2, 1)]})

    assert (status, said["refused"]) == (200, {"1": "unread"})
    assert "第 1 题" in said["message"]
    assert one.held() == {2: [1]}


def test_a_question_that_is_not_on_the_sheet_and_null_bytes_do_no_harm():
    paper = exams.paper(exams.FILLED)
    now = datetime.now(UTC)
    one = seat(exam=exams.exam(paper=paper, opens_at=now - timedelta(hours=3), closes_at=now + timedelta(hours=5)))
    fields = [["q1.1", "证\0据"], ["q1.2", "评语"]]

    [(status, _)] = post({"ticket": one.ticket(), "answers": [{"number": 1, "fields": fields, "elapsed": 0}, choice(99, 1)]})

    assert (status, one.held()) == (200, {1: ["证据", "评语"]})


def test_forged_and_foreign_tickets_write_nothing():
    mine, theirs = seat(), seat()
    token = mine.ticket()
    forged = token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB")
    wrong_person = mine.ticket(person=theirs.sitting.enrolment.person_id)

    answers = post(
        {"ticket": forged, "answers": [choice(1, 1)]},
        {"ticket": wrong_person, "answers": [choice(1, 1)]},
        {"ticket": mine.ticket(), "under": theirs.ticket(), "answers": [choice(1, 1)]},
        {"ticket": mine.ticket(stamp="old"), "answers": [choice(1, 1)]},
        {"ticket": mine.ticket(sitting=10**9), "answers": [choice(1, 1)]},
        {"ticket": mine.ticket(version=2), "answers": [choice(1, 1)]},
    )

    assert [status for status, _ in answers] == [401, 401, 422, 401, 401, 401]
    assert not SittingAnswer.objects.exists()


def test_a_suspended_account_writes_no_more():
    one = seat()
    Account.objects.update(state="suspended")

    [(status, said)] = post({"ticket": one.ticket(), "answers": [choice(1, 1)]})

    assert (status, said["code"]) == (401, "signed_out")


def test_only_posts_and_only_so_much():
    assert post({}, method="GET")[0][0] == 405
    assert post(b"x" * (deliveries.MOST_BYTES + 1))[0][0] == 413
    one = seat()
    assert post({"ticket": one.ticket(), "answers": []}, door=Door(room=0))[0][0] == 503


def test_many_candidates_of_an_exam_at_once():
    exam: Exam | None = None
    seats = []
    for _ in range(12):
        seats.append(seat(exam=exam))
        exam = seats[0].sitting.exam

    answers = post(*[{"ticket": one.ticket(), "answers": [choice(number, 1)]} for one in seats for number in (1, 2, 3)])

    assert {status for status, _ in answers} == {200}
    assert SittingAnswer.objects.count() == 36
