"""What holds when processes are killed outright under load: `yanxiu serve` as it is, a client with a journal, and then the count.

kill -9 of one web process, of all, of the gateway's own process, of the task worker and of PostgreSQL, at moments that the seed
decides (F-01, F-02, F-04). Half of the connections send their beats to the web processes, half to the gateway's own.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from yanxiu.demo.bench import ground
from yanxiu.demo.bench.beats import Say
from yanxiu.demo.bench.figures import Figure
from yanxiu.demo.bench.ground import NotReady
from yanxiu.demo.bench.journal import LONGEST_SECONDS, Order
from yanxiu.kit import supervisor

CONNECTIONS = 64
PEOPLE = 2_000
TARGETS = ("one web process", "all web processes", "gateway", "task worker", "database")
_RECOVERY_SECONDS = 60.0
_HELD = '"lease":"held"'
_PARTS = {
    "one web process": "config.asgi:application",
    "all web processes": "config.asgi:application",
    "gateway": "config.cli\0beats",
    "task worker": "config.cli\0worker",
}


@dataclass(kw_only=True)
class Kill:
    """A kill: what, after how many acknowledged beats, and how long the site did not answer after it."""

    target: str
    after_beats: int
    back_seconds: float | None = None


def measure(*, beats: int, rounds: int, people: int, connections: int, seed: int, say: Say) -> Figure:
    """Kill each target `rounds` times while `beats` are being acknowledged, then read everything back.

    `value` counts broken promises, which should be 0; `detail` names them. Raises NotReady when the site does not start.
    """
    with ground.installation() as environment, tempfile.TemporaryDirectory(prefix="yanxiu-bench-") as folder:
        requests = Path(folder) / "requests.json"
        ground.python({**environment, "DATABASE_AS_OWNER": "1"}, "yanxiu.demo.bench.learners", str(people), str(people), str(requests))
        given = json.loads(requests.read_text(encoding="utf-8"))
        beats = min(beats, len(given["heads"]) * len(given["tails"]))
        say(f"空的安装已就绪：{people} 人，要确认 {beats:,} 次上报")
        journal, tried = str(Path(folder) / "journal"), str(Path(folder) / "tried")
        with _served(environment) as (ports, pid):
            order = Order(ports=ports, connections=connections, beats=beats, seed=seed, marker=_HELD, journal=journal, tried=tried, **given)
            kept, kills = _under_load(order, pid, _plan(beats, rounds, seed), environment, Path(folder), say=say)
            promises = json.loads(ground.python(environment, "yanxiu.demo.bench.readback", journal, tried))
    promises["R7_not_back_by_itself"] = sum(kill.back_seconds is None for kill in kills)
    promises["refused_for_good"] = kept["refused"]
    promises["not_acknowledged_in_time"] = max(0, beats - kept["acknowledged"])
    return _figure(promises, kept, kills, people=people, rounds=rounds, connections=connections, seed=seed)


def _plan(beats: int, rounds: int, seed: int) -> list[Kill]:
    """Return the kills in a random order, spread over the run."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    targets = [target for target in TARGETS for _ in range(rounds)]
    chance.shuffle(targets)
    share = beats / (len(targets) + 1)
    return [Kill(target=target, after_beats=int(share * (turn + chance.uniform(0.5, 1)))) for turn, target in enumerate(targets)]


def _under_load(
    order: Order, pid: int, kills: list[Kill], environment: Mapping[str, str], folder: Path, *, say: Say
) -> tuple[dict[str, Any], list[Kill]]:  # fmt: skip
    file = folder / "order.json"
    file.write_text(json.dumps(asdict(order)), encoding="utf-8")
    journal = Path(order.journal)
    client = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "yanxiu.demo.bench.journal", str(file)], cwd=settings.ROOT, stdout=subprocess.PIPE, text=True
    )
    chance = random.Random(order.seed)  # noqa: S311 - not a secret
    try:
        for kill in kills:
            while _lines(journal) < kill.after_beats and client.poll() is None:
                time.sleep(0.02)
            _strike(kill, pid, environment, chance)
            kill.back_seconds = _back(*order.ports)
            said = "没有自己恢复" if kill.back_seconds is None else f"{kill.back_seconds:.1f} 秒后恢复"
            say(f"{_lines(journal):,} 次确认时 kill -9 {kill.target}：{said}")
        out, _ = client.communicate(timeout=LONGEST_SECONDS)
    finally:
        client.kill()
        client.wait()
    if client.returncode:
        raise NotReady("发上报的进程出错了，看上面的输出。")
    return json.loads(out), kills


