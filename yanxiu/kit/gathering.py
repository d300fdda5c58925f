"""Group commit: what many clients send waits a few milliseconds for each other, and each is answered when its group is on disk."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar, cast

import psycopg

logger = logging.getLogger("yanxiu.gathering")


class Full(Exception):
    """More waits than can be written soon."""


class Gathered(Protocol):
    """What waits. `key` orders a group and stands in it once.

    One that `is_like` it, of the same key, is taken up by `take`; another waits for the next group.
    """

    @property
    def key(self) -> int: ...

    def is_like(self, other: Any) -> bool: ...

    def take(self, other: Any) -> None: ...


Item = TypeVar("Item", bound=Gathered)
Said = TypeVar("Said")


class Gathering(Generic[Item, Said]):
    """Gathers items and writes them in groups by `write`, ascending by key. Belongs to one event loop.

    `pause_seconds`: how long the first of a group waits; `most`: items of a group; `room`: items that may wait; `writers`: groups
    under way at once.
    """

    def __init__(
        self, write: Callable[[Sequence[Item]], Awaitable[list[Said]]], *, pause_seconds: float = 0.001, most: int = 400, room: int = 4_000,
        writers: int = 1,
    ) -> None:  # fmt: skip
        self._write = write
        self._pause_seconds = pause_seconds
        self._most = most
        self._room = room
        self._writers = writers
        self._waiting: list[tuple[Item, asyncio.Future[Said]]] = []
        self._running: set[asyncio.Task[None]] = set()

    async def put(self, item: Item) -> Said:
        """Return what became of it, after the commit. Raises Full, or what the database raised."""
        return await self.hand(item)

    def hand(self, item: Item) -> asyncio.Future[Said]:
        """Take it in, and return the future of what `put` returns. Raises Full."""
        if len(self._waiting) >= self._room:
            raise Full
        future: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if len(self._running) < self._writers:
            self._running.add(asyncio.create_task(self._work()))
        return future

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.gather(*self._running)

    async def _work(self) -> None:
        try:
            await asyncio.sleep(self._pause_seconds)
            while self._waiting:
                await self._write_group(self._take())
        finally:  # at once, not when the loop comes to it: what is put meanwhile would wait for the next one that comes
            self._running.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    def _take(self) -> dict[int, tuple[Item, list[asyncio.Future[Said]]]]:
        """Take a group: items that are alike become one; others of the same key wait for the next group."""
        group: dict[int, tuple[Item, list[asyncio.Future[Said]]]] = {}
        rest: list[tuple[Item, asyncio.Future[Said]]] = []
        for item, future in self._waiting:
            key = item.key
            held = group.get(key)
            if held is None and len(group) < self._most:
                group[key] = (item, [future])
            elif held is not None and held[0].is_like(item):
                held[0].take(item)
                held[1].append(future)
            else:
                rest.append((item, future))
        self._waiting = rest
        return dict(sorted(group.items()))

    async def _write_group(self, group: dict[int, tuple[Item, list[asyncio.Future[Said]]]]) -> None:
        try:
            results = await self._write([item for item, _ in group.values()])
        except Exception as error:  # noqa: BLE001 - every waiting client must be answered
            logger.warning("a group of %d was not written: %s", len(group), error)
            if len(group) > 1 and not _is_outage(error):
                for key, one in group.items():  # one odd item must not refuse the others
                    await self._write_group({key: one})
                return
            _answer_all(group, error)
            return
        for (_, futures), said in zip(group.values(), results, strict=True):
            for future in futures:
                if not future.done():
                    future.set_result(said)


def _answer_all(group: dict[int, tuple[Item, list[asyncio.Future[Said]]]], error: Exception) -> None:
    for _, futures in group.values():
        for future in futures:
            if not future.done():
                future.set_exception(error)


def _is_outage(error: Exception) -> bool:
    return isinstance(error, psycopg.OperationalError | OSError | TimeoutError)
