"""Two thousand candidates in one process: `python -m yanxiu.demo.bench.exam.candidates ORDER`. Needs no Django.

Each begins over HTTP, answers, changes some, keeps an outbox as the page does, and writes everything that it wrote into a journal. Some
lose the line for a while (a part of them until after their end), some go on on another device, some write on after the end, some hand in.
"""

import asyncio
import json
import random
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from yanxiu.demo.bench.load import whole

PATIENCE_SECONDS = 20.0
DRAIN_SECONDS = 90.0
LONGEST_BEGIN_SECONDS = 600.0
_TOKEN = "b" * 32
_SHEET = re.compile(rb'data-ticket="([^"]+)" data-issued="(\d+)"')
_LEASE = re.compile(rb'name="lease" value="(\d+)"')


@dataclass(frozen=True, kw_only=True)
class Order:
    """Whom to ask, who asks, and how: shares of the candidates that lose the line, change the device, write late, hand in early."""

    port: int
    exam: int
    sessions: list[str]
    questions: int
    begin_seconds: float
    seconds: float
    seed: int
    out: str
    cut: float = 0.2
    cut_seconds: tuple[float, float] = (60.0, 180.0)
    moved: float = 0.05
    late: float = 0.1
    hands_in: float = 0.3


@dataclass
class Lines:
    """Keep-alive connections that are used in turn, as browsers behind a proxy."""

    port: int
    free: list[Any] = field(default_factory=list)

    async def ask(self, request: bytes) -> bytes:
        """Return one whole answer, b"" when the connection broke."""
        stream: Any = self._kept()
        try:
            if stream is None:
                stream = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20), PATIENCE_SECONDS)
            stream[1].write(request)
            answer = await asyncio.wait_for(whole(stream[0]), PATIENCE_SECONDS)
        except (OSError, EOFError, TimeoutError, RuntimeError, asyncio.LimitOverrunError):  # RuntimeError: closed in this moment
            if stream is not None:
                stream[1].close()
            return b""
        self.free.append(stream)
        return answer

    def _kept(self) -> Any:
        """Return a connection that is still open, None when there is none; those that a killed process left are let go of."""
        while self.free:
            stream = self.free.pop()
            if not stream[1].is_closing():
                return stream
        return None


@dataclass
class Row:
    """An answer that waits: which ticket it was written under, and the milliseconds since that came."""

    number: int
    fields: list[list[str]]
    ticket: str
    elapsed: int
    seq: int
    at: float


class Device:
    """What a candidate sits at: the ticket, the outbox, and whether there is a line. The same rules as the page's script."""

    def __init__(self, lines: Lines, session: str, name: str, seen: "Seen") -> None:
        self.lines, self.session, self.name, self.seen = lines, session, name, seen
        self.ticket, self.issued, self.since, self.written, self.ends = "", 0, 0.0, 0, 0
        self.lease, self.address = 1, ""
        self.rows: dict[int, Row] = {}
        self.down_until, self.tries, self.next_try = 0.0, 0, 0.0
        self.is_lost = False
        self.busy: asyncio.Task[None] | None = None

    async def open(self, method: str, path: str, body: str = "") -> bytes:
        """Ask a page of ours with session and device; return the whole answer."""
        headers = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: session={self.session}; csrf={_TOKEN}; exam_device={self.name}\r\n"
            f"X-CSRFToken: {_TOKEN}\r\nUser-Agent: Android\r\n"
        )
        if method == "POST":
            headers += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return await self.lines.ask(f"{headers}\r\n{body}".encode())

    async def sit(self) -> None:
        """Load the sheet until it is there."""
        while True:
            page = await self.open("GET", self.address)
            found, lease = _SHEET.search(page), _LEASE.search(page)
            if page.startswith(b"HTTP/1.1 200") and found and lease:
                self.take(found[1].decode(), int(found[2]))
                self.lease = int(lease[1])
                return
            self.seen.refused += page.startswith((b"HTTP/1.1 4", b"HTTP/1.1 200"))
            self.seen.first = self.seen.first or page[:300].decode(errors="replace")
            if self.ends and time.time() * 1000 > self.ends:
                return
            await asyncio.sleep(1)

    def take(self, ticket: str, issued: int) -> None:
        """Go on under a new ticket where the old one stands (see exam.js)."""
        now = time.time() * 1000
        self.since = min(now, self.since + issued - self.issued) if self.ticket else now
        self.ticket, self.issued = ticket, issued

    def write(self, number: int, fields: list[list[str]], *, is_late: bool = False) -> Row:
        """Keep an answer in the outbox; a late one, which no page of ours writes, beside what is there."""
        now = time.time()
        self.written = max(self.issued + max(0, round(now * 1000 - self.since)), self.written + 1)
        self.rows[-self.written if is_late else number] = row = Row(
            number, fields, self.ticket, self.written - self.issued, self.written, now
        )
        return row

    def nudge(self) -> None:
        """Send what waits, unless the line is down or a delivery is under way."""
        now = time.time()
        if self.rows and now >= self.down_until and now >= self.next_try and (self.busy is None or self.busy.done()):
            self.busy = asyncio.create_task(self._send())

    async def _send(self) -> None:
        groups: dict[str, list[Row]] = {}
        for row in self.rows.values():
            groups.setdefault(row.ticket, []).append(row)
        for under, rows in groups.items():
            if not await self._post(under, rows):
                return

    async def _post(self, under: str, rows: list[Row]) -> bool:
        answers = [{"number": row.number, "fields": row.fields, "elapsed": row.elapsed} for row in rows]
        body = json.dumps({"ticket": self.ticket, "under": under, "away": [0, 0], "answers": answers})
        began = time.time()
        head = f"POST /answers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        answer = await self.lines.ask((head + body).encode())
        if not answer.startswith(b"HTTP/1.1 200"):
            self.seen.again += 1
            self.seen.refused += answer.startswith(b"HTTP/1.1 4")
            self.tries += 1
            self.next_try = time.time() + min(20, 2**self.tries) * random.uniform(0.75, 1.25)  # noqa: S311 - not a secret
            return False
        said = json.loads(answer.partition(b"\r\n\r\n")[2])
        self.seen.saves.append(time.time() - began)
        self.tries = 0
        self.ends = said["ends"]
        sent = {row.seq for row in rows}
        self.rows = {key: row for key, row in self.rows.items() if row.seq not in sent}
        if said.get("ticket"):
            self.take(said["ticket"], said["now"])
        self.is_lost = said["lease"] == "lost"
        return True


