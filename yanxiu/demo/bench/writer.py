"""The database's own limit for beats: `python -m yanxiu.demo.bench.writer FILE SECONDS BATCH`, in a throw-away installation.

Runs the gateway's own write on one connection, batch after batch, without server, signature or waiting; prints JSON.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import django
from django.apps import apps

if not apps.ready:  # this module is a process of its own
    django.setup()

import psycopg

from yanxiu.kit import bare
from yanxiu.learning import bits, tickets
from yanxiu.learning.gateway import beats, writing


def main(file: Path, seconds: float, batch: int) -> None:
    """Write for the time given and print rows, seconds and durations of the batches."""

    sys.stdout.write(json.dumps(asyncio.run(_run(file, seconds, batch))))


async def _run(file: Path, seconds: float, batch: int) -> dict[str, object]:

    held = _tickets(file)
    durations, rows, turn, place = [], 0, 0, 0
    async with await psycopg.AsyncConnection.connect(**bare.connection_parameters()) as connection:
        began = time.perf_counter()
        while (started := time.perf_counter()) - began < seconds:
            start = 10 * (turn % 80)
            mask = bits.of_ranges([(start, start + 10)], held[0].seconds)
            group = [
                beats.Beat(ticket, f"bench{place + number}".encode(), mask, start + 10)
                for number, ticket in enumerate(held[place : place + batch])
            ]
            found = await writing.write(connection, group)
            if any(one.verdict != "held" for one in found):
                raise SystemExit(f"a beat was not credited: {next(one.verdict for one in found if one.verdict != 'held')}")
            durations.append(time.perf_counter() - started)
            rows, place = rows + len(group), place + batch
            if place >= len(held):
                place, turn = 0, turn + 1
        return {"rows": rows, "seconds": time.perf_counter() - began, "durations": durations}


def _tickets(file: Path) -> list[tickets.Ticket]:

    heads = json.loads(file.read_text(encoding="utf-8"))["heads"]
    return [tickets.read(head.rpartition('{"ticket":"')[2].removesuffix('",'), at=time.time()) for head in heads]


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
