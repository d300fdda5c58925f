"""Windows (F-12): every phase of a plan as moments, once per plan version and unit.

Days are inclusive as printed and end at 24:00 in Asia/Shanghai; moments are aware UTC, ends exclusive. A window without dates
keeps what is known of it: what it comes after, its season, one end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from yanxiu.kit.clock import day, end_of, start_of
from yanxiu.kit.errors import Invalid
from yanxiu.programmes.plan import dates
from yanxiu.programmes.plan.complaints import NOWHERE, Complaint, Lines, Path
from yanxiu.programmes.plan.dates import DateProblem, Params, missing_params, params_of, programme_year
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.work import Phase
from yanxiu.programmes.plan.vocabulary import WINDOW_YEARS

State = Literal["before", "open", "closed", "undated"]
Days = tuple[date | None, date | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """One window. `starts_at` inclusive, `ends_at` exclusive, None where not stated. `lock`: choices made in it freeze then.

    `cutoff`: what is earned at or after it counts for the next year. `after`: the window this one follows without dates of its own.
    `masked`: its dates came from parameters. `own`: a unit's narrower dates are in force.
    """

    id: str
    label: str
    starts_at: datetime | None
    ends_at: datetime | None
    for_roles: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    where: str | None = None
    lock: datetime | None = None
    cutoff: datetime | None = None
    after: str | None = None
    season: str | None = None
    masked: bool = False
    own: bool = False

    def state(self, at: datetime) -> State:
        """Where `at` stands to the window."""
        if self.starts_at is None and self.ends_at is None:
            return "undated"
        if self.starts_at is not None and at < self.starts_at:
            return "before"
        return "closed" if self.ends_at is not None and at >= self.ends_at else "open"

    def is_for(self, role: str) -> bool:
        """Whether the window concerns a role: all when no role is named."""
        return role not in self.not_for and (not self.for_roles or role in self.for_roles)

    def is_locked(self, at: datetime) -> bool:
        """Whether choices made in this window are frozen."""
        return self.lock is not None and at >= self.lock


def resolve(
    plan: Plan,
    params: Mapping[str, int] | None = None,
    *,
    launch_dates: Mapping[str, Days] | None = None,
    unit_dates: Mapping[str, tuple[date, date]] | None = None,
) -> tuple[Window, ...]:
    """Resolve all windows of a plan, then `year` and `school_year` where the programme's year is known.

    `launch_dates` gives days to windows the plan leaves without; `unit_dates` a unit's own days, only for windows that allow them
    and only inside the official ones. Raises Invalid with a sentence per problem (missing parameters, impossible days).
    """
    windows, complaints = try_resolve(plan, params, launch_dates=launch_dates, unit_dates=unit_dates)
    if complaints:
        raise Invalid("；".join(_sentence(complaint) for complaint in complaints))
    return windows


def try_resolve(
    plan: Plan,
    params: Mapping[str, int] | None = None,
    *,
    launch_dates: Mapping[str, Days] | None = None,
    unit_dates: Mapping[str, tuple[date, date]] | None = None,
    lines: Lines = NOWHERE,
) -> tuple[tuple[Window, ...], tuple[Complaint, ...]]:
    """Like `resolve`, but returns the problems beside the windows that could be resolved."""
    run = _Run(plan, params_of(plan, params), launch_dates or {}, lines)
    run.check_params()
    found = {phase.id: run.window(place, phase) for place, phase in enumerate(plan.phases)}
    run.follow(found)
    run.narrow(found, unit_dates or {})
    for window in run.years(found.values()):
        found.setdefault(window.id, window)
    return tuple(run.lock(window, found) for window in found.values()), tuple(run.complaints)


def slices(windows: Iterable[Window]) -> tuple[datetime, ...]:
    """All boundaries of the windows in order: a slice lies between two neighbours, so any window is a sum of slices."""
    edges = {edge for window in windows for edge in (window.starts_at, window.ends_at, window.cutoff) if edge is not None}
    return tuple(sorted(edges))


@dataclass(slots=True)
class _Run:
    plan: Plan
    params: Params
    launch_dates: Mapping[str, Days]
    lines: Lines
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, path: Path, problem: DateProblem) -> None:
        if path[0] == "programme" or not problem.code.startswith("param"):  # parameters are named once, by check_params
            self.complaints.append(self.lines.complain(path, "error", problem.code, problem.message, problem.hint))

    def check_params(self) -> None:
        for name in missing_params(self.plan, self.params.values):
            message = f"还没有填参数 {name}"
            self.complaints.append(self.lines.complain(("programme", "params", name), "error", "param-missing", message, "发布前填写"))
        wanted = {*self.plan.programme.params, *dates.wanted_params(self.plan)}
        for name, value in self.params.values.items():
            problem = dates.parameter_problem(name, value) if name in wanted else DateProblem("param", f"方案没有参数 {name}", "删去它")
            if problem is not None:
                self.complain(("programme", "params", name), problem)

    def window(self, place: int, phase: Phase) -> Window:
        path: Path = ("phases", place)
        first, last = self._days(path, phase)
        if first is not None and last is not None and last < first:
            self.complain((*path, "to"), DateProblem("order", f"{phase.label} 结束 {last} 早于开始 {first}", "改结束或开始的日期"))
            last = None
        return Window(
            id=phase.id,
            label=phase.label,
            starts_at=start_of(first) if first else None,
            ends_at=end_of(last) if last else None,
            for_roles=phase.for_,
            not_for=phase.not_for,
            do=phase.do,
            where=phase.where,
            cutoff=self._cutoff(path, phase),
            after=phase.after,
            season=phase.season,
            masked=any(dates.is_masked(text) for text in (phase.from_, phase.to) if text),
        )

    def _days(self, path: Path, phase: Phase) -> Days:
        if phase.span is not None:
            year = programme_year(self.plan, self.params)
            return (None, None) if year is None else self._span(phase.span, year)
        given = self.launch_dates.get(phase.id, (None, None))
        first = self._day((*path, "from"), phase.from_, last=False) if phase.from_ else given[0]
        last = self._day((*path, "to"), phase.to, last=True) if phase.to else given[1]
        return first, last

    def _day(self, path: Path, text: str, *, last: bool) -> date | None:
        try:
            return dates.last_day(text, self.params) if last else dates.first_day(text, self.params)
        except DateProblem as problem:
            self.complain(path, problem)
            return None

    def _span(self, span: str, year: int) -> tuple[date, date]:
        if span == "year":
            return date(year, 1, 1), date(year, 12, 31)
        first = dates.month_day(self.plan.calendar.school_year_from, year)
        return first, dates.month_day(self.plan.calendar.school_year_from, year + 1) - timedelta(days=1)

    def _cutoff(self, path: Path, phase: Phase) -> datetime | None:
        if phase.credit_cutoff is not None:
            on = self._day((*path, "credit_cutoff"), phase.credit_cutoff, last=True)
            return end_of(on) if on else None
        text = self.plan.credit.cutoff if self.plan.credit else None
        year = programme_year(self.plan, self.params)
        if text is None or year is None or "learn" not in phase.do:
            return None
        try:
            return end_of(dates.month_day(text, year))
        except DateProblem:  # said once by the lint on credit.cutoff
            return None

    def follow(self, found: dict[str, Window]) -> None:
        for _ in self.plan.phases:  # as many rounds as the longest chain can need; a circle stays undated
            moved = {
                key: replace(window, starts_at=before.ends_at)
                for key, window in found.items()
                if window.starts_at is None and (before := found.get(window.after or "")) is not None and before.ends_at is not None
            }
            if not moved:
                return
            found.update(moved)

    def narrow(self, found: dict[str, Window], unit_dates: Mapping[str, tuple[date, date]]) -> None:
        places = {phase.id: place for place, phase in enumerate(self.plan.phases)}
        for key, (first, last) in unit_dates.items():
            path: Path = ("phases", places[key]) if key in places else ("phases",)
            reason = self._refusal(key, first, last, found)
            if reason:
                self.complain(path, DateProblem("unit-dates", *reason))
            else:
                found[key] = replace(found[key], starts_at=start_of(first), ends_at=end_of(last), own=True)

    def _refusal(self, key: str, first: date, last: date, found: Mapping[str, Window]) -> tuple[str, str] | None:
        phase = next((phase for phase in self.plan.phases if phase.id == key), None)
        if phase is None:
            return f"没有「{key}」这个时间窗口", ""
        official = found[key]
        if not phase.unit_dates_within:
            return f"{phase.label} 不由单位自定时间", "按规定时间执行"
        if last < first:
            return f"{phase.label} 单位自定的结束 {last} 早于开始 {first}", "改结束或开始的日期"
        early = official.starts_at is not None and start_of(first) < official.starts_at
        late = official.ends_at is not None and end_of(last) > official.ends_at
        if early or late:
            return f"{phase.label} 单位自定的 {first} — {last} 超出规定时间 {shown(official)}", "改到规定时间以内"
        return None

    def years(self, found: Iterable[Window]) -> Iterable[Window]:
        year = programme_year(self.plan, self.params)
        if year is None:
            return
        # The school year is the one in which studying starts: a programme of 2023 that starts in March counts in 2022-09 to 2023-08.
        starts = [("learn" not in window.do, window.starts_at) for window in found if window.starts_at is not None]
        begun = day(min(starts)[1]) if starts else date(year, 12, 31)
        opens = dates.month_day(self.plan.calendar.school_year_from, begun.year)
        masked = isinstance(self.plan.programme.year, str)
        for key, of in (("year", year), ("school_year", begun.year if begun >= opens else begun.year - 1)):
            first, last = self._span(key, of)
            yield Window(id=key, label=WINDOW_YEARS[key], starts_at=start_of(first), ends_at=end_of(last), masked=masked)

    def lock(self, window: Window, found: Mapping[str, Window]) -> Window:
        moments = [choice.lock_at for choice in self.plan.choose if choice.within == window.id and choice.lock_at]
        if not moments:
            return window
        target, _, edge = moments[0].partition(".")
        other = found.get(target)
        return window if other is None else replace(window, lock=other.starts_at if edge == "from" else other.ends_at)


def shown(window: Window) -> str:
    """The window's days as people write them: `2020-11-06 — 2020-12-31`, open ends left out."""
    first = f"{day(window.starts_at)}" if window.starts_at else ""
    last = f"{day(window.ends_at - timedelta(seconds=1))}" if window.ends_at else ""
    return f"{first} — {last}".strip() if first or last else "未定"


def _sentence(complaint: Complaint) -> str:
    return f"{complaint.message}，{complaint.hint}" if complaint.hint else complaint.message
