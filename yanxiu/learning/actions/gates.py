"""Files of gates and face machines (S-54): read, previewed, imported, taken back. Names and times only; no picture is ever stored."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import half_width, person_name
from yanxiu.learning import attendance as rules
from yanxiu.learning import combining, passages, permissions
from yanxiu.learning.events import AttendanceEvent
from yanxiu.learning.models import Attendance, AttendanceMark, GateImport, GateRow, GateState, MarkSource, StudySession
from yanxiu.orgs.models import Org
from yanxiu.people.models import Account, Person
from yanxiu.people.queries import persons_by_identity
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import record

_NEEDS = (("name", "identity", "account", "staff_number"), ("time", "date"))


@dataclass(frozen=True, kw_only=True)
class _Hall:
    """Who is called in a unit, by what a machine may know them by."""

    places: Mapping[int, Sequence[Attendance]]
    names: Mapping[str, Sequence[Person]]
    staff_numbers: Mapping[str, Sequence[Person]]
    accounts: Mapping[str, int]


@transaction.atomic
def preview_gate(*, content: bytes, file_name: str, programme: Programme, unit: Org, by: Actor, at: datetime) -> GateImport:
    """Read a file and judge every row; nobody's attendance changes. The same file again is the same import.

    Raises NotPermitted, Invalid (the file as a whole). Cost: about 8 queries, whatever the number of rows.
    """
    permissions.check_can_fix(by, unit)
    sha256 = hashlib.sha256(content).hexdigest()
    known = GateImport.objects.filter(programme=programme, unit=unit, sha256=sha256).exclude(state=GateState.UNDONE).first()
    if known is not None and known.state == GateState.APPLIED:
        return known
    table = passages.read(content, file_name=file_name, words=passages.GATE, needs=_NEEDS)
    if not table.rows:
        raise Invalid("表头下面一行记录也没有，请核对文件。", field="file")
    gate = known or GateImport.objects.create(
        programme=programme, unit=unit, unit_path=unit.path, file_name=file_name[-120:], sha256=sha256, columns=table.columns,
        created_at=at, created_by=by.person_id,
    )  # fmt: skip
    GateRow.objects.filter(gate=gate).delete()  # judged again: sessions may have been fixed since
    hall = _hall(programme, unit)
    identities = persons_by_identity([cells["identity"] for _, cells in table.rows if cells.get("identity")])
    GateRow.objects.bulk_create([_judged(gate, number, cells, hall, identities) for number, cells in table.rows], batch_size=2_000)
    record(
        AttendanceEvent.GATE_PREVIEWED, object_id=gate.pk, object_label=gate.file_name, programme_id=programme.pk, unit_path=unit.path,
        by=by, at=at, data={"rows": len(table.rows)},
    )  # fmt: skip
    return gate


@transaction.atomic
def apply_gate(*, gate: GateImport, by: Actor, at: datetime) -> int:
    """Let the accepted passages speak; return how many are new. Twice changes nothing. Raises NotPermitted, Conflict (taken back)."""
    gate = _locked(gate, by)
    if gate.state == GateState.UNDONE:
        raise Conflict("这份文件已经撤回。要再导入，请重新传一次。")
    if gate.state == GateState.APPLIED:
        return 0
    rows = GateRow.objects.filter(gate=gate, attendance__isnull=False).select_related("attendance__session")
    found = list(rows.order_by("number"))
    held = [row for row in found if row.attendance and row.attendance.session.called_off_at is None]
    present = set(
        AttendanceMark.objects.filter(
            attendance__in=[row.attendance_id for row in held], source=MarkSource.GATE, struck_at__isnull=True
        ).values_list("attendance_id", "at")
    )
    marks = {}
    for row in held:
        key = (row.attendance_id, row.passed_at)
        if row.attendance is not None and row.passed_at is not None and key not in present and key not in marks:
            finding = rules.in_time(row.attendance.session, row.passed_at)
            marks[key] = AttendanceMark(
                attendance=row.attendance, source=MarkSource.GATE, finding=finding, at=row.passed_at, gate=gate, device=row.machine[:40]
            )
    combining.keep(list(marks.values()), by=by, at=at)
    gate.state, gate.applied_at = GateState.APPLIED, at
    gate.save(update_fields=["state", "applied_at"])
    _recombine(list(marks.values()), by=by, at=at)
    _told(AttendanceEvent.GATE_APPLIED, gate, len(marks), by=by, at=at)
    return len(marks)


@transaction.atomic
def undo_gate(*, gate: GateImport, by: Actor, at: datetime) -> int:
    """Take an import back: its passages are struck out and no longer speak; return how many. Raises NotPermitted."""
    gate = _locked(gate, by)
    if gate.state == GateState.UNDONE:
        return 0
    marks = list(AttendanceMark.objects.filter(gate=gate, struck_at__isnull=True).select_related("attendance"))
    combining.strike([mark.pk for mark in marks], reason="撤回导入", by=by, at=at)
    gate.state, gate.undone_at = GateState.UNDONE, at
    gate.save(update_fields=["state", "undone_at"])
    _recombine(marks, by=by, at=at)
    _told(AttendanceEvent.GATE_UNDONE, gate, len(marks), by=by, at=at)
    return len(marks)


def _locked(gate: GateImport, by: Actor) -> GateImport:
    permissions.check_can_fix(by, gate.unit)
    return GateImport.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=gate.pk)


def _recombine(marks: Sequence[AttendanceMark], *, by: Actor, at: datetime) -> None:
    touched: dict[int, set[int]] = {}
    for mark in marks:
        touched.setdefault(mark.attendance.session_id, set()).add(mark.attendance_id)
    for session in StudySession.objects.filter(pk__in=touched).order_by("pk"):
        combining.recombine(session, combining.locked(session, touched[session.pk]), by=by, at=at)


def _told(event: AttendanceEvent, gate: GateImport, marks: int, *, by: Actor, at: datetime) -> None:
    record(
        event, object_id=gate.pk, object_label=gate.file_name, programme_id=gate.programme_id, unit_path=gate.unit_path, by=by, at=at,
        data={"passages": marks},
    )  # fmt: skip


def _hall(programme: Programme, unit: Org) -> _Hall:
    called = Attendance.objects.filter(
        session__programme=programme, session__unit=unit, session__called_off_at__isnull=True
    ).select_related("session", "enrolment__person")
    places: dict[int, list[Attendance]] = {}
    people: dict[int, Person] = {}
    for one in called.order_by("session__starts_at", "pk"):
        places.setdefault(one.enrolment.person_id, []).append(one)
        people[one.enrolment.person_id] = one.enrolment.person
    names: dict[str, list[Person]] = {}
    staff_numbers: dict[str, list[Person]] = {}
    for person in people.values():
        names.setdefault(person.name, []).append(person)
        if person.staff_number:
            staff_numbers.setdefault(person.staff_number, []).append(person)
    accounts = dict(Account.objects.filter(person__in=list(people)).values_list("username", "person_id"))
    return _Hall(places=places, names=names, staff_numbers=staff_numbers, accounts=accounts)


def _judged(gate: GateImport, number: int, cells: Mapping[str, str], hall: _Hall, identities: Mapping[str, Person]) -> GateRow:
    """Judge one row: who, when, which session; the first thing wrong is said with its cell."""
    row = GateRow(gate=gate, number=number, name=cells.get("name", "")[:120], machine=cells.get("machine", "")[:60])
    row.hint = (cells.get("staff_number") or cells.get("account") or "")[:40]
    passed_at = passages.moment(cells.get("time", "")) or passages.moment(cells.get("date", ""), cells.get("time", ""))
    if passed_at is None:
        row.field, row.words = "time" if "time" in gate.columns else "date", "时间读不懂。写成 2026-07-23 08:05 这样"
        return row
    row.passed_at = passed_at
    person_id, row.field, row.words = _who(cells, hall, identities)
    if row.words or person_id is None:
        return row
    fitting = [one for one in hall.places.get(person_id, ()) if rules.takes_signs(one.session, passed_at)]
    if not fitting:
        row.field = "time" if "time" in gate.columns else "date"
        row.words = f"{clock.local(passed_at):%m-%d %H:%M} 没有他要参加的集中学习"
        return row
    row.attendance = fitting[0]
    return row


def _who(cells: Mapping[str, str], hall: _Hall, identities: Mapping[str, Person]) -> tuple[int | None, str, str]:
    """Return the person id, or the field and the words of what is wrong."""
    name = person_name(cells.get("name", ""))
    number = half_width(cells.get("identity", "")).upper()
    if number:
        person = identities.get(number)
        return _called(person.pk if person else None, person.name if person else "", name, hall, "identity")
    account = cells.get("account", "").strip()
    if account:
        return _called(hall.accounts.get(account), "", "", hall, "account")
    staff_number = half_width(cells.get("staff_number", ""))
    same = hall.staff_numbers.get(staff_number, ()) if staff_number else ()
    if len(same) == 1:
        return _called(same[0].pk, same[0].name, name, hall, "staff_number")
    return _named(name, half_width(cells.get("mobile", "")), hall)


def _called(person_id: int | None, known: str, written: str, hall: _Hall, field: str) -> tuple[int | None, str, str]:
    if person_id is None or person_id not in hall.places:
        return None, field, "应到名单里没有这个人。不是本校参训教师，或这几场没有叫到"
    if written and known and written != known:
        return None, "name", f"号码是{known}的，姓名写的是{written}，请核对"
    return person_id, "", ""


def _named(name: str, mobile: str, hall: _Hall) -> tuple[int | None, str, str]:
    same = list(hall.names.get(name, ()))
    if len(same) > 1 and len(mobile) == 11:
        same = [person for person in same if person.mobile_hint and person.mobile_hint[-4:] == mobile[-4:]]
    if len(same) == 1:
        return same[0].pk, "", ""
    if not same:
        return None, "name", f"应到名单里没有{name or '这个人'}。不是本校参训教师，或名字写得不一样"
    return None, "name", f"应到名单里有 {len(same)} 位{name}，请在表里加一列身份证号或手机号"
