"""`yanxiu bench NAME --json`: measures one thing beside its limit; `yanxiu bench report` writes the page of what is kept."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from yanxiu.demo.bench import (
    answers,
    beats,
    completion,
    draw,
    exports,
    faults,
    figures,
    finding,
    growth,
    login,
    marks,
    pages,
    report,
    roster,
    season,
    seats,
    settle,
    shelves,
    spaces,
)
from yanxiu.demo.bench.exam import run as exam
from yanxiu.demo.bench.figures import Figure
from yanxiu.demo.bench.ground import NotReady
from yanxiu.demo.bench.similarity import measuring as similarity
from yanxiu.kit.clock import local, now

MANY = 12_000
PEOPLE = {
    "draw": MANY,
    "growth": MANY,
    "settle": MANY,
    "login": 2_000,
    "completion": 2_000,
    "answers": 400,
    "exam": exam.PEOPLE,
    "marks": marks.PEOPLE,
    "season": season.PEOPLE,
}
"""How many people of each, where --people does not say; 4,000 of beats and faults."""


class Command(BaseCommand):
    help = "Measure one thing and print one figure; report writes docs/reference/performance.md from the figures kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", choices=["report", *_measures(), "beats", "faults"])
        parser.add_argument("--json", action="store_true", help="print the figure as one JSON object, and nothing else to standard output")
        parser.add_argument("--keep", action="store_true", help="store the figure with date and commit")
        parser.add_argument("--rounds", type=int, default=0, help="3; of faults: how often each process is killed, 2")
        parser.add_argument("--seconds", type=float, default=0.0, help="of each measurement of a round; 5 for beats, 2 for each page")
        parser.add_argument("--connections", type=int, default=0, help="kept busy at once; 64 for beats, 8 for pages")
        parser.add_argument("--people", type=int, default=0, help="who send beats, 4,000; who draw cases, are settled, 12,000")
        parser.add_argument("--few", type=int, default=200, help="of growth: how many there are at first")
        words = "of roster: rows of the large files; of similarity: texts; of library: resources"
        parser.add_argument("--many", type=int, default=100_000, help=words)
        parser.add_argument("--posts", type=int, default=500_000, help="of search: how much is said")
        parser.add_argument("--rows", type=int, default=200_000, help="rows of progress")
        parser.add_argument("--data", type=Path, help="of beats: keep the installation in this folder, and use it again")
        parser.add_argument("--beats", type=int, default=100_000, help="of faults: acknowledged before the count")
        parser.add_argument("--minutes", type=int, default=exam.MINUTES, help="of exam: how long each sits")
        parser.add_argument("--seed", type=int, default=1, help="of faults: decides who is killed when; of season: what happens")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if options["name"] == "report":
            report.PAGE.write_text(report.page(figures.kept()), encoding="utf-8")
            self.stdout.write(f"已写 {report.PAGE.relative_to(report.PAGE.parents[2])}")
            return
        options["people"] = options["people"] or PEOPLE.get(options["name"], 4_000)
        at_least_one, not_negative = ("people", "few", "many", "rows", "beats", "minutes"), ("rounds", "seconds", "connections")
        if any(options[one] < 1 for one in at_least_one) or any(options[one] < 0 for one in not_negative):
            raise CommandError("--people、--rows、--beats 至少为 1，--rounds、--seconds 和 --connections 不能为负。")
        try:
            figure = self._measure(options)
        except NotReady as error:
            raise CommandError(str(error)) from error
        self.stdout.write(figures.written(figure) if options["json"] else _words(figure))
        if figure.name == "similarity" and not options["json"]:
            self.stdout.write(similarity.table(figure))
        if options["keep"]:
            figures.keep(figure, on=local(now()).date())
        if figure.name in ("seats", "season") and not figure.detail["is_kept"]:
            raise CommandError(f"不合承诺：{figure.detail}")
        if figure.name in ("faults", "exam") and figure.value:
            raise CommandError(f"{figure.value:g} 处不合承诺：{figure.detail.get('promises') or figure.detail}")

    def _measure(self, options: dict[str, Any]) -> Figure:
        known = _measures().get(options["name"])
        if known is not None:
            return known(options, self.stderr.write)
        connections = options["connections"] or beats.CONNECTIONS
        if options["people"] < connections:
            raise CommandError(f"--people 至少 {connections}：每个连接要有自己的人。")
        if options["name"] == "faults":
            return faults.measure(
                beats=options["beats"], rounds=options["rounds"] or 2, people=min(options["people"], faults.PEOPLE),
                connections=connections, seed=options["seed"], say=self.stderr.write,
            )  # fmt: skip
        return beats.measure(
            people=options["people"], rows=options["rows"], rounds=options["rounds"] or 3, seconds=options["seconds"] or 5.0,
            connections=connections, data=options["data"], say=self.stderr.write,
        )  # fmt: skip


def _measures() -> dict[str, Callable[[dict[str, Any], Callable[[str], None]], Figure]]:
    """Return how each thing is measured with the options given; beats and faults are asked for more."""
    return {
        "answers": lambda given, say: answers.measure(
            people=given["people"], rounds=given["rounds"] or 3, seconds=given["seconds"] or 5.0,
            connections=given["connections"] or answers.CONNECTIONS, say=say,
        ),
        "completion": lambda given, say: completion.measure(people=given["people"], rounds=given["rounds"] or 3, say=say),
        "draw": lambda given, say: draw.measure(people=given["people"], rounds=given["rounds"] or 3, say=say),
        "exam": lambda given, say: exam.measure(people=given["people"], minutes=given["minutes"], seed=given["seed"], say=say),
        "exports": lambda given, say: exports.measure(rounds=given["rounds"] or 3, say=say),
        "growth": lambda given, say: growth.measure(few=given["few"], many=given["people"], times=given["rounds"] or 41, say=say),
        "library": lambda given, say: shelves.measure(resources=given["many"], rounds=given["rounds"] or 2, say=say),
        "login": lambda given, say: login.measure(
            people=given["people"], rounds=given["rounds"] or 3, seconds=given["seconds"] or 10.0,
            connections=given["connections"] or login.CONNECTIONS, say=say,
        ),
        "marks": lambda given, say: marks.measure(people=given["people"], times=given["rounds"] or 15, say=say),
        "pages": lambda given, say: pages.measure(
            rounds=given["rounds"] or 3, seconds=given["seconds"] or 2.0, connections=given["connections"] or pages.CONNECTIONS, say=say,
        ),
        "roster": lambda given, say: roster.measure(few=min(MANY, given["many"]), many=given["many"], rounds=given["rounds"] or 3, say=say),
        "seats": lambda given, say: seats.measure(runs=given["rounds"] or 1_000, seed=given["seed"], say=say),
        "search": lambda given, say: finding.measure(posts=given["posts"], rounds=given["rounds"] or 2, say=say),
        "season": lambda given, say: season.measure(people=given["people"], seed=given["seed"], say=say),
        "settle": lambda given, say: settle.measure(people=given["people"], rounds=given["rounds"] or 3, say=say),
        "spaces": lambda given, say: spaces.measure(
            rounds=given["rounds"] or 3, seconds=given["seconds"] or 2.0, connections=given["connections"] or pages.CONNECTIONS, say=say,
        ),
        "similarity": lambda given, say: similarity.measure(texts=given["many"], rounds=given["rounds"] or 1, say=say),
    }  # fmt: skip


def _words(figure: Figure) -> str:
    return (
        f"{figure.name}: {figure.value:,} {figure.unit}, p50 {figure.p50_ms} ms, p99 {figure.p99_ms} ms, {figure.ratio} of {figure.limit:,}"
    )
