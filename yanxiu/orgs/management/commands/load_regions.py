"""`yanxiu load_regions`: bring the tree of units to the state of the shipped regions. Idempotent."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandParser

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.orgs import actions


class Command(BaseCommand):
    help = "Load the regions of China by GB/T 2260; what exists is kept, what was retired is closed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=actions.REGIONS)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        added = actions.load_regions(by=SYSTEM, at=now(), file=options["file"])
        self.stdout.write(f"新增 {added} 个区划")
