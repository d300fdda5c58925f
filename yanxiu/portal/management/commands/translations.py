"""`yanxiu translations`: make the translations loadable."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from yanxiu.portal import catalogues


class Command(BaseCommand):
    help = "Compile the translations that changed; part of set-up."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        for folder in settings.LOCALE_PATHS:
            for file in catalogues.compile_all(folder):
                self.stdout.write(f"{file.parent.parent.name}: {file.name}")
