"""Deadlines beside the windows: materials (once or every month), deregistration, rosters, joining, fees."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from yanxiu.kit.clock import SHANGHAI, day, end_of
from yanxiu.kit.errors import Invalid
from yanxiu.programmes.plan.dates import DateProblem, Params, last_day, params_of
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.people import Calendar
from yanxiu.programmes.plan.schema.work import Submission
from yanxiu.programmes.plan.windows import resolve


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A moment until which something must have arrived. `of` names section and id, e.g. `submit.s6`."""

    of: str
    label: str
    at: datetime
    by: str | None = None


def deadlines(plan: Plan, params: Mapping[str, int] | None = None) -> tuple[Deadline, ...]:
    """Every deadline beside the windows: materials (recurring ones one by one), deregistration, rosters, joining, fees; by time.

    A day ends at 24:00, `end_of_work` at the hour of the plan's calendar. Raises Invalid.
    """
    run = params_of(plan, params)
    found = list(_enrol_deadlines(plan, run))
    for item in plan.submit:
        found += [Deadline(of=f"submit.{item.id}", label=item.label, at=at, by=item.by) for at in submission_times(plan, item, params)]
    found += [
        Deadline(of=f"fees.{fee.id}", label="交费", at=end_of(_day(fee.due, run)), by=fee.who) for fee in plan.fees if fee.due is not None
    ]
    return tuple(sorted(found, key=lambda deadline: (deadline.at, deadline.of)))


def submission_times(plan: Plan, item: Submission, params: Mapping[str, int] | None = None) -> tuple[datetime, ...]:
    """The moments a material is due: none when undated, one for `due`, one a month when it repeats inside its window."""
    run = params_of(plan, params)
    if item.repeat == "last_friday_of_month":
        window = next((window for window in resolve(plan, params) if window.id == item.in_), None)
        if window is None or window.starts_at is None or window.ends_at is None:
            raise Invalid(f"{item.label} 按月上传，所在的窗口还没有起止日期，请先填日期")
        fridays = last_fridays(day(window.starts_at), day(window.ends_at - timedelta(seconds=1)))
        return tuple(day_end(friday, item.time, plan.calendar) for friday in fridays)
    return (day_end(_day(item.due, run), item.time, plan.calendar),) if item.due else ()


def last_fridays(first: date, last: date) -> tuple[date, ...]:
    """Last Friday of each month from `first` to `last`, both included, that lies between them."""
    found = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        after = date(year + month // 12, month % 12 + 1, 1)
        friday = after - timedelta(days=(after.weekday() - 5) % 7 + 1)
        if first <= friday <= last:
            found.append(friday)
        year, month = after.year, after.month
    return tuple(found)


def day_end(on: date, until: str, calendar: Calendar) -> datetime:
    """When a due day is over: 24:00, the end of work, or a printed hour; UTC, exclusive."""
    if until == "end_of_day":
        return end_of(on)
    hour, minute = (calendar.end_of_work if until == "end_of_work" else until).split(":")
    return datetime.combine(on, time(int(hour), int(minute)), SHANGHAI).astimezone(UTC)


def _day(text: str, params: Params) -> date:
    try:
        return last_day(text, params)
    except DateProblem as problem:
        raise Invalid(f"{problem.message}，{problem.hint}") from problem


def _enrol_deadlines(plan: Plan, params: Params) -> Iterator[Deadline]:
    enrol, points = plan.enrol, plan.orgs.teaching_points if plan.orgs else None
    if enrol is not None and enrol.withdraw is not None:
        yield Deadline(of="enrol.withdraw", label=enrol.withdraw.label, at=end_of(_day(enrol.withdraw.due, params)))
    if enrol is not None and enrol.join_by is not None:
        yield Deadline(of="enrol.join_by", label="加入班级", at=end_of(_day(enrol.join_by, params)), by="learner")
    if enrol is not None and enrol.report_up is not None:
        yield Deadline(of="enrol.report_up", label=enrol.report_up.form, at=end_of(_day(enrol.report_up.due, params)))
    if points is not None and points.roster is not None:
        yield Deadline(of="orgs.teaching_points.roster", label="教学点名单", at=end_of(_day(points.roster.due, params)))
