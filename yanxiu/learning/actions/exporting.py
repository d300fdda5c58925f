"""Attendance leaves the platform as a sheet; taking it out is itself on record (EX-01)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.rules import check_may
from yanxiu.learning import sheets
from yanxiu.learning.events import AttendanceEvent
from yanxiu.learning.models import StudySession
from yanxiu.learning.queries import attending
from yanxiu.records.actions import record

MOST = 100_000


@transaction.atomic
def export_attendance(*, sessions: QuerySet[StudySession], by: Actor, at: datetime) -> bytes:
    """Return the attendance of sessions that the actor may see as a workbook. Raises NotPermitted. Cost: 3 queries."""
    check_may(by, Permission.LEARNING_FIX_SESSIONS, "考勤表由学校管理员导出。")
    rows = list(attending.report(sessions)[:MOST])
    record(AttendanceEvent.EXPORTED, object_id=by.person_id or 0, object_label="集中学习考勤", by=by, at=at, data={"rows": len(rows)})
    return sheets.attendance(rows)
