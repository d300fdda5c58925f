"""Being there: the rotating code, its digits, the roll called by hand, striking out, correcting (W-23, CH-11)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.learning import attendance as rules
from yanxiu.learning import combining, permissions, rotating
from yanxiu.learning.events import AttendanceEvent
from yanxiu.learning.models import Attendance, AttendanceMark, Finding, MarkSource, StudySession
from yanxiu.learning.rotating import Arrival
from yanxiu.people import throttle
from yanxiu.records.actions import record

TRIES = 10
_SIGNED = (MarkSource.SIGN_IN, MarkSource.DIGITS)


class CodeRefused(Conflict):
    """The code is not worth anything (any more)."""

    code = "code_refused"


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A sign-in as it was kept. `is_new` False: it was there before."""

    mark: AttendanceMark
    is_new: bool


@transaction.atomic
def sign_in(*, attendance: Attendance, arrival: Arrival, by: Actor, at: datetime) -> Signed:
    """Sign in by a scan that was in time; present or late by the moment of the scan. A second scan changes nothing.

    Raises NotPermitted; Conflict when the session takes no signs, the proof is of another session, or this very code was struck out.
    """
    if arrival.session_id != attendance.session_id:
        raise CodeRefused("这个码是另一场集中学习的，请扫本场屏幕上的码。")
    return _sign(attendance, source=MarkSource.SIGN_IN, came_at=arrival.at, step=arrival.step, device=arrival.device, by=by, at=at)


def sign_in_by_digits(*, attendance: Attendance, digits: str, device: str, by: Actor, at: datetime) -> Signed:
    """Sign in by the six digits under the picture, for phones that cannot scan. Ten tries in a quarter of an hour.

    Raises NotPermitted, CodeRefused, TooMany.
    """
    permissions.check_is_called(by, attendance)
    typed = "".join(plain(digits).split())
    throttle.take({f"hall:{by.person_id}": TRIES}, at=at)
    step = rotating.accepted(attendance.session_id, typed, at=at) if len(typed) == 6 else None
    if step is None:
        raise CodeRefused(f"数字码不对，或已经换过。屏幕上的码 {rotating.STEP_SECONDS} 秒一换，请看着屏幕再输一次。", field="digits")
    return _sign(attendance, source=MarkSource.DIGITS, came_at=at, step=step, device=device, by=by, at=at)


@transaction.atomic
def call_roll(*, session: StudySession, ids: Collection[int], finding: Finding, reason: str, by: Actor, at: datetime) -> int:
    """Note by hand who is here (or not) of the given places, with the reason; return how many changed.

    Somebody marked here is present or late by now. Raises NotPermitted, Conflict, Invalid.
    """
    permissions.check_can_keep(by, session)
    reason = _reason(reason)
    if finding not in (Finding.PRESENT, Finding.LATE, Finding.ABSENT):
        raise Invalid("现场点名可以记到、迟到或不在。", field="finding")
    if not session.starts_at - rules.OPENS_BEFORE <= at:
        raise Conflict(f"{session.title}还没有开始，{clock.local(session.starts_at - rules.OPENS_BEFORE):%H:%M} 起可以点名。")
    _check_held(session)
    people = combining.locked(session, ids)
    combining.strike(_standing(people, (MarkSource.ROLL_CALL,)), reason="重新点名", by=by, at=at)
    moment = min(at, session.ends_at) if finding != Finding.PRESENT else min(at, session.starts_at)
    combining.keep(
        [AttendanceMark(attendance=one, source=MarkSource.ROLL_CALL, finding=finding, at=moment, reason=reason) for one in people],
        by=by, at=at,
    )  # fmt: skip
    _told(AttendanceEvent.MARKED, session, people, by=by, at=at, finding=finding, reason=reason)
    return combining.recombine(session, people, by=by, at=at)


@transaction.atomic
def strike_sign_ins(*, session: StudySession, ids: Collection[int], reason: str, by: Actor, at: datetime) -> int:
    """Strike out sign-ins that the host does not confirm (somebody signed in for another); return how many stood.

    They stay in the history. Raises NotPermitted, Conflict, Invalid.
    """
    permissions.check_can_keep(by, session)
    reason = _reason(reason)
    _check_held(session)
    people = combining.locked(session, ids)
    struck = combining.strike(_standing(people, _SIGNED), reason=reason, by=by, at=at)
    if struck:
        _told(AttendanceEvent.STRUCK, session, people, by=by, at=at, reason=reason)
        combining.recombine(session, people, by=by, at=at)
    return struck


