"""`yanxiu plan schema`: the JSON Schema of plan files, for editors; `--write FILE` renews the committed copy."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand

from yanxiu.programmes.plan.json_schema import json_schema


class Command(BaseCommand):
    help = "Print the JSON Schema of plan files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--write", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        target: Path | None = options["write"]
        if target is None:
            self.stdout.write(json_schema(), ending="")
        else:
            target.write_text(json_schema(), encoding="utf-8")
            self.stdout.write(f"已写 {target}")
