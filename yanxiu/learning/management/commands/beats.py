"""`yanxiu beats`: the gateway as a process of its own, for many learners (ADR 0032)."""

import asyncio
import signal
from typing import Any

import uvloop
from django.conf import settings
from django.core.management import BaseCommand, CommandError

from yanxiu.kit.listening import Listener
from yanxiu.learning.gateway import Reader
from yanxiu.learning.gateway.beats import MOST_BYTES


class Command(BaseCommand):
    help = "Serve POST /beats from a process of its own on BEATS_PORT; several may run at once."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if not settings.BEATS_PORT:
            raise CommandError("没有设置 BEATS_PORT：学习上报由网页进程接收，不需要另开进程。")
        try:
            uvloop.run(serve(settings.HOST, settings.BEATS_PORT))
        except OSError as error:
            raise CommandError(f"{settings.HOST}:{settings.BEATS_PORT} 不能用（{error.strerror}）。请用 BEATS_PORT 换一个端口。") from error


async def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; what was taken is written and answered before the end. Raises OSError when the port is taken."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    reader = Reader()
    await reader.open()
    listener = Listener(path="/beats", most=MOST_BYTES, serve=reader.serve)
    await listener.open(host, port)
    await stop.wait()
    listener.close()
    await reader.close()
    await asyncio.sleep(0)  # the last are answered in the loop's next turn
