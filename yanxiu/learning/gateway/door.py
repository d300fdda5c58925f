"""The ASGI application of the gateway."""

import time

import psycopg
from django.conf import settings
from psycopg_pool import PoolTimeout

from yanxiu.kit.bare import Gate, Receive, Scope, Send, answer, ask_later, body_of, refusal
from yanxiu.kit.errors import DomainError
from yanxiu.kit.gathering import Full
from yanxiu.learning import tickets
from yanxiu.learning.gateway import beats, writing


class Door:
    """Answers POST with a beat. Pool and gathering are made at the first beat, in the loop that serves it."""

    def __init__(self, *, writers: int = 1, room: int = 4_000) -> None:
        self._cookie = settings.SESSION_COOKIE_NAME.encode() + b"="
        self._gate = Gate[beats.Beat, beats.Credited]("beats", writing.write, writers=writers, room=room)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Never raises for what a client sends."""
        if scope["type"] != "http":
            return
        if scope["method"] != "POST":
            await answer(send, 405, refusal("method", "这里只收学习上报。"), (b"allow", b"POST"))
            return
        try:
            sent = beats.parse(await body_of(receive, most=beats.MOST_BYTES))
            ticket = tickets.read(sent.ticket, at=time.time())
            beat = beats.fold(sent, ticket, self._session(scope))
        except DomainError as error:
            await answer(send, error.status, refusal(error.code, error.message))
            return
        await self._credit(beat, send)

    async def close(self) -> None:
        """Write what waits and close the connections."""
        await self._gate.close()

    async def _credit(self, beat: beats.Beat, send: Send) -> None:
        try:
            status, body = beats.answer(await self._gate.put(beat), beat.ticket)
        except Full:
            await ask_later(send, "现在看的人很多，这次还没有存上，会自动再报。")
        except (psycopg.Error, PoolTimeout, OSError):
            await ask_later(send, "这次还没有存上，会自动再报。请不要关掉这一页。")
        else:
            await answer(send, status, body)

    def _session(self, scope: Scope) -> bytes:
        for name, value in scope["headers"]:
            if name == b"cookie":
                for part in value.split(b";"):
                    key = part.strip()
                    if key.startswith(self._cookie):
                        found: bytes = key[len(self._cookie) :][:40]
                        return found if found.isalnum() else b""
        return b""
