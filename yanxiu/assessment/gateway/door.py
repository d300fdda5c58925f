"""The ASGI application of the gateway."""

import time

import psycopg
from psycopg_pool import PoolTimeout

from yanxiu.assessment.gateway import deliveries, writing
from yanxiu.kit.bare import Gate, Receive, Scope, Send, answer, ask_later, body_of, refusal
from yanxiu.kit.errors import DomainError
from yanxiu.kit.gathering import Full


class Door:
    """Answers POST with answers of an exam. Pool and gathering are made at the first, in the loop that serves it."""

    def __init__(self, *, writers: int = 1, room: int = 4_000) -> None:
        self._gate = Gate[deliveries.Delivery, deliveries.Taken]("answers", writing.write, writers=writers, room=room)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Never raises for what a client sends."""
        if scope["type"] != "http":
            return
        arrived = int(time.time() * 1000)  # before anything waits: what was received in time counts (P-15)
        if scope["method"] != "POST":
            await answer(send, 405, refusal("method", "这里只收考试的答案。"), (b"allow", b"POST"))
            return
        try:
            sent = deliveries.parse(await body_of(receive, most=deliveries.MOST_BYTES))
            delivery = deliveries.fold(sent, arrived=arrived)
        except DomainError as error:
            await answer(send, error.status, refusal(error.code, error.message))
            return
        await self._store(delivery, send)

    async def close(self) -> None:
        """Write what waits and close the connections."""
        await self._gate.close()

    async def _store(self, delivery: deliveries.Delivery, send: Send) -> None:
        mine = deliveries.Delivery(delivery.ticket, list(delivery.answers))  # what is gathered grows; the answer is about this one
        try:
            status, body = deliveries.answer(await self._gate.put(delivery), mine)
        except Full:
            await ask_later(send, "现在交的人很多，这次还没有存上，会自动再送。答案都在这台设备上。")
        except (psycopg.Error, PoolTimeout, OSError):
            await ask_later(send, "这次还没有存上，会自动再送。答案都在这台设备上，请不要关掉这一页。")
        else:
            await answer(send, status, body)
