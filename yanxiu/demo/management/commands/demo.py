"""`yanxiu demo --size town`: a county with 8 schools and 200 teachers in the middle of its season."""

import argparse
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from yanxiu.demo.town.build import build
from yanxiu.kit.errors import DomainError


class Command(BaseCommand):
    help = "Make the demo town through the product's own actions; refused when people are there already."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--size", choices=["town"], default="town")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        began = time.monotonic()

        def say(words: str) -> None:
            self.stdout.write(f"[{time.monotonic() - began:3.0f} 秒] {words}")
            self.stdout.flush()

        try:
            file = build(Path(settings.DATA), say=say)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(file.read_text(encoding="utf-8"))
