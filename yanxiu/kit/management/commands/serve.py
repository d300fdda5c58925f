"""`yanxiu serve`: everything on one machine, under one supervisor."""

import contextlib
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from yanxiu.kit import health, postgres
from yanxiu.kit.management.commands.web import web_command
from yanxiu.kit.supervisor import Order, Part

WORKER_WAITS = 3.0  # the pages come first: on two cores everything at once takes longer to greet


class Command(BaseCommand):
    help = "Serve pages, files, tasks and the schedule; starts the embedded PostgreSQL and stops it last."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        is_embedded = settings.DATABASE_IS_EMBEDDED
        with postgres.running(settings.DATA, keep=False) if is_embedded else contextlib.nullcontext():
            _check_database()
            order = Order(
                data=str(settings.DATA),
                is_embedded=is_embedded,
                host=settings.HOST,
                port=settings.PORT,
                files_port=settings.FILES_PORT,
                url=settings.BASE_URL,
                parts=_parts(),
            )
            # Become the small supervisor: what was imported to look at the database is not needed any more. The database stays up.
            os.execv(sys.executable, [sys.executable, "-m", "yanxiu.kit.supervisor", order.written()])  # noqa: S606 - our own command


def _check_database() -> None:
    found = health.readiness()
    if not found.is_database_reachable:
        raise CommandError("连不上数据库，或还没有建表。请先运行 yanxiu setup；仍不行时检查 DATABASE_URL，或看数据文件夹里的 postgres.log")
    if not found.is_migrated:
        raise CommandError("数据库的表还不是这个版本的。请先运行 yanxiu setup（./run 会自动做）")


def _parts() -> list[Part]:
    beats = Part(name="beats", zh="学习上报", command=[sys.executable, "-m", "config.cli", "beats"])
    return [
        Part(name="web", zh="网页服务", command=web_command(files=False)),
        Part(name="files", zh="第二来源（上传内容）", command=web_command(files=True)),
        *([beats] if settings.BEATS_PORT else []),
        Part(name="worker", zh="后台任务", command=[sys.executable, "-m", "config.cli", "worker"], after_seconds=WORKER_WAITS),
    ]
