"""When the demo plays: the masked months of the plan are chosen so that, whatever day it is made, everything of interest is open."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from yanxiu.kit.clock import SHANGHAI, day

MORNING = 7
MIDDLE = 16  # of a month; the days of the demo's plan hang together with it


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
        """Return a moment of studying: 0 = the opening, 1 = an hour ago; in the small hours the evening before instead."""
        end = self.now - timedelta(hours=1)
        moment = self.opens + max(end - self.opens, timedelta(minutes=1)) * min(max(share, 0.0), 1.0)
        hour = moment.astimezone(SHANGHAI).hour
        return moment - timedelta(hours=hour + 3) if hour < MORNING else moment


def season(now: datetime) -> Season:
    """Place the season around `now`: studying opened two and a half to seven weeks ago; choosing and both kinds of study are still open.

    Studying opens on the 26th of M1, joint study is on the 17th of M3, compulsory study ends on its 28th (the plan in `content/`). From the
    16th of a month on, M1 is the month before; until the 15th it is the month before that.
    """
    today = day(now)
    opening = _before(today.replace(day=1))
    if today.day < MIDDLE:
        opening = _before(opening)
    selection, closing = _before(opening), opening
    for _ in range(4):
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
