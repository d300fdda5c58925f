"""`yanxiu docs`: write the generated reference pages, or check that they are fresh."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from yanxiu.portal import reference


class Command(BaseCommand):
    help = "Write docs/reference from the code; --check only compares."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when a page is stale, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        folder = settings.ROOT / "docs" / "reference"
        stale = []
        for name, text in reference.pages().items():
            file = folder / name
            if file.exists() and file.read_text(encoding="utf-8") == text:
                continue
            stale.append(name)
            if not options["check"]:
                file.write_text(text, encoding="utf-8")
        if options["check"] and stale:
            raise CommandError(f"stale: {', '.join(stale)}; run ./run docs")
        self.stdout.write(f"wrote {', '.join(stale)}" if stale else "fresh")
