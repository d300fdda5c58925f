"""`yanxiu web`: the pages, the beat gateway and the health end points; with `--files` the second origin."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Serve the pages (PORT), or with --files the second origin for untrusted content (FILES_PORT)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--files", action="store_true", help="serve the second origin instead of the pages")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        command = web_command(files=options["files"])
        os.execv(command[0], command)  # noqa: S606 - our own command


def web_command(*, files: bool) -> list[str]:
    """Return the command line of the server of one origin."""
    target, port, workers = ("config.asgi:application", settings.PORT, settings.WEB_WORKERS)
    if files:
        target, port, workers = ("config.asgi_files:application", settings.FILES_PORT, 1)
    return [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", settings.HOST, "--port", str(port), "--workers", str(workers),
        "--loop", "uvloop", "--no-ws", "--http", "1", "--log-level", "warning", "--respawn-failed-workers", "--respawn-interval", "1",
        "--workers-kill-timeout", "5", "--backlog", "1024", target,
    ]  # fmt: skip
