"""`yanxiu plan apply FILE`: publishes a version of a programme, creating the programme when there is none of that code."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.orgs.models import Org
from yanxiu.programmes import actions, queries
from yanxiu.programmes.models import PlanVersion, Programme
from yanxiu.programmes.plan.complaints import Complaint
from yanxiu.programmes.plan.folder import check_file
from yanxiu.programmes.plan.schema import Plan


class Command(BaseCommand):
    help = "Publish a plan file as a version of a programme."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--params", default="", help="Y=2026,M0=10,ME=1")
        parser.add_argument("--dates", action="append", default=[], help="study=2026-07-20..2026-08-10, for a window without days")
        parser.add_argument("--owner", required=True, help="official code of the issuing unit")
        parser.add_argument("--code", default="", help="code of the programme; the plan's id and year when left out")
        parser.add_argument("--title", default="", help="title of a new programme; the plan's when left out")
        parser.add_argument("--reason", default="", help="why, from the second version on")
        parser.add_argument("--move", action="store_true", help="pin all participants to this version")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        file: Path = options["file"]
        reading = check_file(file)
        if reading.plan is None:
            raise CommandError(_said(reading.complaints, file), returncode=1)
        parameters = _parameters(options["params"])
        owner = Org.objects.filter(code=options["owner"]).first()
        if owner is None:
            raise CommandError(f"没有代码为 {options['owner']} 的单位，用行政区划代码或学校代码。")
        try:
            version = _apply(reading.plan, file.read_text(encoding="utf-8-sig"), parameters, _dates(options["dates"]), owner, options)
        except actions.PlanRefused as refused:
            raise CommandError(_said(refused.complaints, file), returncode=1) from refused
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{version.programme.code} 第 {version.number} 版已发布，{version.sha256[:12]}")
        for span in queries.windows_of(version.pk):
            self.stdout.write(f"  {span.label}：{queries.days_words(span, version.published_at)}")


@transaction.atomic
def _apply(
    plan: Plan, source: str, parameters: dict[str, int], dates: dict[str, list[str | None]], owner: Org, options: dict[str, Any]
) -> PlanVersion:
    at = now()
    year = parameters.get("Y") or (plan.programme.year if isinstance(plan.programme.year, int) else None)
    code = options["code"] or (f"{plan.programme.id}-{year}" if year else plan.programme.id)
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        programme = actions.create_programme(owner=owner, code=code, title=options["title"] or plan.programme.title, by=SYSTEM, at=at)
    elif programme.owner_id != owner.pk:
        raise CommandError(f"方案 {code} 不属于 {owner.name}，换一个 --code。")
    return actions.publish(
        programme=programme, source=source, parameters=parameters, launch_dates=dates, reason=options["reason"],
        move_participants=options["move"], by=SYSTEM, at=at,
    )  # fmt: skip


def _parameters(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in (part.strip() for part in text.split(",") if part.strip()):
        name, sign, value = part.partition("=")
        if not sign or not (value.isascii() and value.isdecimal()):
            raise CommandError(f"--params 里的「{part}」写法不对，写成 Y=2026,M0=10,ME=1。")
        found[name.strip()] = int(value)
    return found


def _dates(texts: list[str]) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    for text in texts:
        key, _, days = text.partition("=")
        first, sign, last = days.partition("..")
        try:
            queries.days_of({key: [first or None, last or None]})
        except ValueError as error:
            raise CommandError(f"--dates 里的「{text}」不是日期，写成 study=2026-07-20..2026-08-10。") from error
        if not key or not sign:
            raise CommandError(f"--dates 里的「{text}」写法不对，写成 study=2026-07-20..2026-08-10。")
        found[key] = [first or None, last or None]
    return found


def _said(complaints: tuple[Complaint, ...], file: Path) -> str:
    return "没有发布：\n" + "\n".join(complaint.text(str(file)) for complaint in complaints)
