"""Dates as plans write them: full, month only, masked months, masked years; resolved with the parameters of the launch.

M0 is a month of year `Y`; M1, M2 … are the months after it, over the year's end where needed. ME is the first month of that number
after M1, so that a window M1-26 to ME-25 always ends in a later month (D-02).
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from yanxiu.programmes.plan.complaints import Path
from yanxiu.programmes.plan.schema import Plan

MONTHS: Final = 12
_FULL = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_MASKED_MONTH = re.compile(r"M([0-9]|E)-(\d{2})")
_PARAMETER = re.compile(r"\$\{([A-Za-z][A-Za-z0-9]*)\}")


class DateProblem(Exception):
    """A date that cannot be: what is wrong and, where there is one, the date that was probably meant."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of a launch: years and months by name (`Y`, `M0`, `ME`, `m`)."""

    values: Mapping[str, int]

    def month_of(self, mark: str) -> tuple[int, int]:
        """Year and month of M0, M1, …, ME. Raises DateProblem when a parameter is missing or no month."""
        start = self._index("Y", "M0")
        if mark != "E":
            return _split(start + int(mark))
        end = self.need("ME")
        _check_month("ME", end)
        first = start + 2
        return _split(first + (end - 1 - first) % MONTHS)

    def need(self, name: str) -> int:
        """The value of a parameter. Raises DateProblem (`param-missing`) when the launch has not given it."""
        value = self.values.get(name)
        if value is None:
            raise DateProblem("param-missing", f"还没有填参数 {name}", "发布前填写")
        return value

    def _index(self, year: str, month: str) -> int:
        value = self.need(month)
        _check_month(month, value)
        return self.need(year) * MONTHS + value - 1


def marks(text: str) -> tuple[str, ...]:
    """Names of the parameters that a date text needs, in order of appearance."""
    masked = _MASKED_MONTH.fullmatch(text)
    if masked:
        return ("Y", "M0", "ME") if masked.group(1) == "E" else ("Y", "M0")
    return tuple(_PARAMETER.findall(text))


def is_masked(text: str) -> bool:
    """Whether the date depends on parameters of the launch."""
    return bool(marks(text))


def first_day(text: str, params: Params) -> date:
    """The day a window begins that is printed with `text`; a month alone begins on its first day."""
    return _resolve(text, params, last=False)


def last_day(text: str, params: Params) -> date:
    """The last day of a window printed with `text`; a month alone ends on its last day. Raises DateProblem."""
    return _resolve(text, params, last=True)


def month_day(text: str, year: int) -> date:
    """The day `MM-DD` of a year. Raises DateProblem."""
    month, day = text.split("-")
    return _day(year, int(month), int(day))


def params_of(plan: Plan, given: Mapping[str, int] | None = None) -> Params:
    """Parameters written in the plan, overlaid by those of the launch."""
    written = {name: value for name, value in plan.programme.params.items() if value is not None}
    return Params({**written, **(given or {})})


def programme_year(plan: Plan, params: Params) -> int | None:
    """Calendar year of the programme, None when the plan states none or the parameter is not yet given."""
    year = plan.programme.year
    if isinstance(year, int) or year is None:
        return year
    return params.values.get(year[2:-1])


def missing_params(plan: Plan, params: Mapping[str, int] | None = None) -> tuple[str, ...]:
    """Names of the parameters a launch must still give, in the order of `programme.params`, then as met in dates."""
    known = params_of(plan, params).values
    wanted = dict.fromkeys((*plan.programme.params, *wanted_params(plan)))
    return tuple(name for name in wanted if name not in known)


def wanted_params(plan: Plan) -> tuple[str, ...]:
    """Names of the parameters that the plan's year and dates use, each once, as met."""
    year = plan.programme.year
    names = [year[2:-1]] if isinstance(year, str) else []
    for text in date_texts(plan).values():
        names += marks(text)
    return tuple(dict.fromkeys(names))


def date_texts(plan: Plan) -> dict[Path, str]:
    """Every printed date of the plan by its path in the file."""
    texts: dict[Path, str | None] = {}
    for place, phase in enumerate(plan.phases):
        here: Path = ("phases", place)
        texts |= {(*here, "from"): phase.from_, (*here, "to"): phase.to, (*here, "credit_cutoff"): phase.credit_cutoff}
    for place, item in enumerate(plan.submit):
        texts["submit", place, "due"] = item.due
    for place, fee in enumerate(plan.fees):
        texts["fees", place, "due"] = fee.due
    enrol, points = plan.enrol, plan.orgs.teaching_points if plan.orgs else None
    if enrol is not None:
        texts["enrol", "join_by"] = enrol.join_by
        texts["enrol", "withdraw", "due"] = enrol.withdraw.due if enrol.withdraw else None
        texts["enrol", "report_up", "due"] = enrol.report_up.due if enrol.report_up else None
    if points is not None and points.roster is not None:
        texts["orgs", "teaching_points", "roster", "due"] = points.roster.due
    return {path: text for path, text in texts.items() if text is not None}


def parameter_problem(name: str, value: int) -> DateProblem | None:
    """What is wrong with a parameter's value: months are 1 to 12, the year is four digits."""
    if name == "Y":
        return None if 1980 <= value <= 2100 else DateProblem("param", f"Y 填的是 {value}，年份写四位，1980—2100", "改填年份")
    if name == "m" or name.startswith("M"):
        return None if 1 <= value <= MONTHS else DateProblem("param", f"{name} 填的是 {value}，月份是 1—12", "改填 1—12")
    return None


def _resolve(text: str, params: Params, *, last: bool) -> date:
    masked = _MASKED_MONTH.fullmatch(text)
    if masked:
        year, month = params.month_of(masked.group(1))
        return _day(year, month, int(masked.group(2)))
    plain = _PARAMETER.sub(lambda found: _digits(found.group(1), params), text)
    full = _FULL.fullmatch(plain)
    if full:
        return _day(int(full.group(1)), int(full.group(2)), int(full.group(3)))
    only_month = _MONTH.fullmatch(plain)
    if only_month is None:
        raise DateProblem("date", f"「{text}」不是日期", "写成 2020-11-06")
    year, month = int(only_month.group(1)), int(only_month.group(2))
    _check_month(text, month)
    return date(year, month, calendar.monthrange(year, month)[1] if last else 1)


def _digits(name: str, params: Params) -> str:
    value = params.need(name)
    return f"{value:04d}" if name == "Y" else f"{value:02d}"


def _day(year: int, month: int, day: int) -> date:
    if not 1 <= month <= MONTHS:
        raise DateProblem("date", f"没有 {month:02d} 月", "月份是 01—12")
    if not date.min.year <= year < date.max.year:
        raise DateProblem("date", f"没有 {year} 年", "年份写四位")
    longest = calendar.monthrange(year, month)[1]
    if not 1 <= day <= longest:
        meant = f"{year}-{month:02d}-{longest:02d}"
        raise DateProblem(
            "date", f"{year} 年 {month} 月只有 {longest} 天，没有 {month:02d}-{day:02d}", f"改为 {meant}" if day else "改为 01"
        )
    return date(year, month, day)


def _check_month(name: str, value: int) -> None:
    if not 1 <= value <= MONTHS:
        raise DateProblem("param", f"{name} 填的是 {value}，月份是 1—12", "改填 1—12")


def _split(index: int) -> tuple[int, int]:
    return index // MONTHS, index % MONTHS + 1
