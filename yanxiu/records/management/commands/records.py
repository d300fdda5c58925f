"""`yanxiu records rebuild [--check]`: compare all counts with the records, or count everything again."""

import argparse
import json
import sys
from typing import Any

from django.core.management import BaseCommand

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.records import actions, queries


class Command(BaseCommand):
    help = "rebuild --check: recount every record and compare with the stored tallies. rebuild: throw the tallies away and count again."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("sub", choices=["rebuild"])
        parser.add_argument("--check", action="store_true", help="compare only")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if not options["check"]:
            count = actions.rebuild(by=SYSTEM, at=now())
            self.stdout.write(json.dumps({"tallies": count}) if options["json"] else f"重新计数完成，共 {count} 项")
            return
        found = queries.differences()
        if options["json"]:
            self.stdout.write(
                json.dumps({"equal": not found, "differences": [vars(one) for one in found]}, ensure_ascii=False, default=str)
            )
        elif not found:
            self.stdout.write("计数与记录一致")
        for one in found if not options["json"] else ():
            self.stdout.write(
                f"方案 {one.programme_id} 人员 {one.person_id} 空间 {one.space_id} {one.metric} {one.kind}："
                f"存 {one.stored_count}，记录 {one.record_count}"
            )
        if found:
            sys.exit(1)