@transaction.atomic
def correct_attendance(*, attendance: Attendance, finding: Finding, reason: str, by: Actor, at: datetime) -> Attendance:
    """Correct a state for the school, above all marks, with the reason; the marks stay. Not one's own.

    Raises NotPermitted, Conflict (own, called off), Invalid.
    """
    session = attendance.session
    permissions.check_can_fix(by, session.unit)
    if by.person_id is not None and by.person_id == attendance.enrolment.person_id:
        raise Conflict("自己的考勤由别的管理员更正。")
    reason = _reason(reason)
    if finding == Finding.PENDING:
        raise Invalid("请选更正成什么。", field="finding")
    _check_held(session)
    people = combining.locked(session, [attendance.pk])
    if combining.withheld_among(people):
        raise Conflict("这场出勤已按核查决定不计学时，不能再更正。对决定有异议，请本人申诉。")
    combining.strike(_standing(people, (MarkSource.CORRECTION,)), reason="重新更正", by=by, at=at)
    mark = AttendanceMark(attendance=people[0], source=MarkSource.CORRECTION, finding=finding, at=at, reason=reason)
    combining.keep([mark], by=by, at=at)
    _told(AttendanceEvent.CORRECTED, session, people, by=by, at=at, finding=finding, reason=reason)
    combining.recombine(session, people, by=by, at=at)
    return people[0]


def _sign(attendance: Attendance, *, source: str, came_at: datetime, step: int, device: str, by: Actor, at: datetime) -> Signed:
    permissions.check_is_called(by, attendance)
    with transaction.atomic():
        one = Attendance.objects.select_for_update(of=("self",), no_key=True).select_related("session", "enrolment").get(pk=attendance.pk)
        if not rules.takes_signs(one.session, came_at):
            raise Conflict(_closed(one.session, came_at))
        present = AttendanceMark.objects.filter(attendance=one, source__in=_SIGNED, struck_at__isnull=True).order_by("pk").first()
        if present is not None:
            return Signed(mark=present, is_new=False)
        mark = AttendanceMark(
            attendance=one, source=source, finding=rules.in_time(one.session, came_at), at=came_at, made_at=at, made_by=by.person_id,
            made_label=by.label[:120], device=device[:40], step=step,
        )  # fmt: skip
        used = CodeRefused("这个码已经用过一次，被现场划去了。请到主持人处重新扫码。")
        sql.save_or_raise(mark, {"learning_mark_step_once": used})
        record(
            AttendanceEvent.SIGNED_IN, object_id=one.session_id, object_label=one.session.title, programme_id=one.session.programme_id,
            unit_path=one.enrolment.unit_path, kind=source, by=by, at=at, data={"finding": mark.finding, "scanned": came_at.isoformat()},
        )  # fmt: skip
        combining.recombine(one.session, [one], by=by, at=at)
    return Signed(mark=mark, is_new=True)


def _standing(people: list[Attendance], sources: Collection[str]) -> list[int]:
    found = AttendanceMark.objects.filter(attendance__in=people, source__in=sources, struck_at__isnull=True)
    return list(found.values_list("pk", flat=True))


def _told(event: AttendanceEvent, session: StudySession, people: list[Attendance], *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=session.pk, object_label=session.title, programme_id=session.programme_id, unit_path=session.unit_path, by=by,
        at=at, data={**data, "places": [one.pk for one in people][:200], "people": len(people)},
        person_id=people[0].enrolment.person_id if len(people) == 1 else None,
    )  # fmt: skip


def _reason(value: str) -> str:
    reason = plain(value)
    if not 2 <= len(reason) <= 200:
        raise Invalid("请写明理由，2—200 个字，会和考勤一起留存。", field="reason")
    return reason


def _check_held(session: StudySession) -> None:
    if session.called_off_at is not None:
        raise Conflict(f"{session.title}已取消，不再记考勤。")


def _closed(session: StudySession, at: datetime) -> str:
    if session.called_off_at is not None:
        return f"{session.title}已取消，不用签到。"
    opens = session.starts_at - rules.OPENS_BEFORE
    if at < opens:
        return f"{session.title}{clock.local(opens):%m-%d %H:%M} 开始签到，到时再扫。"
    return f"{session.title}已散场，不能再签到。到过场的，请告诉学校管理员更正。"
