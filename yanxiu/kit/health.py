"""Two bare ASGI end points for load balancers and supervisors: `/livez` (the process answers) and `/readyz` (it can do its work)."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from yanxiu.kit import sql

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATIENCE_SECONDS = 3
LATE_SECONDS = 15 * 60

logger = logging.getLogger("yanxiu.health")

_QUEUE_AGE = """
SELECT COALESCE(EXTRACT(epoch FROM now() - min(GREATEST(job.scheduled_at, event.at))), 0)::int AS seconds
FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
"""


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """`is_database_reachable` and `is_migrated` decide; a queue older than LATE_SECONDS is told, but the pages still work.

    `queue_seconds` is the age of the oldest task that should have begun, None while the database is not ready.
    """

    is_database_reachable: bool
    is_migrated: bool
    queue_seconds: int | None

    @property
    def is_ready(self) -> bool:
        return self.is_database_reachable and self.is_migrated

    def body(self) -> dict[str, object]:
        """Return what a machine reads."""
        return {
            "ready": self.is_ready,
            "database": "ok" if self.is_database_reachable else "unreachable",
            "migrations": "ok" if self.is_migrated else "pending",
            "queue_seconds": self.queue_seconds,
            "queue": "late" if (self.queue_seconds or 0) > LATE_SECONDS else "ok",
        }


UNREACHABLE = Readiness(is_database_reachable=False, is_migrated=False, queue_seconds=None)
_applied = {"all": False}  # migrations are never unapplied under a running process


def readiness() -> Readiness:
    """Look at the database. Cost: 1 query once the migrations were seen applied."""
    try:
        if not _applied["all"]:
            executor = MigrationExecutor(connection)
            _applied["all"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not _applied["all"]:
            return Readiness(is_database_reachable=True, is_migrated=False, queue_seconds=None)
        return Readiness(is_database_reachable=True, is_migrated=True, queue_seconds=int(sql.rows(_QUEUE_AGE)[0]["seconds"]))
    except DatabaseError as error:
        logger.warning("database not reachable: %s", error)
        return UNREACHABLE
    finally:
        sql.give_back()


async def answer(send: Send, status: int, body: dict[str, object]) -> None:
    """Send a small JSON answer that nobody keeps."""
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def livez(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI
    """Answer 200 while the process lives."""
    await answer(send, 200, {"alive": True})


async def readyz(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI
    """Answer 200 when the database is reachable and migrated, else 503; within PATIENCE_SECONDS."""
    try:
        found = await asyncio.wait_for(asyncio.to_thread(readiness), PATIENCE_SECONDS)
    except TimeoutError:
        found = UNREACHABLE
    await answer(send, 200 if found.is_ready else 503, found.body())
