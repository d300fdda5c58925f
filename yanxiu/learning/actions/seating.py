"""The point's side: taking in a course package, sending study to the centre, taking up its reply."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import msgspec
from django.conf import settings
from django.db import transaction

from yanxiu.files.actions.shipping import adopt
from yanxiu.kit import outbound
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.learning import permissions
from yanxiu.learning.events import PointEvent
from yanxiu.learning.models import PointSeat
from yanxiu.learning.points import bundle, facts, inside, package, rows, taking
from yanxiu.orgs.models import Org
from yanxiu.people.actions.away import expect
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, PlanVersion
from yanxiu.programmes.queries.windows import boundaries_of
from yanxiu.records.actions import record, slice_programme

DOORS_OPEN = timedelta(days=180)
SYNC_PATH = "/learn/points/sync/"


class NotASeat(Conflict):
    """This machine is not in point mode."""


def load_package(*, source: Path, code: str, by: Actor, at: datetime) -> PointSeat:
    """Take in a course package: the first one makes this machine a point, later ones renew it. All or nothing.

    Bytes first, rows after them in one transaction. Raises NotPermitted, BadPackage, Conflict (the machine has data of its own, the
    package is another point's, or older than what is here).
    """
    seat = PointSeat.objects.select_related("point").first()
    permissions.check_can_load(by, seat)
    if seat is None and Person.objects.exists():
        raise Conflict("这台机器上已有别的数据，不能变成教学点。请换一个新的数据文件夹（DATA）再装。")
    with package.opened(source, trusted=bytes(seat.centre_key) if seat else None) as opened:
        manifest = opened.manifest
        if seat is not None and (seat.point_id, seat.programme_id) != (manifest.point, manifest.programme):
            raise Conflict(f"这个课程包是发给{manifest.point_name}的，这里是{seat.point.name}，没有装。")
        if seat is not None and manifest.number < seat.package_number:
            raise Conflict(f"这里已装第 {seat.package_number} 个课程包，这一个是第 {manifest.number} 个，更旧，没有装。")
        within = _within(opened.rows(code))
        for member in opened.media():
            adopt(name=member.name, fill=_filled(opened, member), by=by, at=at)
    seat = _take_seat(manifest, within, by=by, at=at)
    (Path(settings.DATA) / "point-name").write_text(manifest.point_name, encoding="utf-8")  # read at the next start
    return seat


@transaction.atomic
def export_bundle(*, by: Actor, at: datetime) -> bytes:
    """Return what was studied here since the last sync that the centre confirmed, sealed. Raises NotASeat, NotPermitted."""
    seat = _seat(by)
    gathered = facts.gather(_participants(seat), with_stretches=True)
    since = seat.synced_at.timestamp() if seat.synced_at else 0.0
    fresh = msgspec.structs.replace(gathered, stretches=tuple(one for one in gathered.stretches if one.ended > since))
    record(PointEvent.EXPORTED, object_id=seat.point_id, object_label=seat.point.name, programme_id=seat.programme_id, by=by, at=at)
    return bundle.seal(fresh, package=seat.package_id, sealed_at=at.timestamp(), key=bytes(seat.sync_key))


@transaction.atomic
def take_reply(*, raw: bytes, by: Actor, at: datetime) -> taking.Taken:
    """Take up the centre's reply: what was studied elsewhere, and that our bundle arrived. Raises NotASeat, NotPermitted, BadBundle."""
    seat = _seat(by)
    came = bundle.opened(raw, key=bytes(seat.sync_key))
    if not came.answers:
        raise bundle.BadBundle("这是教学点自己导出的文件，不是中心的回执。请装入中心收下后给出的回执文件。")
    mine = set(_participants(seat))
    known = facts.Facts(
        watched=tuple(one for one in came.facts.watched if one.enrolment in mine),
        finished=tuple(one for one in came.facts.finished if one.enrolment in mine),
        cases=tuple(one for one in came.facts.cases if one.enrolment in mine),
        packages=tuple(one for one in came.facts.packages if one.enrolment in mine),
    )
    taken = taking.take(known, since=None, by=by, at=at)
    arrived = facts.moment(came.answers)
    if seat.synced_at is None or arrived > seat.synced_at:
        seat.synced_at = arrived
        seat.save(update_fields=["synced_at"])
    record(
        PointEvent.ANSWERED, object_id=seat.point_id, object_label=seat.point.name, programme_id=seat.programme_id, by=by, at=at,
        data={"seconds": taken.seconds, "done": taken.done},
    )  # fmt: skip
    return taken


def sync(*, by: Actor, at: datetime) -> taking.Taken:
    """Send to the centre over the line and take up its reply; safe to repeat. Raises as the two, and outbound.Unreachable in words."""
    raw = export_bundle(by=by, at=at)
    seat = _seat(by)
    answer = outbound.post(
        seat.centre_url.rstrip("/") + SYNC_PATH, raw, content_type="application/octet-stream", most_bytes=bundle.MOST_BYTES, seconds=120
    )
    if answer.status != 200:
        raise Conflict(outbound.sentence(answer) or f"中心没有收下（{answer.status}）。请把这个编号告诉中心的运维。")
    return take_reply(raw=answer.body, by=by, at=at)


def _within(raw: bytes) -> inside.Inside:
    try:
        return inside.parsed(raw)
    except msgspec.DecodeError as error:
        raise package.BadPackage("课程包里的名册读不出来，没有装。请把教学点的程序升级到与中心相同的版本。") from error


def _filled(opened: package.Opened, member: package.Member) -> Callable[[IO[bytes]], None]:
    return lambda target: opened.copy(member, target)


@transaction.atomic
def _take_seat(manifest: package.Manifest, within: inside.Inside, *, by: Actor, at: datetime) -> PointSeat:
    if not PointSeat.objects.exists():
        Org.objects.all().delete()  # the regions that set-up brought; the centre's own come with their ids
    try:
        rows.load(within.rows.splitlines())
    except ValueError as error:
        raise package.BadPackage(f"课程包里有这一版不认识的内容（{error}），没有装。请升级教学点的程序。") from error
    seat, _ = PointSeat.objects.update_or_create(
        single=True,
        defaults={
            "point_id": manifest.point, "programme_id": manifest.programme, "package_id": manifest.package,
            "package_number": manifest.number, "package_made_at": datetime.fromisoformat(manifest.made_at),
            "centre_url": manifest.centre_url, "centre_key": manifest.centre_key, "sync_key": within.sync_key, "loaded_at": at,
        },
    )  # fmt: skip
    slice_programme(programme_id=manifest.programme, boundaries=boundaries_of(manifest.programme), by=by, at=at)
    expect(doors=within.doors, until=at + DOORS_OPEN, by=by, at=at)
    record(
        PointEvent.LOADED, object_id=manifest.package, object_label=f"{manifest.point_name} 第 {manifest.number} 个课程包",
        programme_id=manifest.programme, by=by, at=at,
        data={"versions": list(PlanVersion.objects.filter(programme=manifest.programme).order_by("pk").values_list("pk", flat=True))},
    )  # fmt: skip
    taking.take(within.facts, since=None, by=by, at=at)
    return seat


def _participants(seat: PointSeat) -> list[int]:
    return list(Enrolment.objects.filter(programme=seat.programme_id, point=seat.point_id).order_by("pk").values_list("pk", flat=True))


def _seat(by: Actor) -> PointSeat:
    seat = PointSeat.objects.select_related("point", "programme").first()
    if seat is None:
        raise NotASeat("这台机器不是教学点，没有可同步的中心。")
    permissions.check_can_load(by, seat)
    return seat
