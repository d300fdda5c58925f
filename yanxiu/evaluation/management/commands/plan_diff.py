"""`yanxiu plan diff OLD NEW`: what changed between two plans; with `--programme` also who would gain or lose."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from yanxiu.evaluation.effects import Effects, effects, words
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.programmes.models import Programme
from yanxiu.programmes.plan.diff import Change, diff
from yanxiu.programmes.plan.folder import check_file
from yanxiu.programmes.plan.schema import Plan


class Command(BaseCommand):
    help = "Compare two plan files; with --programme, say what NEW would do to its participants. Stores nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("old", type=Path, metavar="OLD")
        parser.add_argument("new", type=Path, metavar="NEW")
        parser.add_argument("--programme", default="", metavar="CODE", help="evaluate its participants as pinned now and under NEW")
        parser.add_argument("--param", action="append", default=[], metavar="NAME=NUMBER", help="a parameter of the launch, e.g. Y=2026")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        old, new, given = _plan(options["old"]), _plan(options["new"]), _parameters(options["param"])
        programme = _programme(options["programme"]) if options["programme"] else None
        parameters = given or (dict(programme.current.parameters) if programme and programme.current else {})
        changes = diff(old, new, parameters)
        found = _effects(programme, options["new"], parameters) if programme else None
        differs = programme is not None and programme.current is not None and programme.current.source != _text(options["old"])
        if options["json"]:
            said = {"changes": [asdict(one) for one in changes], "old_is_current": None if programme is None else not differs}
            self.stdout.write(json.dumps({**said, "effects": asdict(found) if found else None}, ensure_ascii=False))
            return
        if differs:
            self.stdout.write(f"{options['old'].name} 不是方案 {options['programme']} 的现行版；下面的人数按每人现在所用的版本比较。")
        self.stdout.write("\n".join(_words(changes, found)))


def _plan(file: Path) -> Plan:
    reading = check_file(file)
    if reading.plan is None or not reading.is_sound:
        errors = [one.text(str(file)) for one in reading.complaints if one.severity == "error"]
        raise CommandError("方案有错，不能比较：\n" + "\n".join(errors), returncode=1)
    return reading.plan


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8-sig")


def _programme(code: str) -> Programme:
    found = Programme.objects.select_related("current").filter(code=code).first()
    if found is None:
        raise CommandError(f"没有编号为 {code} 的方案。编号见方案页，例如 sd-2026。")
    return found


def _effects(programme: Programme, file: Path, parameters: dict[str, int]) -> Effects:
    try:
        return effects(programme, source=_text(file), parameters=parameters, at=now())
    except DomainError as error:
        raise CommandError(error.message) from error


def _parameters(given: list[str]) -> dict[str, int]:
    found = {}
    for item in given:
        name, _, number = item.partition("=")
        if not (name and number.isascii() and number.isdecimal()):
            raise CommandError(f"--param {item} 写法不对，写成 名称=整数，例如 Y=2026。")
        found[name] = int(number)
    return found


def _words(changes: tuple[Change, ...], found: Effects | None) -> list[str]:
    marks = {"tighter": "▲", "looser": "▽", "other": "·"}
    lines = [f"{marks[one.effect]} {one.text}" for one in changes] or ["两份方案没有区别。"]
    return lines + (["", *words(found)] if found else [])
