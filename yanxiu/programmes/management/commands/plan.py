"""`yanxiu plan SUB …`: hands over to the command `plan_SUB`, which may live in any package that knows enough for it."""

import argparse
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command, get_commands


class Command(BaseCommand):
    help = "Work with plan files: yanxiu plan check FILE, yanxiu plan read FILE, …"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("sub", help="check, read, schema, …")
        parser.add_argument("rest", nargs=argparse.REMAINDER, help="what the chosen command takes")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        name = f"plan_{options['sub']}"
        known = sorted(command.removeprefix("plan_") for command in get_commands() if command.startswith("plan_"))
        if name not in get_commands():
            raise CommandError(f"没有 plan {options['sub']} 这个命令，可用：{'、'.join(known)}")
        call_command(name, *options["rest"], stdout=self.stdout, stderr=self.stderr)
