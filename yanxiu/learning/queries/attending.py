"""Reads of study days: sessions with their counts, the hall's list, one person's history, the own sessions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yanxiu.access.permissions import Permission
from yanxiu.kit import paging
from yanxiu.kit.actor import Actor
from yanxiu.kit.text import person_name
from yanxiu.learning import attendance as rules
from yanxiu.learning.models import (
    Attendance,
    AttendanceMark,
    Finding,
    GateImport,
    GateRow,
    LeaveRequest,
    LeaveState,
    SessionRoom,
    SpotCheck,
    SpotCheckEntry,
    StudySession,
)
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Programme, ProgrammeState
from yanxiu.programmes.queries.plans import plan_of

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Row:
    """A person on the hall's list: the marks that stand, and with how many others the browser of the sign-in is shared."""

    place: Attendance
    marks: Sequence[AttendanceMark]
    shares_with: int


@dataclass(frozen=True, kw_only=True)
class Turnout:
    """How many people stand in each state."""

    counts: Mapping[str, int]

    @property
    def called(self) -> int:
        """All who should come."""
        return sum(self.counts.values())

    @property
    def came(self) -> int:
        """Who is here, in time or late."""
        return self._of(Finding.PRESENT, Finding.LATE)

    @property
    def missing(self) -> int:
        """Who is not here and has no leave."""
        return self._of(Finding.PENDING, Finding.ABSENT)

    def _of(self, *states: str) -> int:
        return sum(self.counts.get(state, 0) for state in states)


def with_counts(sessions: QuerySet[StudySession]) -> QuerySet[StudySession]:
    """Add `called`, `came`, `late`, `on_leave`, `absent` and `waiting` to sessions."""
    return sessions.annotate(
        called=_count(Finding.values),
        came=_count([Finding.PRESENT, Finding.LATE]),
        late=_count([Finding.LATE]),
        on_leave=_count([Finding.LEAVE]),
        absent=_count([Finding.ABSENT]),
        waiting=_count([Finding.PENDING]),
    )


