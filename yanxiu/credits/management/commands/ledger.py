"""`yanxiu ledger verify|rebuild|roll`: prove the chains, recompute everything from evidence, seal the heads."""

import argparse
import json
import sys
from typing import Any

from django.core.management import BaseCommand

from yanxiu.credits import actions, settlement, verification
from yanxiu.credits.models import Entry
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme


class Command(BaseCommand):
    help = "verify: recompute all hash chains. rebuild --check: settle again from evidence and compare. roll: seal the heads in one root."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("sub", choices=["verify", "rebuild", "roll"])
        parser.add_argument("--check", action="store_true", help="rebuild only compares (entries are never rewritten)")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        found = {"verify": self._verify, "rebuild": self._rebuild, "roll": self._roll}[options["sub"]]()
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, default=str))
        else:
            for line in found["lines"]:
                self.stdout.write(line)
        if not found["intact"]:
            sys.exit(1)

    def _verify(self) -> dict[str, Any]:
        faults = verification.faults()
        names = dict(Person.objects.filter(pk__in=[fault.person_id for fault in faults]).values_list("pk", "name"))
        lines = [
            f"{names.get(one.person_id, '全部台账')}（{one.person_id}）第 {one.number} 笔，编号 {one.entry_id or '—'}：{one.words}"
            for one in faults
        ]
        count = Entry.objects.count()
        return {
            "intact": not faults, "entries": count, "faults": [vars(one) | {"words": one.words} for one in faults],
            "lines": lines or [f"台账完好：{count} 笔，逐人成链，没有改动"],
        }  # fmt: skip

    def _rebuild(self) -> dict[str, Any]:
        lines: list[str] = []
        different, at = 0, now()
        for programme in Programme.objects.exclude(current=None).order_by("pk"):
            found = settlement.differences(programme, as_of=settlement.settled_as_of(programme) or at)
            different += len(found)
            lines += [
                f"{programme.title} 人员 {one.person_id} {one.label}：台账 {one.in_ledger}，按依据应为 {one.by_evidence}" for one in found
            ]
        return {"intact": not different, "differences": different, "lines": lines or ["按依据和方案版本重算，与台账一致"]}

    def _roll(self) -> dict[str, Any]:
        root = actions.roll(by=SYSTEM, at=now())
        facts = {"people": root.people, "entries": root.entries, "hash": bytes(root.hash).hex()}
        return {"intact": True, **facts, "lines": [f"封存 {root.people} 人 {root.entries} 笔，根值 {facts['hash']}"]}
