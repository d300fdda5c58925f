"""`yanxiu serve`: everything on one machine, under one supervisor."""

import http.client
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from yanxiu.kit import health, postgres
from yanxiu.kit.management.commands.web import web_command
from yanxiu.kit.supervisor import Busy, Part, Supervisor, alone, check_free

ACCOUNTS = "demo-accounts.txt"


class Command(BaseCommand):
    help = "Serve pages, files, tasks and the schedule; starts the embedded PostgreSQL and stops it last."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        try:
            with alone(settings.DATA, words=f"进程 {os.getpid()}，端口 {settings.PORT}"):
                check_free(settings.HOST, settings.PORT, variable="PORT")
                check_free(settings.HOST, settings.FILES_PORT, variable="FILES_PORT")
                if os.environ.get("DATABASE_URL"):
                    self._serve()
                else:
                    with postgres.running(settings.DATA, keep=False):
                        self._serve()
        except Busy as busy:
            raise CommandError(str(busy)) from None

    def _serve(self) -> None:
        found = health.readiness()
        if not found.is_database_reachable:
            raise CommandError("连不上数据库。请检查 DATABASE_URL，或看数据文件夹里的 postgres.log")
        if not found.is_migrated:
            raise CommandError("数据库的表还不是这个版本的。请先运行 yanxiu setup（./run 会自动做）")
        Supervisor(_parts(), say=self._say).run(each_turn=_announcement(self._say))
        self._say("已停止")

    def _say(self, sentence: str) -> None:
        self.stderr.write(sentence, ending="\n", style_func=str)
        self.stderr.flush()


def _parts() -> list[Part]:
    return [
        Part(name="web", zh="网页服务", command=web_command(files=False)),
        Part(name="files", zh="第二来源（上传内容）", command=web_command(files=True)),
        Part(name="worker", zh="后台任务", command=[sys.executable, "-m", "config.cli", "worker"]),
    ]


def _announcement(say: Callable[[str], None]) -> Callable[[], None]:
    """Return a function that says where the site is, once it answers."""
    began = time.monotonic()
    state = {"said": False}

    def look() -> None:
        if state["said"] or not _answers():
            return
        state["said"] = True
        accounts = Path(settings.DATA) / ACCOUNTS
        if accounts.exists():
            say(accounts.read_text(encoding="utf-8").rstrip())
        say(f"网页已就绪（{time.monotonic() - began:.1f} 秒）：{settings.BASE_URL}    按 Ctrl+C 停止")

    return look


def _answers() -> bool:
    host = "127.0.0.1" if settings.HOST in {"0.0.0.0", "::"} else settings.HOST  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, settings.PORT, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
