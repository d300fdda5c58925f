"""The gateway as a process of its own: it answers as the door beside the pages does, and keeps what it took when it is stopped."""

import asyncio
import json
import os
import signal
from datetime import UTC, datetime, timedelta
from io import StringIO

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from tests.learning import conftest
from tests.learning import factories as make
from tests.learning.test_beats import SESSION, metrics_again, post, watched
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.bare import Gate
from yanxiu.kit.listening import Request
from yanxiu.kit.management.commands import serve
from yanxiu.learning.gateway import Reader
from yanxiu.learning.management.commands import beats as command
from yanxiu.learning.models import Progress, StepDone
from yanxiu.records import actions as records
from yanxiu.records.models import Record

# Committed data: the gateway writes on its own connections.
pytestmark = pytest.mark.django_db(transaction=True)
COOKIE = b"other=1; session=" + SESSION.encode()
__all__ = ["metrics_again"]


@pytest.fixture
def place(transactional_db):
    records.store_metrics(by=SYSTEM, at=make.AT)
    Session.objects.create(session_key=SESSION, session_data="", expire_date=datetime.now(UTC) + timedelta(hours=1))
    return conftest.build()


def send(*bodies, cookie: bytes = COOKIE, **options):
    """Hand bodies to a reader at once; return (status, answer, headers) of each, in the order sent."""

    async def everything():
        reader, done = Reader(**options), {}
        await reader.open()
        for number, body in enumerate(bodies):
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            reader.serve(
                Request(cookie, raw),
                lambda status, said, *headers, number=number: done.update({number: (status, json.loads(said), dict(headers))}),
            )
        await reader.close()
        await asyncio.sleep(0)
        return [done[number] for number in range(len(bodies))]

    return asyncio.run(everything())


def test_credits_after_the_commit_and_completes_what_is_seen(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 200)

    first = send({"ticket": ticket, "ranges": [[0, 10]], "position": 10})
    again = send(*[{"ticket": ticket, "ranges": [[0, 10]], "position": 10}] * 5)
    seen = (first[0][0], first[0][1]["seconds"], [answer["seconds"] for _, answer, _ in again], watched(place.enrolment, step))
    last = send({"ticket": ticket, "ranges": [[10, 100]]})

    assert seen == (200, 10, [10] * 5, [(0, 10)])
    assert (last[0][1]["done"], StepDone.objects.get().step) == (True, step)
    assert Record.objects.filter(verb="completed", object_type="step").count() == 1


def test_refuses_what_the_other_door_refuses_in_the_same_words(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 5)
    wrong = [
        b"not json",
        {"ticket": ticket[:-6] + "AAAAAA", "ranges": [[0, 10]]},
        {"ticket": ticket, "ranges": [[0, 101]]},
        {"ticket": ticket, "ranges": [[5, 5]]},
        {"ticket": ticket, "ranges": [[0, 1]] * 61},
    ]

    here = [answer[:2] for answer in send(*wrong)]
    there = [answer[:2] for answer in post(*wrong)]
    signed_out = send({"ticket": ticket, "ranges": [[0, 10]]}, cookie=b"session=" + b"b" * 32)

    assert here == there
    assert {status for status, _ in here} == {401, 422}
    assert signed_out[0][0] == 401
    assert Progress.objects.get().seconds == 0


def test_a_claim_beyond_the_time_that_passed_is_trimmed_whatever_the_door(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 10)

    send(*[{"ticket": ticket, "ranges": [[0, 100]]}] * 20)
    post({"ticket": ticket, "ranges": [[0, 100]]})

    assert 15 <= Progress.objects.get().seconds < 100


def test_who_comes_when_all_places_are_taken_is_told_when_to_come_again(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 60)

    answers = send({"ticket": ticket, "ranges": [[0, 5]]}, {"ticket": ticket, "ranges": [[5, 9]]}, room=1)

    assert [status for status, _, _ in answers] == [200, 503]
    assert 2 <= int(answers[1][2][b"retry-after"]) <= 8
    assert watched(place.enrolment, step) == [(0, 5)]


def test_without_the_database_nothing_is_acknowledged(place, monkeypatch):
    ticket = make.opened(place.enrolment, make.chosen(place.enrolment)).ticket

    async def down(self, batch):
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(Gate, "_write", down)

    [(status, answer, headers)] = send({"ticket": ticket, "ranges": [[0, 5]]})

    assert (status, answer["code"], b"retry-after" in headers) == (503, "later", True)


def test_the_process_serves_over_the_wire_and_ends_in_peace(place):
    step = make.chosen(place.enrolment)
    ticket = make.opened(place.enrolment, step).ticket
    make.ago(place.enrolment, 60)
    body = json.dumps({"ticket": ticket, "ranges": [[0, 10]]}).encode()
    request = b"POST /beats HTTP/1.1\r\nHost: x\r\nCookie: %b\r\nContent-Length: %d\r\n\r\n%b" % (COOKIE, len(body), body)

    async def client(port: int) -> bytes:
        running = asyncio.create_task(command.serve("127.0.0.1", port))
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                break
            except OSError:
                assert not running.done(), running.exception()
                await asyncio.sleep(0.01)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        os.kill(os.getpid(), signal.SIGTERM)
        await running
        writer.close()
        return head

    head = asyncio.run(asyncio.wait_for(_on_a_free_port(client), 60))

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert watched(place.enrolment, step) == [(0, 10)]


async def _on_a_free_port(client):
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return await client(port)


def test_it_is_started_only_where_a_port_is_named(monkeypatch):
    assert "beats" not in [part.name for part in serve._parts()]
    with pytest.raises(CommandError, match="BEATS_PORT"):
        call_command("beats", stdout=StringIO())

    monkeypatch.setattr(settings, "BEATS_PORT", 8009)

    assert "beats" in [part.name for part in serve._parts()]
