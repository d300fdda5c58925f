"""The inside of every verb of attendance: marks are kept, states follow from them, records follow from settled states."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from yanxiu.kit.actor import Actor
from yanxiu.learning import attendance as rules
from yanxiu.learning.events import AttendanceEvent
from yanxiu.learning.models import Attendance, AttendanceMark, Finding, StudySession
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import Entry, record_all, void
from yanxiu.records.models import RecordKey

_FIELDS = ["state", "source", "came_at", "revision", "record_id"]


def locked(session: StudySession, ids: Iterable[int] | None = None) -> list[Attendance]:
    """Return people of a session with their rows locked, in order of id; all when `ids` is None. Cost: one query."""
    found = Attendance.objects.select_for_update(of=("self",), no_key=True).filter(session=session)
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    return list(found.select_related("enrolment").order_by("pk"))


def keep(marks: Sequence[AttendanceMark], *, by: Actor, at: datetime) -> None:
    """Store marks under the name of who makes them. Cost: one query."""
    for mark in marks:
        mark.made_at, mark.made_by, mark.made_label = at, by.person_id, by.label[:120]
    AttendanceMark.objects.bulk_create(marks)


def strike(ids: Iterable[int], *, reason: str, by: Actor, at: datetime) -> int:
    """Strike marks out; return how many stood. Cost: one query."""
    return AttendanceMark.objects.filter(pk__in=list(ids), struck_at__isnull=True).update(
        struck_at=at, struck_by=by.person_id, struck_label=by.label[:120], struck_reason=reason
    )


def recombine(session: StudySession, people: Sequence[Attendance], *, by: Actor, at: datetime) -> int:
    """Bring the states of locked people in line with their marks, and the records with the states; return how many changed.

    Records stand only for settled sessions; one that does not hold any more is voided. One that a decided case took keeps its state
    until an appeal gives it back. Cost: 6 queries, and 4 for each voided record.
    """
    marks: dict[int, list[AttendanceMark]] = {}
    for mark in AttendanceMark.objects.filter(attendance__in=people, struck_at__isnull=True):
        marks.setdefault(mark.attendance_id, []).append(mark)
    is_settled = session.settled_at is not None
    withheld = withheld_among(people)
    changed = []
    for one in people:
        if one.pk in withheld:
            continue
        now = rules.combined(marks.get(one.pk, []), is_over=is_settled)
        differs = (one.state, one.source, one.came_at) != (now.state, now.source, now.came_at)
        needs_record = is_settled and (one.record_id is None or one.state != now.state)
        if not differs and not needs_record:
            continue
        if one.record_id is not None and one.state != now.state:
            void(record_id=one.record_id, reason=f"考勤由{Finding(one.state).label}改为{now.state.label}", by=by, at=at)
            one.record_id = None
        one.state, one.source, one.came_at = now.state, now.source, now.came_at
        changed.append(one)
    if is_settled:
        _record(session, [one for one in changed if one.record_id is None], by=by, at=at)
    Attendance.objects.bulk_update(changed, _FIELDS, batch_size=2_000)
    return len(changed)


def withheld_among(people: Sequence[Attendance]) -> set[int]:
    """Return those whose record a decision took: it is voided, and still the one they stand by. Cost: at most one query."""
    by_key = {f"void:{one.record_id}": one.pk for one in people if one.record_id is not None}
    return {by_key[key] for key in RecordKey.objects.filter(pk__in=by_key).values_list("key", flat=True)} if by_key else set()


def _record(session: StudySession, people: Sequence[Attendance], *, by: Actor, at: datetime) -> None:
    """Write what the settled states come to, at the session's beginning, so that it counts in the window it lies in."""
    by_version = {version: rules.rule_of(plan_of(version), session.window) for version in {one.enrolment.version_id for one in people}}
    entries = []
    for one in people:
        one.revision += 1
        rule = by_version[one.enrolment.version_id]
        verdict = rules.counts(rule, one.state)
        event = AttendanceEvent.EXCUSED if verdict is None else AttendanceEvent.ATTENDED if verdict else AttendanceEvent.MISSED
        again = f".{one.revision}" if one.revision > 1 else ""
        entries.append(
            Entry(
                event=event, object_id=f"{session.pk}{again}", object_label=session.title, person_id=one.enrolment.person_id,
                programme_id=session.programme_id, unit_path=one.enrolment.unit_path, kind=(rule.block if rule else None) or "",
                measure=session.hours if verdict and rule and rule.block else None, key=f"session:{one.pk}:{one.revision}",
                data={"state": one.state, "source": one.source, "settled": at.isoformat()},
            )
        )  # fmt: skip
    for one, number in zip(people, record_all(entries, by=by, at=session.starts_at), strict=True):
        one.record_id = number
