"""`yanxiu plan check FILE…`: validates and lints plan files; every complaint names file, line, key and reason."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand

from yanxiu.programmes.plan.folder import check_file
from yanxiu.programmes.plan.reading import Reading


class Command(BaseCommand):
    help = "Check plan files; exits with 1 when one of them has an error."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print one JSON object per file")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        readings = [(file, check_file(file)) for file in options["files"]]
        for file, reading in readings:
            self.stdout.write(_as_json(file, reading) if options["json"] else _as_text(file, reading))
        if not all(reading.is_sound for _, reading in readings):
            sys.exit(1)


def _as_text(file: Path, reading: Reading) -> str:
    errors = sum(complaint.severity == "error" for complaint in reading.complaints)
    warnings = len(reading.complaints) - errors
    lines = [complaint.text(str(file)) for complaint in reading.complaints]
    return "\n".join([*lines, f"{file}：{errors} 处错误，{warnings} 处提醒"])


def _as_json(file: Path, reading: Reading) -> str:
    found = [
        {
            "line": one.line,
            "key": one.key,
            "severity": one.severity,
            "code": one.code,
            "message": one.message,
            "hint": one.hint,
        }
        for one in reading.complaints
    ]
    return json.dumps({"file": str(file), "ok": reading.is_sound, "complaints": found}, ensure_ascii=False)