def _count(states: Sequence[str]) -> Coalesce:
    found = Attendance.objects.filter(session=OuterRef("pk"), state__in=states).order_by().values("session")
    return Coalesce(Subquery(found.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def hall(session: StudySession, *, text: str, state: str, number: int, room: int = 0) -> paging.Page[Row]:
    """Return a page of the people called to a session (to a `room` of it, 0: all), by name. Cost: 3 queries."""
    found = Attendance.objects.filter(session=session).select_related("enrolment__person", "room")
    found = found.filter(room=room) if room else found
    if text:
        named = Q(enrolment__person__name__contains=person_name(text)[:60])
        found = found.filter(named | Q(enrolment__person__initials__startswith=text[:20].lower()))
    if state in Finding.values:
        found = found.filter(state=state)
    page = paging.page_of(found.order_by("enrolment__person__sort_key", "pk"), number=number, size=PAGE)
    marks: dict[int, list[AttendanceMark]] = {}
    for mark in AttendanceMark.objects.filter(attendance__in=page.rows, struck_at__isnull=True).order_by("at", "pk"):
        marks.setdefault(mark.attendance_id, []).append(mark)
    shared = shared_devices(session)
    rows = [
        Row(
            place=one,
            marks=marks.get(one.pk, []),
            shares_with=max((shared.get(mark.device, 1) for mark in marks.get(one.pk, []) if mark.device), default=1) - 1,
        )
        for one in page.rows
    ]
    return paging.Page(rows=rows, number=page.number, has_more=page.has_more)


def shared_devices(session: StudySession) -> dict[str, int]:
    """Return the browsers from which several people signed in, with how many. A remark for the host, no verdict. Cost: one query."""
    signed = AttendanceMark.objects.filter(attendance__session=session, step__isnull=False, struck_at__isnull=True).exclude(device="")
    found = signed.order_by().values("device").annotate(n=Count("attendance", distinct=True)).filter(n__gt=1)
    return dict(found.values_list("device", "n"))


def rooms_of(session: StudySession) -> list[SessionRoom]:
    """Return the rooms of a session by name, with `called` and `came` counted. Cost: one query."""
    return list(_with_people(SessionRoom.objects.filter(session=session)).order_by("name", "pk"))


def hosted(rooms: QuerySet[SessionRoom], *, after: datetime) -> list[SessionRoom]:
    """Return a host's rooms of sessions that end after a moment, the next first. Cost: one query."""
    found = rooms.filter(session__ends_at__gt=after).select_related("session")
    return list(_with_people(found).order_by("session__starts_at", "name", "pk")[:20])


def _with_people(rooms: QuerySet[SessionRoom]) -> QuerySet[SessionRoom]:
    sitting = Attendance.objects.filter(room=OuterRef("pk")).order_by().values("room").annotate(n=Count("pk")).values("n")
    here = sitting.filter(state__in=[Finding.PRESENT, Finding.LATE])
    return rooms.select_related("host").annotate(
        called=Coalesce(Subquery(sitting, output_field=IntegerField()), 0), came=Coalesce(Subquery(here, output_field=IntegerField()), 0)
    )


def people_in(room: SessionRoom) -> tuple[list[Attendance], Turnout]:
    """Return who sits in a room, by name, and how many of them came. Cost: one query."""
    found = Attendance.objects.filter(room=room).select_related("enrolment__person")
    people = list(found.order_by("enrolment__person__sort_key", "pk"))
    return people, Turnout(counts=Counter(one.state for one in people))


def turnout(session: StudySession) -> Turnout:
    """Return how many people of a session stand in each state. Cost: one query."""
    found = Attendance.objects.filter(session=session).order_by().values_list("state")
    return Turnout(counts=dict(found.annotate(n=Count("pk"))))


def checks_of(session: StudySession, *, room: SessionRoom | None = None) -> list[SpotCheck]:
    """Return the spot checks of a session (or a room) with `found` and `missing` counted, the newest first. Cost: one query."""
    drawn = SpotCheck.objects.filter(session=session) if room is None else SpotCheck.objects.filter(room=room)
    marked = SpotCheckEntry.objects.filter(check_list=OuterRef("pk")).order_by().values("check_list").annotate(n=Count("pk")).values("n")
    counts = {
        name: Coalesce(Subquery(marked.filter(mark__finding=finding), output_field=IntegerField()), 0)
        for name, finding in (("found", Finding.PRESENT), ("missing", Finding.ABSENT))
    }
    return list(drawn.select_related("room").annotate(**counts).order_by("-drawn_at", "-pk"))


def entries_of(check: SpotCheck) -> list[SpotCheckEntry]:
    """Return the names on a spot check's list in the drawn order. Cost: one query."""
    found = SpotCheckEntry.objects.filter(check_list=check).select_related("attendance__enrolment__person__unit", "mark")
    return list(found.order_by("number"))


def history_of(place: Attendance) -> list[AttendanceMark]:
    """Return everything that was ever said about a person in a session, struck out or not, in order. Cost: one query."""
    return list(AttendanceMark.objects.filter(attendance=place).order_by("made_at", "pk"))


def own_sessions(own: QuerySet[Attendance]) -> list[Attendance]:
    """Return a person's own places, the next first and then the past, with `leave_id`, `leave_state`, `leave_opinion`. Cost: one query."""
    leave = LeaveRequest.objects.filter(attendance=OuterRef("pk")).order_by("-applied_at", "-pk")
    checked = SpotCheckEntry.objects.filter(attendance=OuterRef("pk"), mark__isnull=False)
    found = own.select_related("session__unit", "session__programme", "enrolment__person", "room")
    return list(
        found.annotate(
            leave_id=Subquery(leave.values("pk")[:1]),
            leave_state=Subquery(leave.values("state")[:1]),
            leave_opinion=Subquery(leave.values("opinion")[:1]),
            was_checked=Exists(checked),
        ).order_by("-session__starts_at", "-pk")[:60]
    )


def running(places: Iterable[Attendance], *, at: datetime) -> Attendance | None:
    """Return the place in the session that takes signs now, None when none does."""
    return next((one for one in places if rules.takes_signs(one.session, at)), None)


def leaves(sessions: QuerySet[StudySession], *, state: str) -> QuerySet[LeaveRequest]:
    """Return the applications for leave from these sessions, the oldest first."""
    found = LeaveRequest.objects.filter(attendance__session__in=sessions, state=state)
    return found.select_related("attendance__session__unit", "attendance__enrolment__person", "proof").order_by("applied_at", "pk")


def waiting_leaves(sessions: QuerySet[StudySession]) -> int:
    """Return how many applications for leave from these sessions wait. Cost: one query."""
    return leaves(sessions, state=LeaveState.APPLIED).count()


def gates(actor: Actor) -> QuerySet[GateImport]:
    """Return the gate files of units where the actor fixes study days, the newest first."""
    found = Q(pk__in=[])
    for path in actor.paths(Permission.LEARNING_FIX_SESSIONS):
        found |= Q(unit_path__startswith=path)
    return GateImport.objects.filter(found).select_related("unit", "programme").order_by("-created_at", "-pk")


def problems_of(gate: GateImport) -> QuerySet[GateRow]:
    """Return the refused rows of a gate file, in its order."""
    return GateRow.objects.filter(gate=gate).exclude(words="").order_by("number")


def gate_counts(gate: GateImport) -> tuple[int, int, int]:
    """Return accepted rows, refused rows, and the people of the accepted. Cost: one query."""
    found = GateRow.objects.filter(gate=gate).aggregate(
        accepted=Count("pk", filter=Q(words="")),
        refused=Count("pk", filter=~Q(words="")),
        people=Count("attendance__enrolment", distinct=True),
    )
    return found["accepted"], found["refused"], found["people"]


def programmes_with_days(unit: Org) -> list[Programme]:
    """Return the running programmes that reach a unit and whose plan has study days, the newest first. Cost: one query."""
    found = Programme.objects.filter(state=ProgrammeState.RUNNING, current__isnull=False).select_related("current").defer("current__source")
    reaching = [
        one for one in found.order_by("-created_at", "-pk") if unit.path.startswith(one.owner_path) or one.owner_path.startswith(unit.path)
    ]
    return [one for one in reaching if plan_of(one.current_id or 0).attend]


def report(sessions: QuerySet[StudySession]) -> QuerySet[Attendance]:
    """Return the attendance of sessions as a sheet shows it: by session, then by name. Cost: one query."""
    found = Attendance.objects.filter(session__in=sessions).select_related("session", "enrolment__person", "enrolment__unit")
    return found.order_by("session__starts_at", "session", "enrolment__person__sort_key", "pk")
