"""What bare ASGI doors share: the body, the answer, and a gathering on connections of its own (ADR 0003)."""

import asyncio
import random
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Generic

import msgspec
from django.conf import settings
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from yanxiu.kit.errors import Invalid
from yanxiu.kit.gathering import Gathering, Item, Said

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Write = Callable[[AsyncConnection[Any], Sequence[Item]], Awaitable[list[Said]]]

FIXED = (
    (b"content-type", b"application/json; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


class TooLong(Invalid):
    """The body is larger than any honest one."""

    status = 413
    code = "too_long"


class Gate(Generic[Item, Said]):
    """A gathering with its own pool. Both are made when the first item comes, in the loop that serves it."""

    def __init__(self, name: str, write: Write[Item, Said], *, writers: int = 1, room: int = 4_000) -> None:
        self._name, self._write_on, self._writers, self._room = name, write, writers, room
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] | None = None
        self._gathering: Gathering[Item, Said] | None = None
        self._opening: asyncio.Lock | None = None

    async def put(self, item: Item) -> Said:
        """Return what became of an item, after the commit. Raises Full, PoolTimeout, OSError or what the database raised."""
        return await (self._gathering or await self.open()).put(item)

    def hand(self, item: Item) -> asyncio.Future[Said]:
        """Return the future of what `put` returns; only after `open`. Raises Full."""
        assert self._gathering is not None  # noqa: S101 - opened before
        return self._gathering.hand(item)

    async def close(self) -> None:
        """Write what waits and close the connections."""
        if self._gathering is not None:
            await self._gathering.settle()
        if self._pool is not None:
            await self._pool.close()
        self._pool = self._gathering = self._opening = None

    async def open(self) -> Gathering[Item, Said]:
        """Return the gathering, made at the first call. The database need not be there yet."""
        self._opening = self._opening or asyncio.Lock()
        async with self._opening:
            if self._gathering is None:
                self._pool = AsyncConnectionPool(
                    kwargs=connection_parameters(), min_size=1, max_size=self._writers, open=False, timeout=5, name=self._name,
                )  # fmt: skip
                await self._pool.open()
                self._gathering = Gathering(self._write, writers=self._writers, room=self._room)
            return self._gathering

    async def _write(self, batch: Sequence[Item]) -> list[Said]:
        assert self._pool is not None  # noqa: S101 - opened before the gathering
        async with self._pool.connection() as connection:
            return await self._write_on(connection, batch)


def connection_parameters() -> dict[str, Any]:
    """Return how to reach the database of the site, as psycopg takes it."""
    database = settings.DATABASES["default"]
    options = {key: value for key, value in database.get("OPTIONS", {}).items() if key not in ("pool", "server_side_binding")}
    named = {"dbname": database["NAME"], "user": database["USER"], "password": database["PASSWORD"], "host": database["HOST"],
             "port": database["PORT"]}  # fmt: skip
    return {**{key: value for key, value in named.items() if value}, **options, "autocommit": True}


async def body_of(receive: Receive, *, most: int) -> bytes:
    """Return the whole body. Raises TooLong beyond `most` bytes."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            raise TooLong(f"一次上报最多 {most} 字节。请分几次报。")
        if not message.get("more_body"):
            return body


async def answer(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    """Send JSON that nobody keeps."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*FIXED, length, *headers]})
    await send({"type": "http.response.body", "body": body})


async def ask_later(send: Send, message: str) -> None:
    """Send 503 with the time to wait."""
    await answer(send, 503, refusal("later", message), retry_after())


def retry_after() -> tuple[bytes, bytes]:
    """Return the header of 503: spread over several seconds, so that a returning crowd does not come as one wave."""
    return (b"retry-after", b"%d" % random.randint(2, 8))  # noqa: S311 - not a secret


def refusal(code: str, message: str) -> bytes:
    """Return the body of an error."""
    return msgspec.json.encode({"code": code, "message": message})
