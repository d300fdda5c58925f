"""`yanxiu roster import FILE`: people from .xlsx or .csv; every row accepted, refused with its cell and reason, or held for a human."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.orgs.models import Org
from yanxiu.people import actions, queries
from yanxiu.people.models import RosterImport, RosterRow, RowOutcome
from yanxiu.people.roster.parse import MOST_BYTES
from yanxiu.people.roster.sheets import cell

_SHOWN = 50


class Command(BaseCommand):
    help = "Import people from a roster (.xlsx, .csv)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("verb", choices=["import"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--unit", default="", help="official code of the unit for which the roster is; everything when left out")
        parser.add_argument("--dry-run", action="store_true", help="do the same and store nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object with every row that was not taken")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        unit = _unit(options["unit"])
        file: Path = options["file"]
        try:
            content = _content(file)
            with transaction.atomic():
                roster = actions.preview_roster(content=content, file_name=file.name, unit=unit, by=SYSTEM, at=now())
                taken = actions.import_roster(roster=roster, by=SYSTEM, at=now())
                facts = _facts(roster, taken, is_dry=options["dry_run"])
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except DomainError as error:
            raise CommandError(f"{file.name}：{error.message}", returncode=1) from error
        if options["json"]:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
        else:
            self._say(facts)

    def _say(self, facts: dict[str, Any]) -> None:
        what = "试导入，什么也没有存" if facts["dry_run"] else "导入"
        self.stdout.write(
            f"{what}：新登记 {facts['accepted']} 人，已有账号 {facts['matched']} 人，退回 {facts['refused']} 行，待定 {facts['held']} 行；"
            f"这一次收下 {facts['taken']} 行"
        )
        for note in facts["notes"]:
            self.stdout.write(f"  {note}")
        for row in facts["rows"][:_SHOWN]:
            self.stdout.write(f"  {facts['file']} {row['cell']}：{'' if row['outcome'] == 'refused' else '待定，'}{row['reason']}")
        if len(facts["rows"]) > _SHOWN:
            self.stdout.write(f"  另有 {len(facts['rows']) - _SHOWN} 行，用 --json 看全部")


def _unit(code: str) -> Org:
    unit = Org.objects.filter(code=code).first() if code else Org.objects.filter(parent__isnull=True).order_by("pk").first()
    if unit is None:
        raise CommandError(f"没有代码为 {code} 的单位，用行政区划代码或学校代码。" if code else "还没有单位，请先装载行政区划。")
    return unit


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise CommandError(f"{file.name}：文件超过 20 MB。请去掉图片和没用的列，或分成几份再传。", returncode=1)
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} 读不到：{error.strerror}。请核对路径。", returncode=1) from error


def _facts(roster: RosterImport, taken: int, *, is_dry: bool) -> dict[str, Any]:
    counts = queries.outcome_counts(roster)
    rows: list[RosterRow] = list(queries.open_problems(roster))
    return {
        "file": roster.file_name,
        "sha256": roster.sha256,
        "dry_run": is_dry,
        "taken": taken,
        **{str(outcome.value): counts.get(outcome, 0) for outcome in RowOutcome},
        "notes": roster.notes,
        "rows": [
            {
                "row": row.number,
                "cell": cell(roster, row),
                "outcome": row.outcome,
                "code": row.reason,
                "reason": row.words,
                "name": row.name,
            }
            for row in rows
        ],
    }
