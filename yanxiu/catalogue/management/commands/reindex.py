"""`yanxiu reindex`: the words by which courses are found, made anew."""

from typing import Any

from django.core.management import BaseCommand

from yanxiu.catalogue import actions
from yanxiu.catalogue.models import Course
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now


class Command(BaseCommand):
    help = "Make the search index of courses anew where it is missing or of an older dictionary; --all: everywhere."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--all", action="store_true", help="every course, also those whose index is current")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        ids = list(Course.objects.order_by("pk").values_list("pk", flat=True)) if options["all"] else None
        done = actions.reindex(course_ids=ids, by=SYSTEM, at=now())
        self.stdout.write(f"重建了 {done} 门课程的检索词")
