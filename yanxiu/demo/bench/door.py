"""The product's own ASGI application with two end points more, which measure its limits: `/noop` here, `/bench/page/` in Django."""

from django.conf import settings

from config.asgi import application as site
from yanxiu.kit.health import Receive, Scope, Send

settings.ROOT_URLCONF = "yanxiu.demo.bench.addresses"
_HEADERS = [(b"content-type", b"text/plain"), (b"content-length", b"2")]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `/noop` here; hand everything else to the product."""
    if scope["type"] == "http" and scope["path"] == "/noop":
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": b"ok"})
    else:
        await site(scope, receive, send)
