"""`yanxiu plan rehearse FILE --facts FACTS.jsonl`: what a plan gives to stated people, without touching stored data."""

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from yanxiu.credits.rehearsal import facts as fact_files
from yanxiu.credits.rehearsal.run import rehearse
from yanxiu.kit.clock import SHANGHAI
from yanxiu.kit.errors import DomainError
from yanxiu.programmes.plan import reading


class Command(BaseCommand):
    help = "Run a plan against facts (docs/reference/records.md) and print each participant's standing, credits and certificate."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the plan (YAML)")
        parser.add_argument("--facts", type=Path, required=True, help="JSON lines of people and of what they did")
        parser.add_argument("--param", action="append", default=[], metavar="NAME=NUMBER", help="a masked year or month, e.g. Y=2026")
        parser.add_argument("--at", help="the moment judged, e.g. 2020-12-31 or 2020-12-31T18:00+08:00 (default: after the last fact)")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        try:
            source = options["file"].read_bytes()
            facts = fact_files.read(options["facts"].read_bytes())
        except OSError as error:
            raise CommandError(f"读不到文件 {error.filename}：{error.strerror}") from error
        except DomainError as error:
            raise CommandError(f"{options['facts'].name}：{error.message}") from error
        read = reading.read(source)
        if read.plan is None:
            errors = [one for one in read.complaints if one.severity == "error"]
            lines = [f"{options['file'].name}:{one.line} {one.key} {one.message}" for one in errors]
            raise CommandError("方案有错，不能推演：\n" + "\n".join(lines))
        try:
            found = rehearse(
                plan=read.plan, source=source.decode("utf-8-sig"), parameters=_parameters(options["param"]), facts=facts,
                as_of=_moment(options["at"]),
            )  # fmt: skip
        except DomainError as error:
            raise CommandError(error.message) from error
        for one in found:
            self.stdout.write(json.dumps(one, ensure_ascii=False) if options["json"] else _words(one))


def _parameters(given: list[str]) -> dict[str, int]:
    found = {}
    for item in given:
        name, _, number = item.partition("=")
        if not (name and number.lstrip("-").isdecimal()):
            raise CommandError(f"--param {item} 应写成 名称=整数，例如 Y=2026")
        found[name] = int(number)
    return found


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--at {text} 不是日期或时刻，例如 2020-12-31T18:00+08:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


_MARKS = {"met": "✓", "waived": "✓", "short": "◑", "late": "⚠", "not_due": "·"}


def _words(one: dict[str, Any]) -> str:
    lines = [f"{one['name']}（{one['person']}）"]
    lines += [f"  {_MARKS[row['status']]} {row['label']}：{row['why']}" for row in one["requirements"]]
    lines += [f"  考核 {name}：{result['grade']}" for name, result in one["result"].items()]
    states = {"registered": "已登记", "provisional": "暂记"}
    lines += [
        f"  {states[row['state']]} {row['amount']} {row['kind']}{row['class']}（{row['year']}）：{row['reason']}" for row in one["credits"]
    ]
    lines += [f"  证书：{'可发 ' + one['certificate'].get('label', '') if one['certificate']['granted'] else one['certificate']['why']}"]
    lines += [f"  费用 {row['amount']} {row['unit']}" for row in one["fees"]]
    lines += [f"  第 {row['line']} 行没有计入：{row['reason']}" for row in one["refused"]]
    return "\n".join(lines)
