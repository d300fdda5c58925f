"""`yanxiu bench NAME --json`: measures one thing beside its limit; `yanxiu bench report` writes the page of what is kept."""

import argparse
from typing import Any

from django.core.management import BaseCommand, CommandError

from yanxiu.demo.bench import beats, figures
from yanxiu.demo.bench.figures import Figure
from yanxiu.demo.bench.ground import NotReady
from yanxiu.kit.clock import local, now


class Command(BaseCommand):
    help = "Measure: beats. Prints one figure; --keep stores it under docs/reference/figures."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", choices=["beats"])
        parser.add_argument("--json", action="store_true", help="print the figure as one JSON object, and nothing else to standard output")
        parser.add_argument("--keep", action="store_true", help="store the figure with date and commit")
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement of a round")
        parser.add_argument("--connections", type=int, default=0, help="kept busy at once; 64 for beats, 8 for pages")
        parser.add_argument("--people", type=int, default=4_000, help="who send beats")
        parser.add_argument("--rows", type=int, default=200_000, help="rows of progress")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        try:
            figure = self._measure(options)
        except NotReady as error:
            raise CommandError(str(error)) from error
        self.stdout.write(figures.written(figure) if options["json"] else _words(figure))
        if options["keep"]:
            figures.keep(figure, on=local(now()).date())

    def _measure(self, options: dict[str, Any]) -> Figure:
        connections = options["connections"] or beats.CONNECTIONS
        if options["people"] < connections:
            raise CommandError(f"--people 至少 {connections}：每个连接要有自己的人。")
        return beats.measure(
            people=options["people"], rows=options["rows"], rounds=options["rounds"], seconds=options["seconds"], connections=connections,
            say=self.stderr.write,
        )  # fmt: skip


def _words(figure: Figure) -> str:
    return (
        f"{figure.name}: {figure.value:,} {figure.unit}, p50 {figure.p50_ms} ms, p99 {figure.p99_ms} ms, {figure.ratio} of {figure.limit:,}"
    )
