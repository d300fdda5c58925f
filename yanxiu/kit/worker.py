"""The worker process: the queue, the schedule and the steady work, side by side in one event loop."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path

from procrastinate import App
from procrastinate.contrib.django import app

from yanxiu.kit import sql, tasks
from yanxiu.kit.schedule import Periodic, Steady, entries

FAILED_PAUSE_SECONDS = 5.0
GRACE_SECONDS = 5.0
LOOK_SECONDS = 10.0
MOST_LEFT_MB = 40
STATUS = Path("/proc/self/status")

logger = logging.getLogger("yanxiu.worker")


def queue_app() -> App:
    """Return the app that fetches tasks: its own connections; tasks that defer tasks still do so in Django's transaction.

    Raises KeyError when the schedule names a task that is not registered.
    """
    own = App(connector=app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's connector has it
    own.tasks = app.tasks
    own.periodic_registry = app.periodic_registry
    for entry in entries():
        if isinstance(entry, Periodic):
            app.periodic_registry.register_task(
                task=app.tasks[entry.task], cron=entry.cron, periodic_id=entry.task, configure_kwargs={"queueing_lock": entry.task}
            )
    return own


def memory() -> float:
    """Return the megabytes that are this process's alone, from /proc; 0 where there is none."""
    with contextlib.suppress(OSError, StopIteration):
        lines = STATUS.read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("RssAnon:")).split()[1]) / 1024
    return 0.0


async def until_heavy(*, look_seconds: float = LOOK_SECONDS) -> None:
    """Return when no task runs and those that ran have left much behind: dictionaries, fonts, what libraries keep for the next time."""
    light = memory()
    while not (tasks.is_idle() and memory() > light + MOST_LEFT_MB):  # noqa: ASYNC110 - nothing tells of memory
        await asyncio.sleep(look_seconds)


async def run(*, stop: asyncio.Event, concurrency: int) -> bool:
    """Work until `stop` is set, then let running tasks end (GRACE_SECONDS). An error of the queue itself goes through.

    Returns True when it ended by itself because the process has grown heavy: the caller begins anew.
    """
    own = queue_app()
    async with own.open_async():
        queue = asyncio.ensure_future(
            own.run_worker_async(concurrency=concurrency, install_signal_handlers=False, shutdown_graceful_timeout=GRACE_SECONDS)
        )
        steady = [asyncio.ensure_future(keep_doing(entry, stop=stop)) for entry in entries() if isinstance(entry, Steady)]
        stopped = asyncio.ensure_future(stop.wait())
        heavy = asyncio.ensure_future(until_heavy())
        done, _ = await asyncio.wait([queue, stopped, heavy], return_when=asyncio.FIRST_COMPLETED)
        for other in [queue, stopped, heavy, *steady]:
            other.cancel()
        await asyncio.wait([queue, *steady], timeout=GRACE_SECONDS + 1)
        if queue in done and not stop.is_set():
            queue.result()
        return heavy in done and not stop.is_set()


async def keep_doing(entry: Steady, *, stop: asyncio.Event) -> None:
    """Call the function of a steady entry until `stop` is set; after an error it waits and goes on."""
    function = entry.load()
    while not stop.is_set():
        try:
            done = await asyncio.to_thread(_once, function)
            pause = 0.0 if done else entry.seconds
        except Exception:
            logger.exception("steady work failed: %s", entry.function)
            pause = FAILED_PAUSE_SECONDS
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            continue


def _once(function: Callable[[], int]) -> int:
    try:
        return function()
    finally:
        sql.give_back()
