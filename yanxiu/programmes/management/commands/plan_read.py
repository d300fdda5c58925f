"""`yanxiu plan read FILE`: the plan in Chinese sentences, as the engine understands it."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from yanxiu.programmes.plan.folder import check_file
from yanxiu.programmes.plan.read_back import read_back
from yanxiu.programmes.plan.reading import PlanInvalid
from yanxiu.programmes.plan.words import SECTIONS


class Command(BaseCommand):
    help = "Read a plan back in sentences."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--param", action="append", default=[], metavar="NAME=NUMBER", help="a parameter of the launch, e.g. Y=2026")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        reading = check_file(options["file"])
        if reading.plan is None or not reading.is_sound:
            raise CommandError(PlanInvalid(reading.complaints).message)
        section = ""
        for sentence in read_back(reading.plan, _params(options["param"])):
            if sentence.section != section:
                section = sentence.section
                self.stdout.write(f"\n{SECTIONS[section]}")
            self.stdout.write(f"  {sentence.text}")


def _params(pairs: list[str]) -> dict[str, int]:
    given = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not value.isascii() or not value.isdecimal():
            raise CommandError(f"参数「{pair}」写法不对，写成 Y=2026")
        given[name] = int(value)
    return given
