"""Group commit: beats wait a few milliseconds for each other, and each is answered when its group is on disk."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import psycopg

from yanxiu.learning.gateway.beats import Beat, Credited

logger = logging.getLogger("yanxiu.beats")
Write = Callable[[Sequence[Beat]], Awaitable[list[Credited]]]


class Full(Exception):
    """More beats wait than can be written soon."""


class Gathering:
    """Gathers beats and writes them in groups by `write`. Belongs to one event loop.

    `pause_seconds`: how long the first of a group waits; `most`: beats of a group; `room`: beats that may wait; `writers`: groups
    under way at once.
    """

    def __init__(self, write: Write, *, pause_seconds: float = 0.001, most: int = 400, room: int = 4_000, writers: int = 1) -> None:
        self._write = write
        self._pause_seconds = pause_seconds
        self._most = most
        self._room = room
        self._writers = writers
        self._waiting: list[tuple[Beat, asyncio.Future[Credited]]] = []
        self._running: set[asyncio.Task[None]] = set()

    async def put(self, beat: Beat) -> Credited:
        """Return what was credited, after the commit. Raises Full, or what the database raised."""
        if len(self._waiting) >= self._room:
            raise Full
        future: asyncio.Future[Credited] = asyncio.get_running_loop().create_future()
        self._waiting.append((beat, future))
        if len(self._running) < self._writers:
            task = asyncio.create_task(self._work())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await future

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.gather(*self._running)

    async def _work(self) -> None:
        await asyncio.sleep(self._pause_seconds)
        while self._waiting:
            await self._write_group(self._take())

    def _take(self) -> dict[int, tuple[Beat, list[asyncio.Future[Credited]]]]:
        """Take a group: beats of one lease become one; a second lease of the same person waits for the next group."""
        group: dict[int, tuple[Beat, list[asyncio.Future[Credited]]]] = {}
        rest: list[tuple[Beat, asyncio.Future[Credited]]] = []
        for beat, future in self._waiting:
            held = group.get(beat.ticket.person)
            if held is None and len(group) < self._most:
                group[beat.ticket.person] = (beat, [future])
            elif held is not None and held[0].is_like(beat):
                held[0].take(beat)
                held[1].append(future)
            else:
                rest.append((beat, future))
        self._waiting = rest
        return dict(sorted(group.items()))

    async def _write_group(self, group: dict[int, tuple[Beat, list[asyncio.Future[Credited]]]]) -> None:
        try:
            results = await self._write([beat for beat, _ in group.values()])
        except Exception as error:  # noqa: BLE001 - every waiting client must be answered
            logger.warning("a group of %d beats was not written: %s", len(group), error)
            if len(group) > 1 and not _is_outage(error):
                for person, one in group.items():  # one odd beat must not refuse the others
                    await self._write_group({person: one})
                return
            _answer_all(group, error)
            return
        for (_, futures), credited in zip(group.values(), results, strict=True):
            for future in futures:
                if not future.done():
                    future.set_result(credited)


def _answer_all(group: dict[int, tuple[Beat, list[asyncio.Future[Credited]]]], error: Exception) -> None:
    for _, futures in group.values():
        for future in futures:
            if not future.done():
                future.set_exception(error)


def _is_outage(error: Exception) -> bool:
    return isinstance(error, psycopg.OperationalError | OSError | TimeoutError)
