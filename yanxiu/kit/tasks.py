"""Background tasks in PostgreSQL: our door to procrastinate (ADR 0006).

A task takes ids and keyword arguments and calls one action. It is deferred inside the transaction of the action, so it
runs only if the action is kept. What runs by the clock stands in `portal/schedule.py`.
"""

import functools
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeVar, cast

from django.core.management import call_command
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from yanxiu.kit import sql

P = ParamSpec("P")
R = TypeVar("R")
KEPT_DAYS = 30

logger = logging.getLogger("yanxiu.tasks")
_running: list[str] = []  # appended to and removed from by the threads that run tasks


def is_idle() -> bool:
    """Tell whether no task runs in this process."""
    return not _running


def task(name: str, *, queue: str = "default", tries: int = 5) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a task under a stable name; retried with growing pauses after an unforeseen error."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            _running.append(name)
            try:
                return function(*args, **kwargs)
            finally:
                _running.remove(name)
                sql.give_back()  # a worker's thread gives its connection back to the pool

        registered = app.task(name=name, queue=queue, retry=RetryStrategy(max_attempts=tries, exponential_wait=3))(run)
        return cast("Callable[P, R]", registered)

    return decorate


def defer(function: Callable[..., Any], *, lock: str | None = None, **arguments: Any) -> int:
    """Put the task into the queue and return its number; `lock` lets no two with the same word run at once."""
    job: int = cast("Any", function).configure(lock=lock).defer(**arguments)
    return job


def names() -> dict[str, str]:
    """Return every registered task of ours with the first line of its docstring, sorted by name."""
    return {
        name: (registered.func.__doc__ or "").strip().partition("\n")[0]
        for name, registered in sorted(app.tasks.items())
        if registered.func.__module__.startswith("yanxiu.")
    }


@task("kit.forget_finished_tasks")
def forget_finished_tasks(*, timestamp: int) -> None:
    """Delete from the queue what ended more than thirty days before the scheduled moment."""
    before = datetime.fromtimestamp(timestamp, UTC) - timedelta(days=KEPT_DAYS)
    gone = sql.run(
        "DELETE FROM procrastinate_jobs WHERE status IN ('succeeded', 'cancelled', 'aborted') AND id IN "
        "(SELECT job_id FROM procrastinate_events GROUP BY job_id HAVING max(at) < %(before)s)",
        {"before": before},
    )
    logger.info("forgot %s finished tasks", gone)


@task("kit.clear_sessions")
def clear_sessions(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Delete the sessions that ended."""
    call_command("clearsessions")
