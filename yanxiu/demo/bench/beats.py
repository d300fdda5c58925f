"""Beats per second: acknowledged after the commit, by the product's own servers with real tickets, beside two limits.

Two doors take beats: a process of its own (`yanxiu beats`), whose figure this is, and the server of the pages, measured beside it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from yanxiu.demo.bench import ground
from yanxiu.demo.bench.figures import Figure, middle, shares
from yanxiu.demo.bench.ground import Site
from yanxiu.demo.bench.load import Result

CONNECTIONS = 64
BATCH = 1_000
_HELD = '"lease":"held"'
_NOOP = "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
Say = Callable[[str], None]


@dataclass(kw_only=True)
class _Door:
    """What came through a server: the rates of the rounds, durations, and processor seconds of all rounds."""

    rates: list[float] = field(default_factory=list)
    durations: list[float] = field(default_factory=list)
    count: int = 0
    server: float = 0.0
    database: float = 0.0
    load: float = 0.0

    def take(self, result: Result, server: float, database: float) -> None:
        """Take up a round."""
        self.rates.append(result.count / result.seconds)
        self.durations += result.durations
        self.count += result.count
        self.server, self.database, self.load = self.server + server, self.database + database, self.load + result.cpu_seconds

    def cpu_us(self) -> dict[str, int]:
        """Return the processor microseconds of each request."""
        each = 1_000_000 / max(self.count, 1)
        return {"server": round(self.server * each), "database": round(self.database * each), "load": round(self.load * each)}


@dataclass(kw_only=True)
class _Seen:
    """The doors, the empty request at the first, and the writer alone."""

    own: _Door = field(default_factory=_Door)
    pages: _Door = field(default_factory=_Door)
    noop: _Door = field(default_factory=_Door)
    writer: list[float] = field(default_factory=list)
    writer_durations: list[float] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What all rounds share."""

    environment: dict[str, str]
    requests: dict[str, list[str]]
    file: Path
    connections: int

    def beats(self, server: Site, *, seconds: float, tail: int, door: _Door) -> int:
        """Send beats for a while; return the tail to go on with."""
        return self._send(server, door, seconds=seconds, heads=self.requests["heads"], tails=self.requests["tails"], marker=_HELD,
                          first_tail=tail)  # fmt: skip

    def nothing(self, server: Site, *, seconds: float, door: _Door) -> None:
        """Send requests that ask for nothing."""
        self._send(server, door, seconds=seconds, heads=[_NOOP], tails=[], marker="alive")

    def _send(self, server: Site, door: _Door, **order: object) -> int:
        database = ground.postmaster(self.environment)
        before, before_database = server.cpu_seconds(), ground.cpu_seconds(database)
        result = server.load(connections=self.connections, **order)
        door.take(result, server.cpu_seconds() - before, ground.cpu_seconds(database) - before_database)
        return result.next_tail


def measure(*, people: int, rows: int, rounds: int, seconds: float, connections: int, data: Path | None = None, say: Say) -> Figure:
    """Measure beats at both doors, no-op and the writer alone in turn. Raises NotReady when an answer is not what it should be.

    `data` is a folder that keeps the installation with its rows for the next time; without it they are thrown away.

    `limit` is the lower of the two: what the server answers doing nothing, and what the database takes in batches of 1,000.
    """
    with ground.installation(data) as environment, TemporaryDirectory(prefix="yanxiu-bench-") as folder:
        say(f"空的安装已就绪，造 {people} 人、{rows} 行进度")
        file = Path(folder) / "requests.json"
        ground.python({**environment, "DATABASE_AS_OWNER": "1"}, "yanxiu.demo.bench.learners", str(people), str(rows), str(file))
        run = _Run(environment=environment, requests=json.loads(file.read_text(encoding="utf-8")), file=file, connections=connections)
        seen, tail = _Seen(), 0
        with ground.gateway(environment) as own, ground.site(environment) as pages:
            for server in (own, pages):  # warms up
                tail = run.beats(server, seconds=min(1.0, seconds), tail=tail, door=_Door())
            for number in range(rounds):
                tail = _round(seen, run, own, pages, seconds=seconds, tail=tail)
                say(
                    f"第 {number + 1} 轮：上报 {seen.own.rates[-1]:,.0f}，经网页进程 {seen.pages.rates[-1]:,.0f}，"
                    f"空操作 {seen.noop.rates[-1]:,.0f}，只写库 {seen.writer[-1]:,.0f} 每秒"
                )
    return _figure(seen, rows=rows, rounds=rounds, people=people, connections=connections, seconds=seconds)


def _round(seen: _Seen, run: _Run, own: Site, pages: Site, *, seconds: float, tail: int) -> int:
    run.nothing(own, seconds=seconds, door=seen.noop)
    tail = run.beats(own, seconds=seconds, tail=tail, door=seen.own)
    tail = run.beats(pages, seconds=seconds, tail=tail, door=seen.pages)
    alone = json.loads(ground.python(run.environment, "yanxiu.demo.bench.writer", str(run.file), str(seconds), str(BATCH)))
    seen.writer.append(alone["rows"] / alone["seconds"])
    seen.writer_durations += alone["durations"]
    return tail


def _figure(seen: _Seen, *, rows: int, rounds: int, people: int, connections: int, seconds: float) -> Figure:
    value, noop, writer = middle(seen.own.rates), middle(seen.noop.rates), middle(seen.writer)
    p50, p95, p99 = shares(seen.own.durations)
    limit = min(noop, writer)
    return Figure(
        name="beats", value=round(value, 1), unit="acknowledged beats per second", p50_ms=p50, p95_ms=p95, p99_ms=p99,
        limit=round(limit, 1), ratio=round(value / limit, 3), rows=rows, rounds=rounds,
        load=f"{connections} keep-alive connections on loopback to one gateway process, {people} people, {rounds} × {seconds:g} s, "
             "load on the same machine",
        detail={
            "limit_is": "no-op" if noop <= writer else "writer",
            "noop_per_s": round(noop, 1),
            "noop_p99_ms": shares(seen.noop.durations)[2],
            "writer_rows_per_s": round(writer, 1),
            "writer_batch": BATCH,
            "writer_batch_p50_ms": shares(seen.writer_durations)[0],
            "acknowledged": seen.own.count + seen.pages.count,
            "cpu_us_per_noop": seen.noop.cpu_us()["server"],
            "cpu_us_per_beat": seen.own.cpu_us(),
            "through_the_pages_server": {
                "per_s": round(middle(seen.pages.rates), 1), "p99_ms": shares(seen.pages.durations)[2], "cpu_us": seen.pages.cpu_us(),
            },
        },
    )  # fmt: skip
