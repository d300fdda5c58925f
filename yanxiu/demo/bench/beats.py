"""Beats per second: acknowledged after the commit, by the product's own server with real tickets, beside two limits."""

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
_NOOP = "GET /noop HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
Say = Callable[[str], None]


@dataclass(kw_only=True)
class _Seen:
    """Rates of the rounds, and processor seconds per thousand beats."""

    beats: list[float] = field(default_factory=list)
    noop: list[float] = field(default_factory=list)
    writer: list[float] = field(default_factory=list)
    durations: list[float] = field(default_factory=list)
    writer_durations: list[float] = field(default_factory=list)
    noop_durations: list[float] = field(default_factory=list)
    acknowledged: int = 0
    noops: int = 0
    noop_cpu: float = 0.0
    site_cpu: float = 0.0
    load_cpu: float = 0.0
    database_cpu: float = 0.0


def measure(*, people: int, rows: int, rounds: int, seconds: float, connections: int, data: Path | None = None, say: Say) -> Figure:
    """Measure beats, no-op and the writer alone in turn. Raises NotReady when an answer is not what it should be.

    `data` is a folder that keeps the installation with its rows for the next time; without it they are thrown away.

    `limit` is the lower of the two: what the server answers doing nothing, and what the database takes in batches of 1,000.
    """
    with ground.installation(data) as environment, TemporaryDirectory(prefix="yanxiu-bench-") as folder:
        say(f"空的安装已就绪，造 {people} 人、{rows} 行进度")
        file = Path(folder) / "requests.json"
        ground.python({**environment, "DATABASE_AS_OWNER": "1"}, "yanxiu.demo.bench.learners", str(people), str(rows), str(file))
        requests = json.loads(file.read_text(encoding="utf-8"))
        seen, tail = _Seen(), 0
        with ground.site(environment) as site:
            tail = _beats(site, requests, seconds=min(1.0, seconds), connections=connections, first_tail=tail).next_tail  # warms up
            for number in range(rounds):
                tail = _round(seen, site, environment, requests, file, seconds=seconds, connections=connections, tail=tail)
                say(f"第 {number + 1} 轮：上报 {seen.beats[-1]:,.0f}，空操作 {seen.noop[-1]:,.0f}，只写库 {seen.writer[-1]:,.0f} 每秒")
    return _figure(seen, rows=rows, rounds=rounds, people=people, connections=connections, seconds=seconds)


def _beats(site: Site, requests: dict[str, list[str]], *, seconds: float, connections: int, first_tail: int) -> Result:
    return site.load(
        seconds=seconds, connections=connections, heads=requests["heads"], tails=requests["tails"], marker=_HELD, first_tail=first_tail
    )


def _round(
    seen: _Seen, site: Site, environment: dict[str, str], requests: dict[str, list[str]], file: Path, *, seconds: float, connections: int,
    tail: int,
) -> int:  # fmt: skip
    idle = site.cpu_seconds()
    noop = site.load(seconds=seconds, connections=connections, heads=[_NOOP], tails=[], marker="ok")
    seen.noop_cpu += site.cpu_seconds() - idle
    seen.noops += noop.count
    seen.noop.append(noop.count / noop.seconds)
    seen.noop_durations += noop.durations
    database = ground.postmaster(environment)
    before, before_database = site.cpu_seconds(), ground.cpu_seconds(database)
    done = _beats(site, requests, seconds=seconds, connections=connections, first_tail=tail)
    seen.site_cpu += site.cpu_seconds() - before
    seen.database_cpu += ground.cpu_seconds(database) - before_database
    seen.load_cpu += done.cpu_seconds
    seen.beats.append(done.count / done.seconds)
    seen.durations += done.durations
    seen.acknowledged += done.count
    alone = json.loads(ground.python(environment, "yanxiu.demo.bench.writer", str(file), str(seconds), str(BATCH)))
    seen.writer.append(alone["rows"] / alone["seconds"])
    seen.writer_durations += alone["durations"]
    return done.next_tail


def _figure(seen: _Seen, *, rows: int, rounds: int, people: int, connections: int, seconds: float) -> Figure:
    value, noop, writer = middle(seen.beats), middle(seen.noop), middle(seen.writer)
    p50, p95, p99 = shares(seen.durations)
    limit = min(noop, writer)
    per_beat = 1_000_000 / max(seen.acknowledged, 1)
    return Figure(
        name="beats", value=round(value, 1), unit="acknowledged beats per second", p50_ms=p50, p95_ms=p95, p99_ms=p99,
        limit=round(limit, 1), ratio=round(value / limit, 3), rows=rows, rounds=rounds,
        load=f"{connections} keep-alive connections on loopback, {people} people, {rounds} × {seconds:g} s, load on the same machine",
        detail={
            "limit_is": "no-op" if noop <= writer else "writer",
            "noop_per_s": round(noop, 1),
            "noop_p99_ms": shares(seen.noop_durations)[2],
            "writer_rows_per_s": round(writer, 1),
            "writer_batch": BATCH,
            "writer_batch_p50_ms": shares(seen.writer_durations)[0],
            "acknowledged": seen.acknowledged,
            "cpu_us_per_noop": round(seen.noop_cpu * 1_000_000 / max(seen.noops, 1)),
            "cpu_us_per_beat": {
                "site": round(seen.site_cpu * per_beat), "database": round(seen.database_cpu * per_beat),
                "load": round(seen.load_cpu * per_beat),
            },
        },
    )  # fmt: skip
