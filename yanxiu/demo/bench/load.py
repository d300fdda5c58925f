"""The load: a process of its own that keeps connections busy with prepared requests for a while, and counts what came back.

`python -m yanxiu.demo.bench.load ORDER RESULT` reads an `Order` from the JSON file ORDER and writes a `Result` into RESULT. Needs no
Django. The result goes into a file because it is large: an unbuffered standard output may take a part of it and say nothing.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

import uvloop


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to send: `heads` are whole requests, or requests that lack their end, which is one of `tails` in turn.

    An answer counts when it has status 200 and holds `marker`. Each connection takes every `connections`-th head, so that no two
    speak for the same client; it begins with the tail number `first_tail`.
    """

    port: int
    seconds: float
    connections: int
    heads: list[str]
    tails: list[str]
    marker: str
    first_tail: int = 0
    most: int = 1_000_000


@dataclass(kw_only=True)
class Result:
    """What came back in `seconds`: durations in seconds, answers that did not count, the tail to go on with, own processor time."""

    count: int
    failed: int
    seconds: float
    durations: list[float]
    next_tail: int
    cpu_seconds: float
    first_failure: str = ""


class Client(asyncio.Protocol):
    """One keep-alive connection: sends the next request when the answer to the last is complete."""

    def __init__(self, requests: Iterator[bytes], marker: bytes, result: Result, until: float) -> None:
        self.requests, self.marker, self.result, self.until = requests, marker, result, until
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.began = 0.0
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a stream's
        self._next()

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or len(self.buffer) < end + 4 + _length(self.buffer[:end]):
            return
        now = time.perf_counter()
        self.result.durations.append(now - self.began)
        if self.buffer.startswith(b"HTTP/1.1 200") and self.marker in self.buffer:
            self.result.count += 1
        else:
            self.result.failed += 1
            self.result.first_failure = self.result.first_failure or self.buffer[:600].decode(errors="replace")
        self.buffer = b""
        if now < self.until:
            self._next()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.buffer or time.perf_counter() < self.until - 0.01:
            self.result.failed += 1
            self.result.first_failure = self.result.first_failure or f"the connection was lost: {exc}"
        if not self.done.done():
            self.done.set_result(None)

    def _next(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.until = 0.0
            self.transport.close()
            return
        self.began = time.perf_counter()
        self.transport.write(request)


def _length(head: bytes) -> int:
    place = head.lower().find(b"content-length:")
    return int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0


async def whole(reader: asyncio.StreamReader) -> bytes:
    """Return one whole answer of a stream. Raises EOFError when the connection ends before."""
    head = await reader.readuntil(b"\r\n\r\n")
    return head + await reader.readexactly(_length(head))


def requests_of(order: Order, connection: int, turns: list[int]) -> Iterator[bytes]:
    """Yield the requests of one connection; `turns` holds the furthest tail that any connection used."""
    heads = [head.encode() for head in order.heads[connection :: order.connections]] or [order.heads[0].encode()]
    tails = [tail.encode() for tail in order.tails] or [b""]
    for turn in count(order.first_tail):
        turns[0] = max(turns[0], turn + 1)
        tail = tails[turn % len(tails)]
        for head in heads:
            yield head + tail


async def run(order: Order) -> Result:
    """Keep the connections busy for the time ordered."""
    loop, turns = asyncio.get_running_loop(), [order.first_tail]
    result = Result(count=0, failed=0, seconds=0.0, durations=[], next_tail=0, cpu_seconds=0.0)
    used, began = time.process_time(), time.perf_counter()
    clients = []
    for number in range(order.connections):
        requests = requests_of(order, number, turns)
        _, client = await loop.create_connection(
            lambda requests=requests: Client(requests, order.marker.encode(), result, began + order.seconds),  # type: ignore[misc]
            "127.0.0.1",
            order.port,
        )
        clients.append(client)
    await asyncio.wait_for(asyncio.gather(*(client.done for client in clients)), order.seconds + 30)
    result.seconds, result.cpu_seconds = time.perf_counter() - began, time.process_time() - used
    result.next_tail = turns[0]
    return result


def main(order: str, answer: str) -> None:
    """Run the order of a file and write the result into another."""
    facts: dict[str, Any] = json.loads(Path(order).read_text(encoding="utf-8"))
    result = uvloop.run(run(Order(**facts)))
    Path(answer).write_text(json.dumps(asdict(result)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
