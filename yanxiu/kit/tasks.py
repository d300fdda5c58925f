"""Background tasks in PostgreSQL: our door to procrastinate (ADR 0006).

A task takes ids and keyword arguments and calls one action. It is deferred inside the transaction of the action, so it
runs only if the action is kept.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

P = ParamSpec("P")
R = TypeVar("R")


def task(name: str, *, queue: str = "default", tries: int = 5) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a task under a stable name; retried with growing pauses after an unforeseen error."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        registered = app.task(name=name, queue=queue, retry=RetryStrategy(max_attempts=tries, exponential_wait=3))(function)
        return cast("Callable[P, R]", registered)

    return decorate


def defer(function: Callable[..., Any], *, lock: str | None = None, **arguments: Any) -> int:
    """Put the task into the queue and return its number; `lock` lets no two with the same word run at once."""
    job: int = cast("Any", function).configure(lock=lock).defer(**arguments)
    return job


def periodic(cron: str, name: str, *, queue: str = "default") -> Callable[[Callable[[int], None]], Callable[[int], None]]:
    """Register a function of the scheduled moment (Unix seconds) that the worker runs by cron, in UTC."""

    def decorate(function: Callable[[int], None]) -> Callable[[int], None]:
        return cast("Callable[[int], None]", app.periodic(cron=cron)(app.task(name=name, queue=queue, pass_context=False)(function)))

    return decorate
