"""Rooms of a session that is held in several (分会场): who sits where, and who keeps each room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.learning import attendance as rules
from yanxiu.learning import permissions
from yanxiu.learning.events import AttendanceEvent
from yanxiu.learning.models import Attendance, SessionRoom, StudySession
from yanxiu.people.models import Person
from yanxiu.records.actions import record

MOST = 40


@dataclass(frozen=True, kw_only=True)
class RoomFacts:
    """A room as it is asked for; `host` is the name of who keeps it, "" for nobody in particular."""

    name: str
    host: str = ""


@transaction.atomic
def set_rooms(*, session: StudySession, rooms: Sequence[RoomFacts], by: Actor, at: datetime) -> list[SessionRoom]:
    """Set the rooms of a session and seat everybody called: by stage and subject, then by name, rooms equal but for one.

    A room of the same name stays the same; no rooms: the session is held in one place again. Raises NotPermitted; Conflict when the
    session is settled or called off; Invalid, the field naming the line (`rooms.2`). Cost: 9 queries, and one per room.
    """
    permissions.check_can_fix(by, session.unit)
    session = StudySession.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=session.pk)
    _check_open(session)
    asked = _checked(session, rooms)
    kept = {one.name: one for one in SessionRoom.objects.filter(session=session)}
    SessionRoom.objects.filter(session=session).exclude(name__in=[name for name, _ in asked]).delete()
    found = []
    for name, host in asked:
        room = kept.get(name) or SessionRoom(session=session, name=name)
        room.host = host
        room.save()
        found.append(room)
    _seat(session, found)
    record(
        AttendanceEvent.ROOMS_SET, object_id=session.pk, object_label=session.title, programme_id=session.programme_id,
        unit_path=session.unit_path, by=by, at=at, data={"rooms": [one.name for one in found]},
    )  # fmt: skip
    return found


@transaction.atomic
def change_room(*, session: StudySession, ids: Collection[int], room: SessionRoom, by: Actor, at: datetime) -> int:
    """Seat the given places in another room of the session; return how many moved. Raises NotPermitted, Conflict, Invalid."""
    permissions.check_can_keep(by, session)
    _check_open(session)
    if room.session_id != session.pk:
        raise Invalid("这个教室不是本场的，请重选。", field="room")
    moved = Attendance.objects.filter(session=session, pk__in=list(ids)).exclude(room=room).update(room=room)
    if moved:
        record(
            AttendanceEvent.ROOMS_SET, object_id=session.pk, object_label=session.title, programme_id=session.programme_id,
            unit_path=session.unit_path, by=by, at=at, data={"room": room.name, "places": sorted(ids)[:200], "people": moved},
        )  # fmt: skip
    return moved


def _seat(session: StudySession, rooms: Sequence[SessionRoom]) -> None:
    called = Attendance.objects.filter(session=session)
    if not rooms:
        called.update(room=None)
        return
    places = called.order_by("enrolment__stage", "enrolment__subject", "enrolment__person__sort_key", "pk")
    shares = rules.shared_out(list(places.values_list("pk", flat=True)), len(rooms))
    for room, share in zip(rooms, shares, strict=True):
        called.filter(pk__in=share).update(room=room)


def _checked(session: StudySession, rooms: Sequence[RoomFacts]) -> list[tuple[str, Person | None]]:
    if len(rooms) > MOST:
        raise Invalid(f"最多 {MOST} 个教室，现在 {len(rooms)} 个。", field="rooms")
    if len(rooms) == 1:
        raise Invalid("只有一个教室不用分，地点写在集中学习里就可以。要分，请至少写两个。", field="rooms.1")
    asked: list[tuple[str, Person | None]] = []
    for number, one in enumerate(rooms, start=1):
        name = " ".join(plain(one.name).split())
        if not 1 <= len(name) <= 40:
            raise Invalid(f"第 {number} 行：教室 1—40 个字，现在 {len(name)} 个。", field=f"rooms.{number}")
        if name in {before for before, _ in asked}:
            raise Invalid(f"第 {number} 行：{name}写了两次。", field=f"rooms.{number}")
        asked.append((name, _host(session, plain(one.host).strip(), number)))
    return asked


def _host(session: StudySession, name: str, number: int) -> Person | None:
    if not name:
        return None
    found = list(Person.objects.filter(unit_path__startswith=session.unit_path, name=name).order_by("pk")[:2])
    if not found:
        raise Invalid(f"第 {number} 行：{session.unit.name}没有叫{name}的老师，请核对姓名。", field=f"rooms.{number}")
    if len(found) > 1:
        raise Invalid(f"第 {number} 行：{session.unit.name}有不止一位{name}，请先不写负责人，由考勤人抽查。", field=f"rooms.{number}")
    return found[0]


def _check_open(session: StudySession) -> None:
    if session.called_off_at is not None:
        raise Conflict(f"{session.title}已取消，不用分教室。")
    if session.settled_at is not None:
        raise Conflict(f"{session.title}已散场结清，不能再分教室。")
