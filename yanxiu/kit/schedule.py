"""How periodic work is written down: one readable list per installation (`portal/schedule.py`), named by `settings.SCHEDULE`.

Moments are Asia/Shanghai, which keeps no summer time; the queue below wants cron in UTC.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

SHANGHAI_HOURS = 8


@dataclass(frozen=True, kw_only=True)
class Periodic:
    """A task that the queue runs at fixed moments, once for all workers together.

    `task` is its stable name (`kit.tasks.task`); it takes `timestamp`, the scheduled moment in Unix seconds. `cron` is UTC,
    `zh` says when in words, `why` is the reason that this exists.
    """

    task: str
    cron: str
    zh: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Steady:
    """A function that every worker calls again and again: at once while it returns more than 0, else after `seconds`."""

    function: str
    seconds: float
    why: str

    def load(self) -> Callable[[], int]:
        """Return the function. Raises ImportError when its dotted name leads nowhere."""
        return cast("Callable[[], int]", import_string(self.function))


def daily(task: str, *, at: str, why: str) -> Periodic:
    """Run every day at `HH:MM`, Asia/Shanghai."""
    hour, minute = (int(part) for part in at.split(":"))
    return Periodic(task=task, cron=f"{minute} {(hour - SHANGHAI_HOURS) % 24} * * *", zh=f"每天 {at}", why=why)


def every(task: str, *, minutes: int, why: str) -> Periodic:
    """Run every `minutes` (a divisor of 60)."""
    if 60 % minutes:
        raise ValueError(f"{minutes} does not divide an hour")
    return Periodic(task=task, cron=f"*/{minutes} * * * *", zh=f"每 {minutes} 分钟", why=why)


def hourly(task: str, *, minute: int, why: str) -> Periodic:
    """Run every hour at `minute`."""
    return Periodic(task=task, cron=f"{minute} * * * *", zh=f"每小时第 {minute} 分", why=why)


def entries() -> Sequence[Periodic | Steady]:
    """Return the list of this installation."""
    return cast("Sequence[Any]", import_string(settings.SCHEDULE))
