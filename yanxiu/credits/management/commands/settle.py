"""`yanxiu settle PROGRAMME`: evaluate all participants and write the ledger; idempotent, resumable."""

import argparse
import json
from typing import Any

from django.core.management import BaseCommand, CommandError

from yanxiu.credits import actions
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.programmes.models import Programme


class Command(BaseCommand):
    help = "Settle a programme (its code): provisional entries, registration of the qualified, reversals of what was voided."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("programme", help="the programme's code")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        programme = Programme.objects.filter(code=options["programme"]).first()
        if programme is None:
            codes = "、".join(Programme.objects.order_by("code").values_list("code", flat=True)[:20]) or "还没有方案"
            raise CommandError(f"没有编号为 {options['programme']} 的方案。现有：{codes}")
        try:
            run = actions.settle(programme=programme, by=SYSTEM, at=now())
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["json"]:
            facts = {
                "programme": programme.code,
                "participants": run.participants,
                "settled": run.settled,
                "qualified": run.qualified,
                "entries": run.entries,
            }
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        self.stdout.write(f"{programme.title}：结算 {run.settled} 人，合格 {run.qualified} 人，新记 {run.entries} 笔")
