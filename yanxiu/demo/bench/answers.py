"""Exam answers per second: stored after the commit, by the product's own server with real tickets, beside two limits."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg

from yanxiu.assessment.gateway import deliveries, writing
from yanxiu.demo.bench import ground
from yanxiu.demo.bench.figures import Figure, middle, shares
from yanxiu.kit import bare

CONNECTIONS: Final = 8
PROMISED_PER_S: Final = 570
QUESTIONS: Final = 40
_SPACE: Final = 100
_NOOP = "GET /noop HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def measure(*, people: int, rounds: int, seconds: float, connections: int, say: Callable[[str], None]) -> Figure:
    """Measure saves of one answer, no-op, and the write alone in groups as large as there are connections, in turn. Raises NotReady."""
    with ground.installation() as environment:
        say(f"空的安装已就绪，{people} 名考生开考")
        tickets = ground.inside(environment, "answers-tickets", people, QUESTIONS, as_owner=True)
        heads, tails = [_head(ticket) for ticket in tickets], _tails()
        seen: dict[str, list[float]] = {"rate": [], "noop": [], "writer": [], "durations": [], "cpu_us": [], "database_us": []}
        with ground.site(environment) as site:
            database, turn = ground.postmaster(environment), 0
            turn = site.load(seconds=1, connections=connections, heads=heads, tails=tails, marker='"lease":"held"').next_tail
            for number in range(rounds):
                noop = site.load(seconds=seconds, connections=connections, heads=[_NOOP], tails=[], marker="ok")
                before, before_database = site.cpu_seconds(), ground.cpu_seconds(database)
                done = site.load(
                    seconds=seconds, connections=connections, heads=heads, tails=tails, marker='"lease":"held"', first_tail=turn
                )
                turn = done.next_tail
                seen["cpu_us"].append((site.cpu_seconds() - before) * 1e6 / max(done.count, 1))
                seen["database_us"].append((ground.cpu_seconds(database) - before_database) * 1e6 / max(done.count, 1))
                seen["rate"].append(done.count / done.seconds)
                seen["noop"].append(noop.count / noop.seconds)
                seen["durations"] += done.durations
                seen["writer"].append(ground.inside(environment, "answers-writer", json.dumps(tickets[:400]), seconds, connections))
                say(f"第 {number + 1} 轮：每秒存 {seen['rate'][-1]:,.0f}，空操作 {seen['noop'][-1]:,.0f}，只写库 {seen['writer'][-1]:,.0f}")
    return _figure(seen, people=people, rounds=rounds, seconds=seconds, connections=connections)


def written(tickets: str, seconds: float, group: int) -> float:
    """Return how many answers a second the gateway's own write takes in groups, without server, signature of the client or waiting."""
    return asyncio.run(_written(json.loads(tickets), seconds, group))


async def _written(tickets: list[str], seconds: float, group: int) -> float:
    rows = turn = 0
    async with await psycopg.AsyncConnection.connect(**bare.connection_parameters()) as connection:
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            turn += 1
            start = (turn * group) % max(len(tickets) - group, 1)
            batch = [deliveries.fold(_sent(ticket, turn), arrived=int(time.time() * 1000)) for ticket in tickets[start : start + group]]
            taken = await writing.write(connection, sorted(batch, key=lambda one: one.key))
            if any(one.verdict != "held" for one in taken):
                raise SystemExit(f"an answer was not stored: {taken[0].verdict}")
            rows += len(batch)
        return rows / (time.perf_counter() - began)


def _sent(ticket: str, turn: int) -> deliveries.Sent:
    number = 1 + 2 * (turn % (QUESTIONS // 2))
    return deliveries.Sent(ticket=ticket, answers=[deliveries.SentAnswer(number, [(f"q{number}", str(turn % 4))], turn % 60_000)])


def _head(ticket: str) -> str:
    begun = f'{{"ticket":"{ticket}",'
    length = len(begun) + _SPACE
    return f"POST /answers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{begun}"


def _tails() -> list[str]:
    """Return the ends of the bodies, all of one length: another question each time, then again with a later answer."""
    return [
        f'"answers":[{{"number":{n},"fields":[["q{n}","{turn % 4}"]],"elapsed":{turn * 40 + n}}}]}}'.ljust(_SPACE)
        for turn in range(40)
        for n in range(1, QUESTIONS, 2)
    ]


def _figure(seen: dict[str, list[float]], *, people: int, rounds: int, seconds: float, connections: int) -> Figure:
    value, noop, writer = middle(seen["rate"]), middle(seen["noop"]), middle(seen["writer"])
    limit = min(noop, writer)
    p50, p95, p99 = shares(seen["durations"])
    detail: dict[str, Any] = {
        "limit_is": "no-op" if noop <= writer else f"the write alone, {connections} answers at a time",
        "noop_per_s": round(noop, 1),
        "writer_rows_per_s": round(writer, 1),
        "promised_per_s": PROMISED_PER_S,
        "is_kept": value >= PROMISED_PER_S,
        "cpu_us_per_save": {"site": round(middle(seen["cpu_us"])), "database": round(middle(seen["database_us"]))},
    }
    return Figure(
        name="answers", value=round(value, 1), unit="answers stored per second", p50_ms=p50, p95_ms=p95, p99_ms=p99, limit=round(limit, 1),
        ratio=round(value / limit, 3), rows=len(seen["durations"]), rounds=rounds,
        load=f"{connections} keep-alive connections on loopback, {people} candidates, {rounds} × {seconds:g} s, load on the same machine",
        detail=detail,
    )  # fmt: skip
