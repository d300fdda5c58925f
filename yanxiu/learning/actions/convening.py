"""Study days are fixed (W-23): one session, many from a table, called off, and settled when they are over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.learning import combining, permissions
from yanxiu.learning.events import AttendanceEvent
from yanxiu.learning.models import Attendance, StudySession
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, EnrolmentState, Programme
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.work import Attend
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.programmes.queries.windows import moment_words, window_of
from yanxiu.records.actions import record

_LONGEST = timedelta(hours=12)


class SessionKnown(Conflict):
    """The same session is fixed already."""

    code = "session_known"


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """What a school fixes: when, where, what, who (`stage`, `subject` "" = all of the unit) and how late is still in time."""

    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    hours: Decimal
    stage: str = ""
    subject: str = ""
    grace_minutes: int = 10


@transaction.atomic
def fix_session(*, programme: Programme, unit: Org, facts: SessionFacts, by: Actor, at: datetime) -> StudySession:
    """Fix a session of the unit's study days and call its participants.

    Raises NotPermitted; Conflict when the plan has no study days or the session is known; Invalid with the field when it lies outside the
    plan's days or its working hours, is over, or calls nobody. Cost: 7 queries.
    """
    permissions.check_can_fix(by, unit)
    version_id = programme.current_id or 0
    plan = plan_of(version_id)
    title, place = _named(facts.title, "title", "内容"), _named(facts.place, "place", "地点")
    if facts.ends_at <= at:
        raise Invalid("这个时间已经过了，请核对日期。补记考勤请导入考勤机文件，或在已有的场次里更正。", field="starts_at")
    rule = _fitting(plan, version_id, unit, facts, at=at)
    session = StudySession(
        programme=programme, unit=unit, unit_path=unit.path, window=rule.window, title=title, place=place, stage=facts.stage,
        subject=facts.subject, starts_at=facts.starts_at, ends_at=facts.ends_at, hours=facts.hours, grace_minutes=facts.grace_minutes,
        fixed_at=at, fixed_by=by.person_id,
    )  # fmt: skip
    known = SessionKnown(f"{moment_words(facts.starts_at, at=at)}在{place}的{title}已经安排过，没有重复安排。", field="title")
    sql.save_or_raise(session, {"learning_session_once": known})
    called = _call(session)
    if not called:
        raise Invalid(f"{unit.name}没有符合条件的参训教师，请核对学段和学科。", field="stage")
    record(
        AttendanceEvent.SESSION_FIXED, object_id=session.pk, object_label=title, programme_id=programme.pk, unit_path=unit.path, by=by,
        at=at, data={"starts": facts.starts_at.isoformat(), "ends": facts.ends_at.isoformat(), "place": place, "called": called},
    )  # fmt: skip
    return session


@transaction.atomic
def fix_sessions(*, programme: Programme, unit: Org, many: Sequence[SessionFacts], by: Actor, at: datetime) -> int:
    """Fix all sessions of a table, or none; return how many are new. Those that are fixed already stay as they are.

    Raises what `fix_session` raises, the field naming the row: `3.place`.
    """
    permissions.check_can_fix(by, unit)
    fixed = 0
    for number, facts in enumerate(many):
        try:
            with transaction.atomic():
                fix_session(programme=programme, unit=unit, facts=facts, by=by, at=at)
        except SessionKnown:
            continue
        except Invalid as error:
            error.field = f"{number}.{error.field or ''}"
            raise
        fixed += 1
    return fixed


@transaction.atomic
def call_off(*, session: StudySession, reason: str, by: Actor, at: datetime) -> StudySession:
    """Call a session off before it is settled; its marks stay as history and count for nothing. Raises NotPermitted, Invalid, Conflict."""
    permissions.check_can_fix(by, session.unit)
    reason = plain(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid("请写明为什么取消，2—200 个字，参训教师会看到。", field="reason")
    session = _locked(session)
    if session.settled_at is not None:
        raise Conflict(f"{session.title}已经散场结清，不能再取消。个别人的考勤请逐个更正。")
    if session.called_off_at is not None:
        return session
    session.called_off_at = at
    session.save(update_fields=["called_off_at"])
    record(
        AttendanceEvent.SESSION_CALLED_OFF, object_id=session.pk, object_label=session.title, programme_id=session.programme_id,
        unit_path=session.unit_path, by=by, at=at, data={"reason": reason},
    )  # fmt: skip
    return session


def settle_sessions(*, by: Actor, at: datetime) -> int:
    """Settle the sessions that are over: who has not come is absent, and results stand as records; return how many. Idempotent.

    Raises NotPermitted for people. Cost: about 12 queries a session, whatever the number of people.
    """
    permissions.check_can_settle(by)
    over = StudySession.objects.filter(settled_at__isnull=True, called_off_at__isnull=True, ends_at__lte=at).order_by("pk")
    return sum(_settle(pk, at=at) for pk in list(over.values_list("pk", flat=True)))


@transaction.atomic
def _settle(session_id: int, *, at: datetime) -> int:
    session = _locked(StudySession(pk=session_id))
    if session.settled_at is not None or session.called_off_at is not None:
        return 0
    _call(session)  # whoever joined since is called too
    session.settled_at = at
    session.save(update_fields=["settled_at"])
    combining.recombine(session, combining.locked(session), by=SYSTEM, at=at)
    return 1


def _call(session: StudySession) -> int:
    """Call the participants of the unit that are not called yet; return how many are called in all."""
    found = Enrolment.objects.filter(
        programme_id=session.programme_id, unit_path__startswith=session.unit_path, state=EnrolmentState.ACTIVE, role="learner"
    )
    if session.stage:
        found = found.filter(stage=session.stage)
    if session.subject:
        found = found.filter(subject=session.subject)
    people = list(found.order_by("pk").values_list("pk", flat=True))
    Attendance.objects.bulk_create([Attendance(session=session, enrolment_id=pk) for pk in people], ignore_conflicts=True, batch_size=5_000)
    return len(people)


def _locked(session: StudySession) -> StudySession:
    found = StudySession.objects.select_for_update(of=("self",), no_key=True).select_related("unit")
    return found.get(pk=session.pk)


def _named(value: str, field: str, label: str) -> str:
    text = " ".join(plain(value).split())
    if not 2 <= len(text) <= 80:
        raise Invalid(f"{label} 2—80 个字，现在 {len(text)} 个。", field=field)
    return text


def _fitting(plan: Plan, version_id: int, unit: Org, facts: SessionFacts, *, at: datetime) -> Attend:
    """Return the plan's rule in whose days the session lies. Raises Invalid or Conflict, saying which days there are."""
    if not plan.attend:
        raise Conflict("这个方案没有写集中学习和考勤，不能安排。要安排，请方案设计在 attend 里写明时间窗口。")
    if not facts.starts_at < facts.ends_at <= facts.starts_at + _LONGEST:
        raise Invalid("结束要晚于开始，一场最长 12 小时。", field="ends_at")
    if not 0 < facts.hours <= 12:
        raise Invalid("学时要大于 0，最多 12。", field="hours")
    days = []
    for rule in plan.attend:
        span = window_of(version_id, rule.window, unit.path)
        if span is None or (span.starts_at is None and span.ends_at is None):
            return _in_hours(plan, rule, facts)
        if (span.starts_at is None or facts.starts_at >= span.starts_at) and (span.ends_at is None or facts.ends_at <= span.ends_at):
            return _in_hours(plan, rule, facts)
        first = moment_words(span.starts_at, at=at) if span.starts_at else ""
        days.append(f"{span.label}（{first} — {moment_words(span.ends_at, at=at, is_end=True) if span.ends_at else ''}）")
    raise Invalid(f"这一场不在方案写的集中学习时间里：{'、'.join(days)}。请改日期。", field="starts_at")


def _in_hours(plan: Plan, rule: Attend, facts: SessionFacts) -> Attend:
    end_of_work = plan.calendar.end_of_work
    if rule.hours == "working_day" and f"{clock.local(facts.ends_at):%H:%M}" > end_of_work:
        raise Invalid(f"方案写的是按正常工作日考勤，{end_of_work} 下班，这一场结束得太晚。", field="ends_at")
    return rule
