"""`yanxiu worker`: runs queued tasks, what the schedule says, and the steady work (delivery of records)."""

import asyncio
import os
import signal
import sys
from typing import Any

from django.core.management import BaseCommand, CommandParser

from yanxiu.kit import worker


class Command(BaseCommand):
    help = "Run background tasks, the schedule and the delivery of records until stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="tasks at the same time")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        is_heavy = asyncio.run(_until_stopped(options["concurrency"]))
        # A steady function may sit in a thread; what it did is committed or rolled back.
        if is_heavy:
            again = [sys.executable, "-m", "config.cli", "worker", "--concurrency", str(options["concurrency"])]
            os.execv(again[0], again)  # noqa: S606 - our own command
        os._exit(0)


async def _until_stopped(concurrency: int) -> bool:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return await worker.run(stop=stop, concurrency=concurrency)
