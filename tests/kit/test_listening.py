"""The bare door in the loop's own thread: what it reads, in which order it answers, and what it refuses."""

import asyncio
import json

import pytest

from yanxiu.kit import listening
from yanxiu.kit.listening import Connection, Listener

POST = b"POST /beats HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nCookie: a=1; session=abc\r\n\r\n"


class Wire(asyncio.Transport):
    """The other end of a connection: keeps what was written."""

    def __init__(self):
        super().__init__()
        self.said, self.closed, self.reading = b"", False, True

    def write(self, data):
        assert not self.closed
        self.said += data

    def close(self):
        self.closed = True

    abort = close

    def is_closing(self):
        return self.closed

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True

    def answers(self):
        """Return (status, body, head) of each answer."""
        found, rest = [], self.said
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            found.append((int(head.split()[1]), rest[:length], head))
            rest = rest[length:]
        return found


@pytest.fixture
def door():
    """A listener that keeps what it is asked, on a clock that the test moves; `connect()` gives a wire and its connection."""

    async def made():
        asked = []
        listener = Listener(path="/beats", most=100, serve=lambda request, reply: asked.append((request, reply)), room=3)
        listener.asked, listener.now = asked, 0.0
        listener.clock = lambda: listener.now

        def connect():
            wire, connection = Wire(), Connection(listener)
            connection.connection_made(wire)
            return wire, connection

        listener.connect = connect
        return listener

    return asyncio.run(made())


def test_a_request_is_read_and_answered_on_a_connection_that_stays(door):
    wire, connection = door.connect()

    connection.data_received(POST + b"{}")
    (request, reply) = door.asked[0]
    reply(200, b"{}", (b"x-one", b"1"))

    assert (request.cookie, request.body) == (b"a=1; session=abc", b"{}")
    [(status, body, head)] = wire.answers()
    assert (status, body) == (200, b"{}")
    assert b"x-one: 1" in head
    assert b"cache-control: no-store" in head
    assert not wire.closed


@pytest.mark.parametrize("size", [1, 7, 80])
def test_a_request_in_pieces_is_one_request(door, size):
    wire, connection = door.connect()
    whole = POST + b"{}"

    for start in range(0, len(whole), size):
        connection.data_received(whole[start : start + size])

    assert [request.body for request, _ in door.asked] == [b"{}"]
    assert wire.said == b""


def test_requests_sent_ahead_wait_for_their_turn_and_are_answered_in_order(door):
    wire, connection = door.connect()

    connection.data_received((POST + b"11") + (POST + b"22") + (POST + b"33"))
    turns = []
    for number in range(3):
        turns.append(len(door.asked))
        door.asked[number][1](200, b"%d" % number)

    assert turns == [1, 2, 3]
    assert [request.body for request, _ in door.asked] == [b"11", b"22", b"33"]
    assert [body for _, body, _ in wire.answers()] == [b"0", b"1", b"2"]


def test_an_answer_at_once_goes_on_with_what_came_with_it(door):
    door.serve = lambda request, reply: reply(422, request.body)
    wire, connection = door.connect()

    connection.data_received((POST + b"11") * 50)

    assert [status for status, _, _ in wire.answers()] == [422] * 50


def test_who_sends_ahead_is_not_read_until_it_is_served(door):
    wire, connection = door.connect()

    connection.data_received(POST + b"{}")
    alone = wire.reading
    connection.data_received((POST + b"{}") + POST)
    held = wire.reading
    door.asked[0][1](200, b"{}")

    assert (alone, held, wire.reading) == (True, False, True)
    assert len(door.asked) == 2


def test_more_than_may_come_in_one_packet_is_told_to_come_again(door):
    door.serve = lambda request, reply: reply(200, request.body)
    wire, connection = door.connect()

    connection.data_received((POST + b"11") * (listening.MOST_AHEAD + 5))

    assert [status for status, _, _ in wire.answers()] == [200] * listening.MOST_AHEAD + [503]
    assert wire.closed


def test_what_follows_in_disorder_is_refused_in_its_turn(door):
    wire, connection = door.connect()

    connection.data_received(POST + b"{}" + b"{}")
    before = wire.said
    door.asked[0][1](200, b"{}")

    assert before == b""
    assert [status for status, _, _ in wire.answers()] == [200, 400]
    assert wire.closed


