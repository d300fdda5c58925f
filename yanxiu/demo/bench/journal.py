"""A client that remembers what it was promised: `python -m yanxiu.demo.bench.journal ORDER`. Needs no Django.

Sends beats over many connections until enough were acknowledged, comes back after every broken connection and refusal for now, and
writes each acknowledgement into a journal that is on disk (fsync) before it counts. Prints a `Kept` as JSON.
"""

import asyncio
import json
import os
import random
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import uvloop

from yanxiu.demo.bench.load import whole

SYNC_SECONDS = 0.05
PATIENCE_SECONDS = 20.0
LONGEST_SECONDS = 1_800.0


@dataclass(frozen=True, kw_only=True)
class Order:
    """Whom to ask and how much: `journal` and `tried` are files; `heads` are people, `tails` stretches of their film.

    Connections are spread over the `ports`.
    """

    ports: list[int]
    connections: int
    beats: int
    seed: int
    heads: list[str]
    tails: list[str]
    marker: str
    journal: str
    tried: str


@dataclass(kw_only=True)
class Kept:
    """What happened: acknowledgements, beats sent again, refusals for good (none is expected), and the longest silence in seconds."""

    acknowledged: int = 0
    again: int = 0
    refused: int = 0
    first_refusal: str = ""
    longest_silence: float = 0.0
    seconds: float = 0.0


class Journal:
    """Lines "person stretch" of what was acknowledged, synced together every few milliseconds."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._lines = file, []  # type: ignore[var-annotated]  # bytes
        self.count = 0

    def add(self, person: int, stretch: int) -> None:
        self._lines.append(b"%d %d\n" % (person, stretch))

    def sync(self) -> None:
        """Bring what was added to disk; only then does it count."""
        lines, self._lines = self._lines, []
        self._file.write(b"".join(lines))
        self._file.flush()
        os.fsync(self._file.fileno())
        self.count += len(lines)


class Sender:
    """All connections of a run."""

    def __init__(self, order: Order, journal: Journal, tried: IO[bytes]) -> None:
        self.order, self.journal, self.tried = order, journal, tried
        self.kept, self.last = Kept(), time.perf_counter()
        self.is_over = False

    async def connection(self, number: int) -> None:
        """Keep one connection busy with its own people, stretch after stretch, in an order of its own."""
        chance = random.Random(self.order.seed * 1_000 + number)  # noqa: S311 - not a secret
        work = [(person, stretch) for person in range(number, len(self.order.heads), self.order.connections)
                for stretch in range(len(self.order.tails))]  # fmt: skip
        chance.shuffle(work)
        stream, port = None, self.order.ports[number % len(self.order.ports)]
        for person, stretch in work:
            self.tried.write(b"%d %d\n" % (person, stretch))
            tries = 0
            while not self.is_over:
                answer, stream = await self._ask(stream, port, (self.order.heads[person] + self.order.tails[stretch]).encode())
                if self._is_settled(answer, person, stretch, chance):
                    break
                self.kept.again += 1
                tries += 1
                await asyncio.sleep(min(2.0, 0.05 * 2**tries) * chance.uniform(0.5, 1.5))
            if self.is_over:
                break
        if stream is not None:
            stream[1].close()

    def _is_settled(self, answer: bytes, person: int, stretch: int, chance: random.Random) -> bool:
        if answer.startswith(b"HTTP/1.1 200") and self.order.marker.encode() in answer:
            now = time.perf_counter()
            self.kept.longest_silence, self.last = max(self.kept.longest_silence, now - self.last), now
            self.journal.add(person, stretch)
            return chance.random() >= 0.02  # one in fifty is sent again although it was acknowledged: nothing may count twice
        if answer.startswith(b"HTTP/1.1 4"):
            self.kept.refused += 1
            self.kept.first_refusal = self.kept.first_refusal or answer[:600].decode(errors="replace")
            return True
        return False

    async def _ask(self, stream: Any, port: int, request: bytes) -> tuple[bytes, Any]:
        try:
            if stream is None:
                stream = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), PATIENCE_SECONDS)
            stream[1].write(request)
            return await asyncio.wait_for(whole(stream[0]), PATIENCE_SECONDS), stream
        except (OSError, EOFError, TimeoutError):
            if stream is not None:
                stream[1].close()
            return b"", None


async def run(order: Order, journal: Journal, tried: IO[bytes]) -> Kept:
    """Send until `beats` were acknowledged and are in the journal, or the work is done."""
    sender = Sender(order, journal, tried)
    began = time.perf_counter()
    tasks = [asyncio.create_task(sender.connection(number)) for number in range(order.connections)]
    while not all(task.done() for task in tasks) and time.perf_counter() - began < LONGEST_SECONDS:
        await asyncio.sleep(SYNC_SECONDS)
        journal.sync()
        sender.is_over = sender.is_over or journal.count >= order.beats
    sender.is_over = True
    await asyncio.gather(*tasks)
    journal.sync()
    sender.kept.acknowledged, sender.kept.seconds = journal.count, time.perf_counter() - began
    return sender.kept


def main(file: str) -> None:
    """Run the order of a file and print what was kept."""
    order = Order(**json.loads(Path(file).read_text(encoding="utf-8")))
    with Path(order.journal).open("wb") as journal, Path(order.tried).open("wb") as tried:
        kept = uvloop.run(run(order, Journal(journal), tried))
    sys.stdout.write(json.dumps(asdict(kept)))


if __name__ == "__main__":
    main(sys.argv[1])
