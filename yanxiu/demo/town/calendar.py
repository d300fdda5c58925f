"""When the demo plays: the masked months of the plan are chosen so that studying runs on the day it is made."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from yanxiu.kit.clock import SHANGHAI, day


@dataclass(frozen=True, kw_only=True)
class Season:
    """The parameters of the plan and the moments of the demo, UTC. Studying opened at `opens`; `now` is the present."""

    parameters: dict[str, int]
    published: datetime
    topics: datetime
    courses: datetime
    opens: datetime
    now: datetime

    def moment(self, share: float) -> datetime:
        """Return a moment of studying: 0 = the opening, 1 = an hour ago."""
        end = self.now - timedelta(hours=1)
        return self.opens + max(end - self.opens, timedelta(minutes=1)) * min(max(share, 0.0), 1.0)


def season(now: datetime) -> Season:
    """Place the season around `now`: M1-26 (studying opens) lies in the past, and compulsory study usually still runs.

    February has no 30th, so a season whose compulsory part would end there is placed a month earlier (electives still run).
    """
    today = day(now)
    first = today.replace(day=1)
    opening = first if today.day > 26 else _before(first)  # month M1
    if opening.month == 1:
        opening = _before(opening)
    selection, closing = _before(opening), opening
    for _ in range(3):
        closing = _after(closing)
    return Season(
        parameters={"Y": selection.year, "M0": selection.month, "ME": closing.month},
        published=_at(selection, 10, 9),
        topics=_at(selection, 26, 10),
        courses=_at(opening, 5, 19),
        opens=_at(opening, 26, 8),
        now=now,
    )


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _at(month: date, on: int, hour: int) -> datetime:
    return datetime.combine(month.replace(day=on), time(hour), SHANGHAI).astimezone(UTC)
