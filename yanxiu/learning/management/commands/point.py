"""`yanxiu point package|load|sync|export|receive|reply`: teaching points from the command line."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from yanxiu.kit import codes
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import DomainError
from yanxiu.learning.actions import seating, supplying
from yanxiu.learning.models import PointPackage, PointSeat
from yanxiu.learning.points import keys
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes.models import Programme


class Command(BaseCommand):
    help = (
        "At the centre: `package PROGRAMME POINT --out FILE`, `receive BUNDLE --out REPLY`. "
        "At the point: `load PACKAGE --code CODE`, `sync`, `export --out BUNDLE`, `reply REPLY`."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("sub", choices=["package", "receive", "load", "sync", "export", "reply"])
        parser.add_argument("what", nargs="*", help="programme code and point name; or the file")
        parser.add_argument("--out", help="where the file goes")
        parser.add_argument("--code", default="", help="the opening code of a package")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        try:
            getattr(self, f"_{options['sub']}")(options)
        except DomainError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"文件打不开或写不进去：{error.filename}（{error.strerror}）") from error

    def _package(self, options: dict[str, Any]) -> None:
        if len(options["what"]) != 2:
            raise CommandError("要写明方案编号和教学点名称，例如：yanxiu point package sd-2026 石门坎教学点 --out 包.yanxiu-point")
        code, name = options["what"]
        programme = Programme.objects.filter(code=code).first()
        point = Org.objects.filter(kind=Kind.POINT, name=name).first()
        if programme is None or point is None:
            raise CommandError(f"没有找到{'方案 ' + code if programme is None else '教学点 ' + name}。")
        asked = supplying.ask_package(programme=programme, point=point, by=SYSTEM, at=now())
        made = supplying.make_package(made=PointPackage.objects.select_related("point", "programme").get(pk=asked.pk), by=SYSTEM, at=now())
        target = Path(options["out"] or f"{name}.yanxiu-point")
        target.write_bytes(supplying.path(made).read_bytes())
        self.stdout.write(f"{target}：{made.people} 人，{made.courses} 门课，{made.size_bytes:,} 字节")
        self.stdout.write(f"开包码 {codes.grouped(keys.opening_code(made.pk))}")

    def _receive(self, options: dict[str, Any]) -> None:
        sync, reply = supplying.receive_bundle(raw=self._file(options).read_bytes(), is_live=False, by=SYSTEM, at=now())
        target = Path(options["out"] or "reply.yanxiu-sync")
        target.write_bytes(reply)
        self.stdout.write(f"收下 {sync.people} 人的学习：新增 {sync.seconds:,} 秒，完成 {sync.done} 个环节。回执：{target}")
        for remark in sync.remarks:
            self.stdout.write(remark)

    def _load(self, options: dict[str, Any]) -> None:
        seat = seating.load_package(source=self._file(options), code=options["code"], by=SYSTEM, at=now())
        seat = PointSeat.objects.select_related("point", "programme").get(pk=seat.pk)
        self.stdout.write(f"{seat.point.name}：{seat.programme.title}，第 {seat.package_number} 个课程包已装好")
        self.stdout.write(f"中心的指纹 {keys.fingerprint(bytes(seat.centre_key))}，请在电话里核对")

    def _sync(self, options: dict[str, Any]) -> None:  # noqa: ARG002 - called by name
        taken = seating.sync(by=SYSTEM, at=now())
        seat = PointSeat.objects.get()
        until = f"{local(seat.synced_at):%m-%d %H:%M:%S}" if seat.synced_at else "—"
        self.stdout.write(f"已与中心同步，中心确认到 {until}；收到别处学的 {taken.seconds:,} 秒")

    def _export(self, options: dict[str, Any]) -> None:
        target = Path(options["out"] or "study.yanxiu-sync")
        target.write_bytes(seating.export_bundle(by=SYSTEM, at=now()))
        self.stdout.write(f"已导出 {target}，请交给发课程包的单位")

    def _reply(self, options: dict[str, Any]) -> None:
        taken = seating.take_reply(raw=self._file(options).read_bytes(), by=SYSTEM, at=now())
        self.stdout.write(f"回执已装入；收到别处学的 {taken.seconds:,} 秒")

    def _file(self, options: dict[str, Any]) -> Path:
        if len(options["what"]) != 1:
            raise CommandError("要写明一个文件。")
        return Path(options["what"][0])
