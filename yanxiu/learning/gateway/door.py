"""The ASGI application of the gateway and its own pool of connections."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

import psycopg
from django.conf import settings
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.learning import tickets
from yanxiu.learning.gateway import beats, writing
from yanxiu.learning.gateway.gathering import Full, Gathering

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class TooLong(Invalid):
    """The body is larger than any honest beat."""

    status = 413
    code = "too_long"


class Door:
    """Answers POST with a beat. Pool and gathering are made at the first beat, in the loop that serves it."""

    def __init__(self, *, writers: int = 1, room: int = 4_000) -> None:
        self._cookie = settings.SESSION_COOKIE_NAME.encode() + b"="
        self._writers = writers
        self._room = room
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] | None = None
        self._gathering: Gathering | None = None
        self._opening: asyncio.Lock | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Never raises for what a client sends."""
        if scope["type"] != "http":
            return
        if scope["method"] != "POST":
            await _send(send, 405, beats.refusal("method", "这里只收学习上报。"), (b"allow", b"POST"))
            return
        try:
            sent = beats.parse(await _body(receive))
            ticket = tickets.read(sent.ticket, at=time.time())
            beat = beats.fold(sent, ticket, self._session(scope))
        except DomainError as error:
            await _send(send, error.status, beats.refusal(error.code, error.message))
            return
        await self._credit(beat, send)

    async def close(self) -> None:
        """Write what waits and close the connections."""
        if self._gathering is not None:
            await self._gathering.settle()
        if self._pool is not None:
            await self._pool.close()
        self._pool = self._gathering = self._opening = None

    async def _credit(self, beat: beats.Beat, send: Send) -> None:
        try:
            gathering = self._gathering or await self._open()
            status, body = beats.answer(await gathering.put(beat), beat.ticket)
        except Full:
            await _later(send, "现在看的人很多，这次还没有存上，会自动再报。")
        except (psycopg.Error, PoolTimeout, OSError):
            await _later(send, "这次还没有存上，会自动再报。请不要关掉这一页。")
        else:
            await _send(send, status, body)

    def _session(self, scope: Scope) -> bytes:
        for name, value in scope["headers"]:
            if name == b"cookie":
                for part in value.split(b";"):
                    key = part.strip()
                    if key.startswith(self._cookie):
                        found: bytes = key[len(self._cookie) :][:40]
                        return found if found.isalnum() else b""
        return b""

    async def _open(self) -> Gathering:
        self._opening = self._opening or asyncio.Lock()
        async with self._opening:
            if self._gathering is None:
                self._pool = AsyncConnectionPool(
                    kwargs=connection_parameters(), min_size=1, max_size=self._writers, open=False, timeout=5, name="beats",
                )  # fmt: skip
                await self._pool.open()
                self._gathering = Gathering(self._write, writers=self._writers, room=self._room)
            return self._gathering

    async def _write(self, batch: Sequence[beats.Beat]) -> list[beats.Credited]:
        assert self._pool is not None  # noqa: S101 - opened before the gathering
        async with self._pool.connection() as connection:
            return await writing.write(connection, batch)


def connection_parameters() -> dict[str, Any]:
    """Return how to reach the database of the site, as psycopg takes it."""
    database = settings.DATABASES["default"]
    options = {key: value for key, value in database.get("OPTIONS", {}).items() if key not in ("pool", "server_side_binding")}
    named = {"dbname": database["NAME"], "user": database["USER"], "password": database["PASSWORD"], "host": database["HOST"],
             "port": database["PORT"]}  # fmt: skip
    return {**{key: value for key, value in named.items() if value}, **options, "autocommit": True}


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > beats.MOST_BYTES:
            raise TooLong(f"一次上报最多 {beats.MOST_BYTES} 字节。请分几次报。")
        if not message.get("more_body"):
            return body


async def _later(send: Send, message: str) -> None:
    # Spread over several seconds, so that a returning crowd does not come as one wave.
    wait = random.randint(2, 8)  # noqa: S311 - not a secret
    await _send(send, 503, beats.refusal("later", message), (b"retry-after", str(wait).encode()))


_FIXED = (
    (b"content-type", b"application/json; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


async def _send(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*_FIXED, length, *headers]})
    await send({"type": "http.response.body", "body": body})