@dataclass
class Seen:
    """What all candidates saw."""

    begins: list[float] = field(default_factory=list)
    saves: list[float] = field(default_factory=list)
    again: int = 0
    refused: int = 0
    first: str = ""
    moved: int = 0
    cut: int = 0
    handed_in: int = 0
    last_begin: float = 0.0
    unsent: int = 0


class Candidate:
    """One candidate with her plan, and the journal of all that she wrote."""

    def __init__(self, order: Order, lines: Lines, number: int, seen: Seen) -> None:
        self.order, self.lines, self.number, self.seen = order, lines, number, seen
        self.chance = random.Random(order.seed * 100_003 + number)  # noqa: S311 - not a secret
        self.journal: list[tuple[int, str, float, int]] = []  # question, what, when (Unix s), device
        self.ended_at = self.handed_in_at = 0.0
        self.count = 0
        self.devices = [Device(lines, order.sessions[number], f"d{number}-1", seen)]

    @property
    def device(self) -> Device:
        return self.devices[-1]

    async def run(self, opened: float) -> None:
        """Begin at a moment of the first minute, answer until the end, and let all outboxes run empty."""
        await asyncio.sleep(max(0.0, opened + self.chance.uniform(0, self.order.begin_seconds) - time.time()))
        await self._begin()
        self.seen.last_begin = max(self.seen.last_begin, time.time() - opened)
        started, end = time.time(), self.ended_at
        for at, what in self._plan(started, end):
            await self._wait(at)
            if self.handed_in_at:
                break
            if what == "cut":
                self.seen.cut += 1
                self.device.down_until = at + self.chance.uniform(*self.order.cut_seconds)
            elif what == "move":
                await self._move()
            elif what == "hand in":
                await self._hand_in()
            else:
                self._write(int(what), is_late=at > end)
        give_up = end + DRAIN_SECONDS + max(0.0, self.device.down_until - end)
        while any(device.rows for device in self.devices) and time.time() < give_up:
            await self._wait(time.time() + 0.5)
        self.seen.unsent += sum(len(device.rows) for device in self.devices)

    def _plan(self, started: float, end: float) -> list[tuple[float, str]]:
        chance, order, seconds = self.chance, self.order, end - started
        writes = [*range(1, order.questions + 1), *chance.sample(range(1, order.questions + 1), order.questions // 5)]
        chance.shuffle(writes)
        plan = [(started + chance.uniform(0.01, 0.995) * seconds, str(number)) for number in writes]
        if chance.random() < order.cut:
            plan.append((started + chance.uniform(0.1, 0.9) * seconds, "cut"))
        if chance.random() < order.moved:
            plan.append((started + chance.uniform(0.2, 0.8) * seconds, "move"))
        if chance.random() < order.late:
            plan += [(end + chance.uniform(0.5, 5), str(2 * chance.randint(1, order.questions // 2))) for _ in range(3)]
        elif chance.random() < order.hands_in:
            plan.append((started + chance.uniform(0.8, 0.98) * seconds, "hand in"))
        return sorted(plan)

    async def _wait(self, until: float) -> None:
        while True:
            for device in self.devices:
                device.nudge()
            left = until - time.time()
            if left <= 0:
                return
            await asyncio.sleep(min(left, 1.0))

    async def _begin(self) -> None:
        began, device = time.time(), self.device
        while True:
            answer = await device.open("POST", f"/assessment/my-exams/{self.order.exam}/begin/")
            found = re.search(rb"\r\n[Ll]ocation: (\S+)", answer)
            if answer.startswith(b"HTTP/1.1 302") and found and b"/sittings/" in found[1]:
                break
            self.seen.refused += answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 302"))
            self.seen.first = self.seen.first or answer[:300].decode(errors="replace")
            if time.time() - began > LONGEST_BEGIN_SECONDS:
                raise SystemExit(f"a candidate could not begin: {self.seen.first}")
            await asyncio.sleep(self.chance.uniform(0.3, 1.0))
        device.address = found[1].decode()
        await device.sit()
        self.seen.begins.append(time.time() - began)
        self.ended_at = time.time() + self.order.seconds  # at the latest; the first save says exactly
        self._write(1, is_late=False)
        while not device.ends:
            await self._wait(time.time() + 0.2)
        self.ended_at = device.ends / 1000

    def _write(self, number: int, *, is_late: bool) -> None:
        self.count += 1
        word = f"{self.number}-{self.count}"
        value = str(self.chance.randint(0, 3)) if number % 2 else word
        fields = [[f"q{number}", value]] if number % 2 else [[f"q{number}.1", value], [f"q{number}.2", "x"]]
        row = self.device.write(number, fields, is_late=is_late)
        self.journal.append((number, f"late {value}" if is_late else value, row.at, len(self.devices)))
        self.device.nudge()

    async def _move(self) -> None:
        """Go on on another device; half of them because the first one has no line, and what it holds comes later."""
        old = self.device
        if self.chance.random() < 0.5:
            old.down_until = max(old.down_until, time.time() + self.chance.uniform(20, 60))
            self._write(2, is_late=False)
        fresh = Device(self.lines, old.session, f"d{self.number}-2", self.seen)
        fresh.address, fresh.ends = old.address, old.ends
        while True:
            answer = await fresh.open("POST", f"{old.address}take-over/")
            if answer.startswith(b"HTTP/1.1 302"):
                break
            if time.time() > self.ended_at:
                return
            await asyncio.sleep(self.chance.uniform(0.3, 1.0))
        await fresh.sit()
        if not fresh.ticket:
            return
        self.devices.append(fresh)
        self.seen.moved += 1

    async def _hand_in(self) -> None:
        device = self.device
        if time.time() < device.down_until or len(self.devices) > 1:
            return
        while device.rows:
            await self._wait(time.time() + 0.2)
            if time.time() > self.ended_at - 2:
                return
        body = f"lease={device.lease}&confirm=1"
        while time.time() < self.ended_at - 1:
            answer = await device.open("POST", f"{device.address}hand-in/", body)
            if answer.startswith(b"HTTP/1.1 302"):
                self.handed_in_at = time.time()
                self.seen.handed_in += 1
                return
            await asyncio.sleep(0.5)


async def run(order: Order) -> dict[str, object]:
    """Let all sit; return what they saw and wrote."""
    lines, seen, opened = Lines(order.port), Seen(), time.time()
    candidates = [Candidate(order, lines, number, seen) for number in range(len(order.sessions))]
    used = time.process_time()
    await asyncio.gather(*(candidate.run(opened) for candidate in candidates))
    return {
        "seen": {**seen.__dict__, "cpu": time.process_time() - used, "seconds": time.time() - opened},
        "journals": [
            {"sitting": int(one.device.address.rstrip("/").rpartition("/")[2]), "end": one.ended_at, "writes": one.journal}
            for one in candidates
        ],
    }


def main(file: str) -> None:
    """Run the order of a file."""
    order = Order(**json.loads(Path(file).read_text(encoding="utf-8")))
    Path(order.out).write_text(json.dumps(uvloop.run(run(order))), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
