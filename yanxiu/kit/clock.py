"""The only place that reads the clock, and the calendar of the product: stored in UTC, decided in Asia/Shanghai."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
RECEIVED = b"x-received"
"""The header by which the door tells the pages when a request came in; no client can set it."""
LONGEST_WAIT = timedelta(seconds=30)


def now() -> datetime:
    """Return the present moment, UTC. For views, tasks and commands; domain code takes `at`."""
    return datetime.now(UTC)


def received(header: str) -> datetime:
    """Return when a request came in, UTC, by the door's header (`META["HTTP_X_RECEIVED"]`); now, where no door of ours stands before."""
    try:
        at = datetime.fromisoformat(header)
    except ValueError:
        return now()
    return min(now(), max(at, now() - LONGEST_WAIT)) if at.tzinfo else now()


def local(at: datetime) -> datetime:
    """Return the moment as Shanghai's wall clock shows it."""
    return at.astimezone(SHANGHAI)


def day(at: datetime) -> date:
    """Return the Shanghai day of a moment."""
    return at.astimezone(SHANGHAI).date()


def start_of(on: date) -> datetime:
    """Return 00:00 Shanghai of the day, UTC."""
    return datetime.combine(on, time.min, SHANGHAI).astimezone(UTC)


def end_of(on: date) -> datetime:
    """Return 24:00 Shanghai of the day, UTC: the exclusive end of a window that includes the day."""
    return start_of(on + timedelta(days=1))


def school_year(on: date) -> int:
    """Return the year in which the school year (09-01 to 08-31) of the day begins."""
    return on.year if on.month >= 9 else on.year - 1
