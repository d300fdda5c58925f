"""The one door of the web process: bare ASGI for beats, exam answers, uploads and health, Django's pages as WSGI in threads (ADR 0003)."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings

from config.wsgi import application as pages
from yanxiu.assessment.gateway import application as answers
from yanxiu.files import gateway as uploads
from yanxiu.files import queries as files
from yanxiu.kit import clock, health
from yanxiu.kit.health import Receive, Scope, Send
from yanxiu.learning.gateway import application as beats

_django = WSGIMiddleware(pages, workers=settings.WEB_THREADS)  # type: ignore[arg-type]  # its own names for WSGI's types
_uploads = uploads.Door(folder=files.folder(), secret=settings.SECRET_KEY, session_cookie=settings.SESSION_COOKIE_NAME, clock=clock.now)

_DOORS: dict[str, Callable[[Scope, Receive, Send], Awaitable[None]]] = {
    "/beats": beats,
    "/answers": answers,
    "/livez": health.livez,
    "/readyz": health.readyz,
}


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await beats.close()
    await answers.close()
    await send({"type": "lifespan.shutdown.complete"})


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send each request to the application it belongs to."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    if scope["type"] != "http":
        await send({"type": "websocket.close", "code": 1000})
        return
    path = scope["path"]
    door = _DOORS.get(path) or (_uploads if path.startswith(uploads.PREFIX) else None)
    if door is not None:
        await door(scope, receive, send)
    else:
        # WSGI writes "X-A" and "X_A" the same way: a client could pretend to be our proxy.
        # When the request came in is ours to say: what was received in time counts however long it waits for a thread (P-15).
        headers = [pair for pair in scope["headers"] if b"_" not in pair[0] and pair[0] != clock.RECEIVED]
        scope = {**scope, "headers": [*headers, (clock.RECEIVED, clock.now().isoformat().encode())]}

        async def receive_body() -> MutableMapping[str, Any]:
            return await receive()  # a2wsgi asks for a coroutine; the server's own is another kind of awaitable

        await _django(scope, receive_body, send)  # type: ignore[arg-type]  # its own names for the same types
