"""`yanxiu workshops recount --check`: compare the counters of spaces with what stands in them."""

import argparse
import json
import sys
from typing import Any

from django.core.management import BaseCommand

from yanxiu.workshops.queries.recount import recount, row_totals


class Command(BaseCommand):
    help = (
        "recount: count posts, seats, check-ins, receipts, praise and visits. --check: compare with the stored tallies, exit 1 if unlike."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("sub", choices=["recount"])
        parser.add_argument("--check", action="store_true", help="compare with the stored tallies")
        parser.add_argument("--space", type=int, action="append", help="only this workshop; may be given several times")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        totals = row_totals(space_ids=options["space"])
        found = recount(space_ids=options["space"]) if options["check"] else []
        if options["json"]:
            self.stdout.write(json.dumps({"rows": totals, "differences": [vars(one) for one in found]}, ensure_ascii=False))
        else:
            for metric, count in totals.items():
                self.stdout.write(f"{metric}：{count:,}")
            for one in found:
                where = f"项目 {one.programme_id} 坊 {one.space_id} 人员 {one.person_id} {one.metric} {one.kind}"
                self.stdout.write(f"{where}：计数 {one.tally}，逐条数得 {one.rows}")
            if options["check"] and not found:
                self.stdout.write("计数与坊内的内容一致")
        if found:
            sys.exit(1)
