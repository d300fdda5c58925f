"""`yanxiu worker`: runs queued tasks, what the schedule says, and the steady work (delivery of records)."""

import asyncio
import os
import signal
from typing import Any

from django.core.management import BaseCommand, CommandParser

from yanxiu.kit import worker


class Command(BaseCommand):
    help = "Run background tasks, the schedule and the delivery of records until stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="tasks at the same time")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        asyncio.run(_until_stopped(options["concurrency"]))
        os._exit(0)  # a steady function may sit in a thread; what it did is committed or rolled back


async def _until_stopped(concurrency: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await worker.run(stop=stop, concurrency=concurrency)
