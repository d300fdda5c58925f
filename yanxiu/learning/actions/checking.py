"""Unannounced spot checks (抽查): a drawn list, and what the checker finds."""

import secrets
from datetime import datetime

from django.db import transaction

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.learning import attendance as rules
from yanxiu.learning import combining, permissions
from yanxiu.learning.events import AttendanceEvent
from yanxiu.learning.models import Attendance, AttendanceMark, Finding, MarkSource, SessionRoom, SpotCheck, SpotCheckEntry, StudySession
from yanxiu.records.actions import record

MOST = 200


@transaction.atomic
def draw_spot_check(
    *, session: StudySession, size: int, by: Actor, at: datetime, room: SessionRoom | None = None, seed: int | None = None
) -> SpotCheck:
    """Draw `size` of those who have signed in (or are awaited) by a fresh seed that is kept; those on leave are left out.

    `room`: of those who sit there, by whoever keeps the session or the room.

    Raises NotPermitted; Conflict when the session is not running or nobody can be drawn; Invalid. Cost: 6 queries.
    """
    permissions.check_can_keep_room(by, session, room)
    if not 1 <= size <= MOST:
        raise Invalid(f"抽查人数 1—{MOST}。", field="size")
    if session.called_off_at is not None or not session.starts_at <= at < session.ends_at:
        raise Conflict(f"抽查在集中学习进行时做。{session.title}现在没有在进行。")
    pool = Attendance.objects.filter(session=session, state__in=[Finding.PENDING, Finding.PRESENT, Finding.LATE])
    pool = pool if room is None else pool.filter(room=room)
    people = list(pool.order_by("pk").values_list("pk", flat=True))
    if not people:
        where = f"{room.name}里" if room else ""
        raise Conflict(f"{where}没有可以抽查的人：都请了假，或已经记为缺勤。")
    seed = secrets.randbits(60) if seed is None else seed
    drawn = rules.drawn_from(people, size=size, seed=seed)
    check = SpotCheck.objects.create(
        session=session, room=room, seed=seed, size=len(drawn), drawn_at=at, drawn_by=by.person_id, drawn_label=by.label[:120]
    )
    SpotCheckEntry.objects.bulk_create(
        [SpotCheckEntry(check_list=check, attendance_id=pk, number=number) for number, pk in enumerate(drawn, start=1)]
    )
    record(
        AttendanceEvent.CHECK_DRAWN, object_id=check.pk, object_label=session.title, programme_id=session.programme_id,
        unit_path=session.unit_path, by=by, at=at,
        data={"seed": seed, "size": len(drawn), "of": len(people), "room": room.name if room else ""},
    )  # fmt: skip
    return check


@transaction.atomic
def mark_spot_check(*, entry: SpotCheckEntry, is_here: bool, by: Actor, at: datetime) -> SpotCheckEntry:
    """Note whether a drawn person is here; not here undoes the sign-in. May be changed while the session runs; both stay in the history.

    Raises NotPermitted, Conflict (over, own name).
    """
    session = entry.check_list.session
    permissions.check_can_keep_room(by, session, entry.check_list.room)
    if by.person_id is not None and by.person_id == entry.attendance.enrolment.person_id:
        raise Conflict("抽到了您自己，请由别的考勤人来查。")
    if session.called_off_at is not None or at >= session.ends_at:
        raise Conflict(f"{session.title}已散场，抽查不能再改。要改请由学校管理员更正。")
    people = combining.locked(session, [entry.attendance_id])
    entry = SpotCheckEntry.objects.select_related("mark").get(pk=entry.pk)
    finding = Finding.PRESENT if is_here else Finding.ABSENT
    if entry.mark is not None and entry.mark.finding == finding and entry.mark.struck_at is None:
        return entry
    if entry.mark_id is not None:
        combining.strike([entry.mark_id], reason="重新核对", by=by, at=at)
    mark = AttendanceMark(attendance=people[0], source=MarkSource.SPOT_CHECK, finding=finding, at=at)
    combining.keep([mark], by=by, at=at)
    entry.mark = mark
    entry.save(update_fields=["mark"])
    record(
        AttendanceEvent.CHECK_MARKED, object_id=entry.check_list_id, object_label=session.title, programme_id=session.programme_id,
        unit_path=session.unit_path, person_id=people[0].enrolment.person_id, kind=finding, by=by, at=at,
    )  # fmt: skip
    combining.recombine(session, people, by=by, at=at)
    return entry
