"""`yanxiu bench NAME --json`: measures one thing beside its limit; `yanxiu bench report` writes the page of what is kept."""

import argparse
from typing import Any

from django.core.management import BaseCommand, CommandError

from yanxiu.demo.bench import beats, figures, pages, report
from yanxiu.demo.bench.figures import Figure
from yanxiu.demo.bench.ground import NotReady
from yanxiu.kit.clock import local, now


class Command(BaseCommand):
    help = "Measure beats or pages and print one figure; report writes docs/reference/performance.md from the figures kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", choices=["beats", "pages", "report"])
        parser.add_argument("--json", action="store_true", help="print the figure as one JSON object, and nothing else to standard output")
        parser.add_argument("--keep", action="store_true", help="store the figure with date and commit")
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument("--seconds", type=float, default=0.0, help="of each measurement of a round; 5 for beats, 2 for each page")
        parser.add_argument("--connections", type=int, default=0, help="kept busy at once; 64 for beats, 8 for pages")
        parser.add_argument("--people", type=int, default=4_000, help="who send beats")
        parser.add_argument("--rows", type=int, default=200_000, help="rows of progress")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if options["name"] == "report":
            report.PAGE.write_text(report.page(figures.kept()), encoding="utf-8")
            self.stdout.write(f"已写 {report.PAGE.relative_to(report.PAGE.parents[2])}")
            return
        if min(options["rounds"], options["people"], options["rows"]) < 1 or min(options["seconds"], options["connections"]) < 0:
            raise CommandError("--rounds、--people、--rows 至少为 1，--seconds 和 --connections 不能为负。")
        try:
            figure = self._measure(options)
        except NotReady as error:
            raise CommandError(str(error)) from error
        self.stdout.write(figures.written(figure) if options["json"] else _words(figure))
        if options["keep"]:
            figures.keep(figure, on=local(now()).date())

    def _measure(self, options: dict[str, Any]) -> Figure:
        if options["name"] == "pages":
            return pages.measure(
                rounds=options["rounds"], seconds=options["seconds"] or 2.0, connections=options["connections"] or pages.CONNECTIONS,
                say=self.stderr.write,
            )  # fmt: skip
        connections = options["connections"] or beats.CONNECTIONS
        if options["people"] < connections:
            raise CommandError(f"--people 至少 {connections}：每个连接要有自己的人。")
        return beats.measure(
            people=options["people"], rows=options["rows"], rounds=options["rounds"], seconds=options["seconds"] or 5.0,
            connections=connections, say=self.stderr.write,
        )  # fmt: skip


def _words(figure: Figure) -> str:
    return (
        f"{figure.name}: {figure.value:,} {figure.unit}, p50 {figure.p50_ms} ms, p99 {figure.p99_ms} ms, {figure.ratio} of {figure.limit:,}"
    )