def _strike(kill: Kill, pid: int, environment: Mapping[str, str], chance: random.Random) -> None:
    if kill.target == "database":
        victims = [ground.postmaster(environment)]
    else:
        part = _part(pid, kill.target)
        victims = [part, *ground.below(part)]
        if kill.target == "one web process":
            victims = [chance.choice(_workers(part))]
    for victim in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)


def _part(pid: int, target: str) -> int:
    """Return the process of a part; the last kill may have taken it down too, so its return is awaited."""
    began = time.monotonic()
    while time.monotonic() - began < _RECOVERY_SECONDS:
        for one in ground.below(pid):
            if _PARTS[target] in _command(one):
                return one
        time.sleep(0.1)
    raise NotReady(f"{target} 没有再起来。")


def _workers(part: int) -> list[int]:
    """Return the processes below a server that serve; spawning leaves a helper that only keeps count of resources."""
    return [one for one in ground.below(part) if "resource_tracker" not in _command(one)] or [part]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _back(port: int, gateway: int | None = None) -> float | None:
    """Return after how many seconds site, and gateway if asked for, are ready and stay so for a moment."""
    asked = [(port, "/readyz"), *([(gateway, "/livez")] if gateway else [])]
    began = time.monotonic()
    time.sleep(0.3)  # the kill takes its moment
    while time.monotonic() - began < _RECOVERY_SECONDS:
        if all(supervisor.answers("127.0.0.1", one, path=path) for _ in range(4) for one, path in asked):
            return round(time.monotonic() - began, 1)
        time.sleep(0.1)
    return None


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0


@contextlib.contextmanager
def _served(environment: Mapping[str, str]) -> Iterator[tuple[list[int], int]]:
    """Run `yanxiu serve` on free ports; yield those of site and gateway, and the process of the supervisor."""
    port, files_port, beats_port = ground.free_port(), ground.free_port(), ground.free_port()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.cli", "serve"], stdout=log, stderr=log, cwd=settings.ROOT, start_new_session=True,
            env={**environment, "PORT": str(port), "FILES_PORT": str(files_port), "BEATS_PORT": str(beats_port), "HOST": "127.0.0.1"},
        )  # fmt: skip
        try:
            ground.await_ready(port, process, log)
            ground.await_ready(beats_port, process, log, path="/livez")
            yield [port, beats_port], process.pid
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()


def _figure(
    promises: dict[str, int], kept: dict[str, Any], kills: list[Kill], *, people: int, rounds: int, connections: int, seed: int
) -> Figure:  # fmt: skip
    return Figure(
        name="faults", value=sum(promises.values()), unit="broken promises", p50_ms=0.0, p95_ms=0.0, p99_ms=0.0, limit=0, ratio=1.0,
        rows=kept["acknowledged"], rounds=rounds,
        load=f"{connections} connections, {people} people, journal with fsync, kill -9 at moments of seed {seed}",
        detail={
            "acknowledged": kept["acknowledged"],
            "sent_again": kept["again"],
            "seconds": round(kept["seconds"], 1),
            "longest_silence_seconds": round(kept["longest_silence"], 1),
            "first_refusal": kept["first_refusal"],
            "promises": promises,
            "kills": {f"{turn}: {kill.target}": {"after_beats": kill.after_beats, "back_s": kill.back_seconds}
                      for turn, kill in enumerate(kills, start=1)},
        },
    )  # fmt: skip
