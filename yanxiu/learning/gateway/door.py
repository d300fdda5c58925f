"""The two doors of the gateway: an ASGI application beside the pages, and the reader of a process of its own."""

import time
from functools import partial
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from psycopg_pool import PoolTimeout

from yanxiu.kit.bare import Gate, Receive, Scope, Send, answer, ask_later, body_of, refusal, retry_after
from yanxiu.kit.errors import DomainError
from yanxiu.kit.gathering import Full
from yanxiu.kit.listening import Reply, Request
from yanxiu.learning import tickets
from yanxiu.learning.gateway import beats, writing

if TYPE_CHECKING:
    import asyncio

_COOKIE = settings.SESSION_COOKIE_NAME.encode() + b"="
_FULL = "现在看的人很多，这次还没有存上，会自动再报。"
_OUTAGE = "这次还没有存上，会自动再报。请不要关掉这一页。"
_OUTAGES = (psycopg.Error, PoolTimeout, OSError)


class Door:
    """Answers POST with a beat. Pool and gathering are made at the first beat, in the loop that serves it."""

    def __init__(self, *, writers: int = 1, room: int = 4_000) -> None:
        self._gate = Gate[beats.Beat, beats.Credited]("beats", writing.write, writers=writers, room=room)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Never raises for what a client sends."""
        if scope["type"] != "http":
            return
        if scope["method"] != "POST":
            await answer(send, 405, refusal("method", "这里只收学习上报。"), (b"allow", b"POST"))
            return
        cookies = b";".join(value for name, value in scope["headers"] if name == b"cookie")
        try:
            beat = _read(await body_of(receive, most=beats.MOST_BYTES), cookies)
        except DomainError as error:
            await answer(send, error.status, refusal(error.code, error.message))
            return
        try:
            status, body = beats.answer(await self._gate.put(beat), beat.ticket)
        except Full:
            await ask_later(send, _FULL)
        except _OUTAGES:
            await ask_later(send, _OUTAGE)
        else:
            await answer(send, status, body)

    async def close(self) -> None:
        """Write what waits and close the connections."""
        await self._gate.close()


class Reader:
    """Serves beats for a `kit.listening.Listener`: no task and no waiting of its own for each."""

    def __init__(self, *, room: int = 4_000) -> None:
        self._gate = Gate[beats.Beat, beats.Credited]("beats", writing.write, room=room)

    async def open(self) -> None:
        """Make pool and gathering; before the first beat."""
        await self._gate.open()

    async def close(self) -> None:
        """Write what waits and close the connections."""
        await self._gate.close()

    def serve(self, request: Request, reply: Reply) -> None:
        """Answer a beat after its commit, or at once why not. Never raises for what a client sends."""
        try:
            beat = _read(request.body, request.cookie)
            self._gate.hand(beat).add_done_callback(partial(self._answer, beat.ticket, reply))
        except DomainError as error:
            reply(error.status, refusal(error.code, error.message))
        except Full:
            reply(503, refusal("later", _FULL), retry_after())

    def _answer(self, ticket: tickets.Ticket, reply: Reply, done: "asyncio.Future[beats.Credited]") -> None:
        failed = None if done.cancelled() else done.exception()
        if done.cancelled() or isinstance(failed, _OUTAGES):
            reply(503, refusal("later", _OUTAGE), retry_after())
        elif failed is not None:
            reply(500, refusal("failed", _OUTAGE))
            raise failed
        else:
            reply(*beats.answer(done.result(), ticket))


def _read(body: bytes, cookies: bytes) -> beats.Beat:
    sent = beats.parse(body)
    return beats.fold(sent, tickets.read(sent.ticket, at=time.time()), _session(cookies))


def _session(cookies: bytes) -> bytes:
    for part in cookies.split(b";"):
        key = part.strip()
        if key.startswith(_COOKIE):
            found = key[len(_COOKIE) :][:40]
            return found if found.isalnum() else b""
    return b""
