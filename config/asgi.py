"""The one door of the web process: bare ASGI for beats and health, Django's pages as WSGI in threads (ADR 0003)."""

import importlib
import importlib.util
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings

from config.wsgi import application as pages
from yanxiu.kit import health
from yanxiu.kit.health import Receive, Scope, Send

_django = WSGIMiddleware(pages, workers=settings.WEB_THREADS)


def _gateway() -> Any:
    if importlib.util.find_spec("yanxiu.learning.gateway") is None:
        return None
    return importlib.import_module("yanxiu.learning.gateway")


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    if hasattr(_gateway(), "close"):
        await _gateway().close()
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
    if path == "/beats" and _gateway():
        await _gateway().application(scope, receive, send)
    elif path == "/livez":
        await health.livez(scope, receive, send)
    elif path == "/readyz":
        await health.readyz(scope, receive, send)
    else:
        # WSGI writes "X-A" and "X_A" the same way: a client could pretend to be our proxy.
        scope = {**scope, "headers": [pair for pair in scope["headers"] if b"_" not in pair[0]]}
        await _django(scope, receive, send)  # type: ignore[arg-type]  # its own names for the same types
