"""The run: an installation served as it is, candidates in a process of their own, kills by plan, then the count."""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from yanxiu.demo.bench import faults, ground
from yanxiu.demo.bench.beats import Say
from yanxiu.demo.bench.exam.candidates import DRAIN_SECONDS, LONGEST_BEGIN_SECONDS, Order
from yanxiu.demo.bench.faults import Kill
from yanxiu.demo.bench.figures import Figure, shares

PEOPLE: Final = 2_000
QUESTIONS: Final = 40
MINUTES: Final = 6
BEGIN_SECONDS: Final = 60.0
TARGETS: Final = ("one web process", "task worker", "one web process", "all web processes", "database", "one web process")


def measure(*, people: int, minutes: int, seed: int, say: Say) -> Figure:
    """Let `people` sit an exam of `minutes` while processes are killed; `value` counts broken promises, which should be 0.

    Raises NotReady when the site does not start, or a candidate could not go on.
    """
    with ground.installation() as environment, tempfile.TemporaryDirectory(prefix="yanxiu-bench-") as folder:
        ground.python(environment, "config.cli", "collectstatic", "--noinput", "--verbosity", "0")
        seats = ground.inside(environment, "exam-hall", people, QUESTIONS, minutes, as_owner=True)
        say(f"空的安装已就绪：{people} 名考生，{QUESTIONS} 题，{minutes} 分钟")
        out = Path(folder) / "journals.json"
        with faults._served(environment) as (ports, pid):  # noqa: SLF001 - the same site, the same kills
            order = Order(
                port=ports[0], begin_seconds=min(BEGIN_SECONDS, minutes * 10.0), seconds=minutes * 60.0, seed=seed, out=str(out),
                cut_seconds=(minutes * 10.0, minutes * 30.0), **seats,
            )  # fmt: skip
            kills = _under_fire(order, pid, environment, Path(folder), say=say)
            seen = json.loads(out.read_text(encoding="utf-8"))["seen"]
            counted = ground.inside(environment, "exam-count", out, as_owner=True)
            without_line = ground.inside(environment, "exam-offline", min(people, 200), as_owner=True)
    return _figure(seen, counted, without_line, kills, people=people, minutes=minutes, seed=seed)


def _under_fire(order: Order, pid: int, environment: Mapping[str, str], folder: Path, *, say: Say) -> list[Kill]:
    file = folder / "order.json"
    file.write_text(json.dumps(asdict(order)), encoding="utf-8")
    client = subprocess.Popen([sys.executable, "-m", "yanxiu.demo.bench.exam.candidates", str(file)], cwd=settings.ROOT)  # noqa: S603 - ours
    chance = random.Random(order.seed)  # noqa: S311 - not a secret
    began, kills = time.monotonic(), []
    try:
        for turn, target in enumerate(TARGETS):
            # The first falls into the minute in which all begin.
            at = order.begin_seconds * 0.5 if turn == 0 else order.begin_seconds + order.seconds * (turn - 0.5) / len(TARGETS)
            while time.monotonic() - began < at and client.poll() is None:
                time.sleep(0.2)
            kill = Kill(target=target, after_beats=round(time.monotonic() - began))
            faults._strike(kill, pid, environment, chance)  # noqa: SLF001
            kill.back_seconds = faults._back(order.port)  # noqa: SLF001
            kills.append(kill)
            said = "没有自己恢复" if kill.back_seconds is None else f"{kill.back_seconds:.1f} 秒后恢复"
            say(f"第 {kill.after_beats} 秒 kill -9 {target}：{said}")
        client.wait(order.begin_seconds + LONGEST_BEGIN_SECONDS + order.seconds * 2 + DRAIN_SECONDS * 3)
    finally:
        client.kill()
        client.wait()
    if client.returncode:
        raise ground.NotReady("考生的进程出错了，看上面的输出。")
    return kills


def _figure(
    seen: dict[str, Any], counted: dict[str, Any], without_line: dict[str, int], kills: list[Kill], *, people: int, minutes: int, seed: int
) -> Figure:  # fmt: skip
    promises = {
        **counted.pop("promises"),
        "unsent_at_the_end": seen["unsent"],
        "not_back_by_itself": sum(kill.back_seconds is None for kill in kills),
        "offline_20_minutes": without_line["lost"] + without_line["late_accepted"],
    }
    p50, p95, p99 = shares(seen["saves"])
    begin = dict(zip(("p50_ms", "p95_ms", "p99_ms"), shares(seen["begins"]), strict=True))
    return Figure(
        name="exam", value=sum(promises.values()), unit="broken promises", p50_ms=p50, p95_ms=p95, p99_ms=p99, limit=0, ratio=1.0,
        rows=counted["writes"], rounds=1,
        load=f"{people} candidates over HTTP on the same machine, {QUESTIONS} questions in {minutes} minutes, seed {seed}, of saves",
        detail={
            "promises": promises,
            **counted,
            "begin_with_sheet": begin,
            "last_had_begun_s": round(seen["last_begin"], 1),
            "saves_per_s": round(len(seen["saves"]) / (minutes * 60)),
            "sent_again": seen["again"],
            "refused": seen["refused"],
            "first_refusal": seen["first"],
            "cut_off": seen["cut"],
            "cut_off_minutes": [round(minutes / 6, 1), round(minutes / 2, 1)],
            "changed_device": seen["moved"],
            "handed_in": seen["handed_in"],
            "offline_20_minutes": without_line,
            "client_cpu_s": round(seen["cpu"], 1),
            "kills": {f"{turn}: {kill.target}": {"at_s": kill.after_beats, "back_s": kill.back_seconds}
                      for turn, kill in enumerate(kills, start=1)},
        },
    )  # fmt: skip
