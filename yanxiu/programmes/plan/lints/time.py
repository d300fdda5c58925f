"""Lints on time: days that do not exist, windows in the wrong order, locks, cut-offs, what the launch must still give.

Masked dates are judged over sample launches (every month, several ends): what fails in all of them is wrong however it is launched.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from yanxiu.kit.clock import day
from yanxiu.programmes.plan import dates
from yanxiu.programmes.plan.complaints import Path
from yanxiu.programmes.plan.dates import DateProblem, Params, date_texts, first_day, is_masked, last_day, missing_params, params_of
from yanxiu.programmes.plan.deadlines import last_fridays
from yanxiu.programmes.plan.lints.review import Lint, Review, needs
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.windows import Window, shown, try_resolve

Windows = dict[str, Window]


@dataclass(frozen=True, slots=True)
class _Launch:
    """One launch to judge by: the real one when nothing is missing, else a sample."""

    params: Params
    windows: Windows
    sound: bool


def _launches(plan: Plan) -> list[_Launch]:
    given = params_of(plan).values
    missing = missing_params(plan)
    found = []
    for params in [dict(given)] if not missing else [{**sample, **given} for sample in _samples(missing)]:
        windows, problems = try_resolve(plan, params)
        found.append(_Launch(params_of(plan, params), {window.id: window for window in windows}, sound=not problems))
    return found


def _sound_launches(plan: Plan) -> list[_Launch]:
    """Launches in which every date exists; all of them when there is none."""
    launches = _launches(plan)
    return [launch for launch in launches if launch.sound] or launches


def _samples(missing: tuple[str, ...]) -> Iterator[dict[str, int]]:
    for month in range(1, 13):
        for later in (2, 4):
            values = {"Y": 2020 + month % 2, "ME": (month + later - 1) % 12 + 1}
            yield {name: values.get(name, month) for name in missing}


@needs("phases", "programme", "submit", "enrol", "orgs", "fees")
def days_exist(review: Review) -> None:
    """No 04-31, no 02-29 outside leap years, no month 13."""
    launches = _launches(review.plan)
    for path, text in date_texts(review.plan).items():
        problems = [problem for problem in (_problem(path, text, launch.params) for launch in launches) if problem]
        if not problems:
            continue
        problem = problems[0]
        if len(problems) == len(launches):
            hint = problem.hint if not is_masked(text) else "改成每年都有的日子"
            review.error(path, "date", problem.message, hint)
        else:
            review.warn(path, "date", f"{text} 不是每次都有这一天，如 {problem.message}", "发布时填了月份会再核对")
    yearly: list[tuple[Path, str | None]] = [
        (("credit", "cutoff"), review.plan.credit.cutoff if review.plan.credit else None),
        (("calendar", "school_year_from"), review.plan.calendar.school_year_from),
    ]
    for path, month_day in yearly:
        wrong = _yearly_problem(month_day) if month_day is not None else None
        if wrong is not None:
            review.error(path, "date", wrong.message.replace("2021 年 ", ""), wrong.hint.replace("2021-", ""))


def _yearly_problem(text: str) -> DateProblem | None:
    try:
        dates.month_day(text, 2021)  # no leap year: the day must exist every year
    except DateProblem as problem:
        return problem
    return None


def _problem(path: Path, text: str, params: Params) -> DateProblem | None:
    try:
        (first_day if path[-1] == "from" else last_day)(text, params)
    except DateProblem as problem:
        return problem
    return None


@needs("programme", "phases", "submit", "enrol", "orgs", "fees")
def parameters_declared(review: Review) -> None:
    """Dates use declared parameters; those without a value are asked for at launch."""
    plan = review.plan
    declared = plan.programme.params
    for path, text in date_texts(plan).items():
        for name in (name for name in dates.marks(text) if name not in declared):
            review.error(path, "param-unknown", f"「{text}」用到参数 {name}，programme.params 里没有", f"在 params 里写 {name}: null")
    wanted = dates.wanted_params(plan)
    for name in (name for name in declared if name not in wanted):
        review.warn(("programme", "params", name), "param-unused", f"参数 {name} 没有用到", "删去它")
    missing = missing_params(plan)
    if missing and not review.is_framework:
        review.warn(("programme", "params"), "param-missing", f"发布时要填：{'、'.join(missing)}")


@needs("programme")
def parameters_possible(review: Review) -> None:
    """Values of parameters are years and months."""
    for name, value in params_of(review.plan).values.items():
        problem = dates.parameter_problem(name, value)
        if problem is not None:
            review.error(("programme", "params", name), "param", problem.message, problem.hint)


@needs("programme", "phases")
def years_stated(review: Review) -> None:
    """Counting by year needs the year of the programme."""
    plan = review.plan
    if plan.programme.year is not None or review.is_framework:
        return
    named: list[tuple[Path, str | None]] = [((*path, "in"), duty.in_) for path, _, duty in review.each_duty()]
    named += [
        (("learn", place, "requires", "in"), block.requires.in_ if block.requires else None) for place, block in enumerate(plan.learn)
    ]
    named += [(("phases", place, "span"), phase.span) for place, phase in enumerate(plan.phases)]
    for path, name in named:
        if name in ("year", "school_year"):
            review.error(path, "year-missing", "按年度计，没有写哪一年", '在 programme 里写 year: 2020 或 year: "${Y}"')


@needs("programme", "phases", "choose", "attend")
def windows_in_order(review: Review) -> None:
    """Windows end after they start, teachers choose after their school, choosing ends before the lock, study days lie in a study window."""
    launches = _sound_launches(review.plan)

    def always(wrong: Callable[[Windows], str | None]) -> str | None:
        said = [wrong(launch.windows) for launch in launches]
        return said[0] if all(said) else None

    for place, phase in enumerate(review.plan.phases):
        said = _reversed(review, place, launches)
        if said:
            review.error(("phases", place, "to"), "order", said, "改结束或开始的日期")
        if (phase.from_ and phase.span) or (phase.to and phase.span):
            review.error(("phases", place, "span"), "order", f"{phase.label} 又写日期又写 span", "只留一种")
    _check_choices(review, always)
    for place, attend in enumerate(review.plan.attend):
        said = always(lambda windows, name=attend.window: _outside(windows, name))  # type: ignore[misc]  # bound now
        if said:
            review.warn(("attend", place, "window"), "overlap", said, "确是这个意思就不用改")


def _reversed(review: Review, place: int, launches: list[_Launch]) -> str | None:
    phase = review.plan.phases[place]
    if phase.from_ is None or phase.to is None:
        return None
    said = []
    for launch in launches:
        try:
            first, last = first_day(phase.from_, launch.params), last_day(phase.to, launch.params)
        except DateProblem:
            continue
        said.append(f"{phase.label} 结束 {last} 早于开始 {first}" if last < first else "")
    return said[0] if said and all(said) else None


def _check_choices(review: Review, always: Callable[[Callable[[Windows], str | None]], str | None]) -> None:
    plan = review.plan
    by_school = {choice.block: choice.within for choice in plan.choose if choice.what == "topic"}
    for place, choice in enumerate(plan.choose):
        path: Path = ("choose", place)
        if choice.lock_at is not None and choice.lock_at.endswith(".to"):
            review.error((*path, "lock_at"), "lock", "锁定要在某个窗口开始时", f"改为 {choice.lock_at.split('.')[0]}.from")
        if choice.within is None:
            continue
        said = always(lambda windows, name=choice.within: _locked_early(windows, name))  # type: ignore[misc]  # bound now
        if said:
            review.error((*path, "lock_at"), "lock", said, "锁定放到选课结束以后")
        school = by_school.get(choice.block) if choice.from_ == "chosen_topics" else None
        if choice.from_ == "chosen_topics" and choice.block not in by_school:
            review.error((*path, "from"), "choice", "从学校所选专题里选，方案里没有学校选专题这一步", "在 choose 里加一条 what: topic")
        if school is not None:
            said = always(lambda windows, one=school, two=choice.within: _before(windows, one, two))  # type: ignore[misc]  # bound now
            if said:
                review.error((*path, "within"), "order", said, "教师选课程放到学校选专题结束以后")


def _locked_early(windows: Windows, name: str) -> str | None:
    window = windows.get(name)
    if window is None or window.lock is None or window.ends_at is None or window.lock >= window.ends_at:
        return None
    return f"{window.label} 到 {shown(window)[-10:]} 才结束，{day(window.lock)} 就锁定"


def _before(windows: Windows, school: str, teacher: str) -> str | None:
    one, two = windows.get(school), windows.get(teacher)
    if one is None or two is None or one.ends_at is None or two.starts_at is None or two.starts_at >= one.ends_at:
        return None
    return f"{two.label} {day(two.starts_at)} 开始，{one.label} {day(one.ends_at - timedelta(seconds=1))} 才结束"


def _outside(windows: Windows, name: str) -> str | None:
    window = windows.get(name)
    if window is None or window.starts_at is None or window.ends_at is None:
        return None
    study = [other for other in windows.values() if "learn" in other.do and other.starts_at is not None]
    inside = any(
        other.starts_at <= window.starts_at and (other.ends_at is None or window.ends_at <= other.ends_at)
        for other in study
        if other.starts_at
    )
    return None if inside or not study else f"{window.label} {shown(window)} 不在任何学习窗口里"


@needs("programme", "phases", "credit")
def cutoffs_noticed(review: Review) -> None:
    """Learning on after the credit cut-off counts for the next year: said aloud (000b L38)."""
    launches = _sound_launches(review.plan)
    for place, phase in enumerate(review.plan.phases):
        late = [window for launch in launches for window in [launch.windows[phase.id]] if _goes_on(window)]
        if late and (phase.credit_cutoff is not None or len(late) == len(launches)):
            window = late[0]
            cutoff = day(window.cutoff - timedelta(seconds=1)) if window.cutoff else ""
            said = f"{phase.label} 到 {_mark(phase.to, window)}，登记截止 {str(cutoff)[5:]}：之后学完的计入下一年度"
            where = "credit_cutoff" if phase.credit_cutoff else "to"
            review.warn(("phases", place, where), "cutoff", said, "确是这个意思就不用改")


@needs("programme", "phases", "credit")
def cutoffs_agree(review: Review) -> None:
    """The ledger knows one cut-off, that of `credit`: a window that states another would promise a year that is not given."""
    credit = review.plan.credit
    if credit is None:
        return
    of_ledger = credit.cutoff or "12-31"
    for place, phase in enumerate(review.plan.phases):
        found = [launch.windows[phase.id].cutoff for launch in _sound_launches(review.plan)] if phase.credit_cutoff is not None else []
        stated = {str(day(moment - timedelta(seconds=1)))[5:] for moment in found if moment is not None}
        if stated - {of_ledger}:
            said = f"{phase.label} 的登记截止是 {min(stated - {of_ledger})}，台账按 {of_ledger} 分年度"
            review.error(("phases", place, "credit_cutoff"), "cutoff", said, "与 credit.cutoff 写成同一天")


def _goes_on(window: Window) -> bool:
    return window.cutoff is not None and window.ends_at is not None and window.ends_at > window.cutoff


def _mark(text: str | None, window: Window) -> str:
    return text if text is not None and is_masked(text) else shown(window)[-10:]


@needs("programme", "phases", "submit")
def deadlines_apart(review: Review) -> None:
    """A monthly material falls on the day of another one of the same subject (golden 10): said aloud."""
    plan = review.plan
    if missing_params(plan):
        return
    windows = _launches(plan)[0].windows
    for place, item in enumerate(plan.submit):
        window = windows.get(item.in_ or "")
        if item.repeat is None:
            continue
        if window is None or window.starts_at is None or window.ends_at is None:
            review.error(
                ("submit", place, "in"), "duty-window", f"{item.label} 按月上传，没有写从哪月到哪月", "补上 in，指向有起止日期的窗口"
            )
            continue
        fridays = last_fridays(day(window.starts_at), day(window.ends_at - timedelta(seconds=1)))
        for other in plan.submit:
            if other.by == item.by and other.due in {str(friday) for friday in fridays}:
                review.warn(("submit", place), "same-day", f"{item.label} 与{other.label} 都在 {other.due} 截止", "错开一天，或照此执行")


@needs("phases")
def dates_wanted(review: Review) -> None:
    """Windows without any date wait for the launch."""
    if review.is_framework:
        return
    open_ = [phase for phase in review.plan.phases if not (phase.from_ or phase.to or phase.span or phase.after)]
    if open_:
        place = review.plan.phases.index(open_[0])
        review.warn(("phases", place), "undated", f"没有写日期：{'、'.join(phase.label for phase in open_)}", "发布时填起止日期")


LINTS: tuple[Lint, ...] = (
    days_exist,
    parameters_declared,
    parameters_possible,
    years_stated,
    windows_in_order,
    cutoffs_noticed,
    cutoffs_agree,
    deadlines_apart,
    dates_wanted,
)
