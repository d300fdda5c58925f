"""Leave (请假): a teacher asks and may take it back while it waits, the school decides."""

from datetime import datetime
from typing import IO

from django.db import transaction

from yanxiu.files import actions as files
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, DomainError, Invalid, NotPermitted
from yanxiu.kit.text import plain
from yanxiu.learning import combining, permissions
from yanxiu.learning.events import AttendanceEvent
from yanxiu.learning.models import Attendance, AttendanceMark, Finding, LeaveRequest, LeaveState, MarkSource
from yanxiu.records.actions import record


def ask_leave(
    *, attendance: Attendance, reason: str, by: Actor, at: datetime, proof: IO[bytes] | None = None, proof_name: str = ""
) -> LeaveRequest:
    """Ask to stay away from a session before it is over. Raises NotPermitted, Conflict (asked already, over), Invalid with the field."""
    permissions.check_is_called(by, attendance)
    session = attendance.session
    reason = plain(reason)
    if not 2 <= len(reason) <= 300:
        raise Invalid("请写明请假的原因，2—300 个字，学校会看到。", field="reason")
    if at >= session.ends_at:
        raise Conflict(f"{session.title}已散场，不能再请假。有特殊情况，请告诉学校管理员更正。")
    stored = _kept(proof, proof_name, by=by, at=at)
    with transaction.atomic():
        request = LeaveRequest(attendance=attendance, reason=reason, proof=stored, applied_at=at)
        sql.save_or_raise(request, {"learning_leave_one_open": Conflict("您已经请过假，正等学校答复。")})
        _record(AttendanceEvent.LEAVE_ASKED, request, by=by, at=at)
    return request


@transaction.atomic
def withdraw_leave(*, request: LeaveRequest, by: Actor, at: datetime) -> LeaveRequest:
    """Take an application back while it waits; a second time changes nothing, and she may ask anew. Raises NotPermitted, Conflict."""
    if by.person_id is None or by.person_id != request.attendance.enrolment.person_id:
        raise NotPermitted("请假由本人撤回，不能代办。")
    request = _locked(request)
    if request.state == LeaveState.WITHDRAWN:
        return request
    if request.state == LeaveState.APPROVED:
        raise Conflict("学校已经准假，不用撤回：人来了签到，仍按到场计。")
    if request.state == LeaveState.REFUSED:
        raise Conflict("学校已经答复未准，不用撤回。还要请假，可以写明情况再请一次。")
    request.state, request.decided_at, request.decided_by = LeaveState.WITHDRAWN, at, by.person_id
    request.save(update_fields=["state", "decided_at", "decided_by"])
    _record(AttendanceEvent.LEAVE_WITHDRAWN, request, by=by, at=at)
    return request


@transaction.atomic
def grant_leave(*, request: LeaveRequest, opinion: str, by: Actor, at: datetime) -> LeaveRequest:
    """Grant leave: the session is leave for her, unless she comes after all. Raises NotPermitted, Conflict."""
    request = _decided(request, LeaveState.APPROVED, plain(opinion)[:300], by=by, at=at)
    session = request.attendance.session
    people = combining.locked(session, [request.attendance_id])
    standing = AttendanceMark.objects.filter(attendance=people[0], source=MarkSource.LEAVE, struck_at__isnull=True)
    combining.strike(list(standing.values_list("pk", flat=True)), reason="重新准假", by=by, at=at)
    mark = AttendanceMark(attendance=people[0], source=MarkSource.LEAVE, finding=Finding.LEAVE, at=at, reason=request.reason[:200])
    combining.keep([mark], by=by, at=at)
    combining.recombine(session, people, by=by, at=at)
    _record(AttendanceEvent.LEAVE_GRANTED, request, by=by, at=at)
    return request


@transaction.atomic
def refuse_leave(*, request: LeaveRequest, opinion: str, by: Actor, at: datetime) -> LeaveRequest:
    """Refuse leave, saying why. Raises NotPermitted, Invalid, Conflict."""
    opinion = plain(opinion)
    permissions.check_can_fix(by, request.attendance.session.unit)
    if not 2 <= len(opinion) <= 300:
        raise Invalid("不准假要写明原因，2—300 个字，老师会看到。", field="opinion")
    request = _decided(request, LeaveState.REFUSED, opinion, by=by, at=at)
    _record(AttendanceEvent.LEAVE_REFUSED, request, by=by, at=at)
    return request


def _decided(request: LeaveRequest, state: LeaveState, opinion: str, *, by: Actor, at: datetime) -> LeaveRequest:
    permissions.check_can_fix(by, request.attendance.session.unit)
    request = _locked(request)
    if by.person_id is not None and by.person_id == request.attendance.enrolment.person_id:
        raise Conflict("自己的假由别的管理员批。")
    if request.state != LeaveState.APPLIED:
        done = "本人已撤回" if request.state == LeaveState.WITHDRAWN else LeaveState(request.state).label
        raise Conflict(f"这份请假{done}，不再等答复。")
    request.state, request.opinion, request.decided_at, request.decided_by = state, opinion, at, by.person_id
    request.save(update_fields=["state", "opinion", "decided_at", "decided_by"])
    return request


def _locked(request: LeaveRequest) -> LeaveRequest:
    found = LeaveRequest.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("attendance__session__unit", "attendance__enrolment__person").get(pk=request.pk)


def _kept(proof: IO[bytes] | None, name: str, *, by: Actor, at: datetime) -> StoredFile | None:
    if proof is None:
        return None
    try:
        return files.store(content=proof, name=name, kind=Kind.ATTACHMENT, by=by, at=at)
    except DomainError as error:
        error.field = "proof"
        raise


def _record(event: AttendanceEvent, request: LeaveRequest, *, by: Actor, at: datetime) -> None:
    session = request.attendance.session
    record(
        event, object_id=request.pk, object_label=session.title, programme_id=session.programme_id, unit_path=session.unit_path,
        person_id=request.attendance.enrolment.person_id, by=by, at=at, data={"session": session.pk, "opinion": request.opinion},
    )  # fmt: skip