@pytest.mark.parametrize("piece", [b"x" * 1_000, b"X: 1\r\n" * 100])
def test_a_head_without_an_end_is_refused(door, piece):
    wire, connection = door.connect()

    connection.data_received(b"POST /beats HTTP/1.1\r\nY: ")
    for _ in range((listening.MOST_HEAD + 100) // len(piece) + 1):
        connection.data_received(piece)

    assert [status for status, _, _ in wire.answers()] == [431]
    assert wire.closed


def test_who_does_not_read_answers_is_not_served(door):
    wire, connection = door.connect()

    connection.pause_writing()
    connection.data_received(POST + b"{}")
    waiting = len(door.asked)
    connection.resume_writing()

    assert (waiting, len(door.asked)) == (0, 1)
    assert wire.said == b""


def test_a_client_that_is_gone_hears_nothing(door):
    wire, connection = door.connect()
    connection.data_received(POST + b"{}")

    connection.connection_lost(None)
    door.asked[0][1](200, b"{}")

    assert wire.said == b""
    assert not door.connections


def test_it_says_that_it_lives(door):
    wire, connection = door.connect()

    connection.data_received(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")

    [(status, body, _)] = wire.answers()
    assert (status, json.loads(body)) == (200, {"alive": True})


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /beats HTTP/1.1\r\n\r\n", 405),
        (b"POST /other HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 404),
        (b"POST /beats HTTP/1.1\r\nContent-Length: 101\r\n\r\n", 413),
        (b"POST /beats HTTP/1.1\r\nHost: x\r\n\r\n", 411),
        (b"POST /beats HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411),
        (b"POST /beats HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n{}", 411),
        (b"POST /beats HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", 400),
        (b"POST /beats HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}", 411),
        (b"GET /livez HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"POST /beats HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
        (b"POST /beats HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"POST /beats HTTP/1.1\r\nContent-Length: \r\n\r\n{}", 400),
        (b"POST /beats HTTP/1.1\r\nContent-Length: +2\r\n\r\n{}", 400),
        (b"POST /beats HTTP/1.1\r\nContent-Length: 2, 2\r\n\r\n{}", 400),
        (b"POST /beats HTTP/1.1\r\nContent-Length : 2\r\n\r\n{}", 400),
        (b"POST /beats HTTP/1.1\r\nHost: x\r\n Content-Length: 2\r\n\r\n{}", 400),
        (b"POST /beats HTTP/1.1\r\nX: 1\nContent-Length: 2\r\n\r\n{}", 400),
        (b"POST /beats HTTP/1.1\r\nX: 1\0\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"POST /beats HTTP/1.1\nContent-Length: 2\n\n{}", 400),
        (b"POST /beats HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"CONNECT x:80 HTTP/1.1\r\n\r\n", 400),
        (b"POST /beats\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"POST /beats HTTP/2.0\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", 400),
        (b"POST /beats HTTP/1.1\r\nX: " + b"x" * listening.MOST_HEAD, 431),
    ],
)
def test_what_is_not_beyond_doubt_is_refused_and_the_connection_closed(door, raw, status):
    wire, connection = door.connect()

    connection.data_received(raw + POST + b"{}")

    [(found, body, head)] = wire.answers()
    assert (found, wire.closed, door.asked) == (status, True, [])
    assert json.loads(body)["message"]
    assert b"Connection: close" in head


def test_whoever_asks_for_it_is_left_after_the_answer(door):
    http10, closing = b"POST /beats HTTP/1.0\r\n", b"POST /beats HTTP/1.1\r\nConnection: keep-alive, Close\r\n"
    for line in (http10, http10 + b"Connection: keep-alive\r\n", closing):
        wire, connection = door.connect()
        connection.data_received(line + b"Content-Length: 2\r\n\r\n{}")
        door.asked.pop()[1](200, b"{}")
        assert wire.closed


def test_cookies_of_several_lines_are_one(door):
    _, connection = door.connect()

    connection.data_received(b"POST /beats HTTP/1.1\r\nCookie: a=1\r\ncontent-length: 0\r\ncookie: b=2\r\n\r\n")

    [(request, _)] = door.asked
    assert (request.cookie, request.body) == (b"a=1; b=2", b"")


def test_one_more_than_there_is_room_for_is_told_to_come_again(door):
    wires = [door.connect()[0] for _ in range(4)]

    assert [wire.closed for wire in wires] == [False, False, False, True]
    assert wires[3].answers()[0][0] == 503


def test_the_silent_and_the_slow_are_closed_and_the_served_are_not(door):
    (silent, _), (slow, one), (served, other) = door.connect(), door.connect(), door.connect()
    one.data_received(POST)
    other.data_received(POST + b"{}")

    async def look():
        door.sweep()
        door._sweep.cancel()

    door.now = listening.WHOLE_SECONDS + 1
    asyncio.run(look())
    first = (silent.closed, slow.closed, served.closed)
    door.now = listening.IDLE_SECONDS + 1
    asyncio.run(look())

    assert first == (False, True, False)
    assert (silent.closed, served.closed) == (True, False)


def test_at_the_end_what_is_under_way_is_answered_first(door):
    (idle, _), (served, connection) = door.connect(), door.connect()
    connection.data_received(POST + b"{}" + POST + b"{}")

    door.close()
    before = (idle.closed, served.closed)
    door.asked[0][1](200, b"{}")

    assert before == (True, False)
    assert (len(served.answers()), served.closed, len(door.asked)) == (1, True, 1)
