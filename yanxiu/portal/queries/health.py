"""The health of the installation in figures: one statement."""

from dataclasses import dataclass
from datetime import datetime

from yanxiu.kit import sql

_HEALTH = """
SELECT current_setting('server_version') AS postgres, pg_database_size(current_database())::bigint AS database_bytes,
  (SELECT count(*)::int FROM procrastinate_jobs WHERE status = 'todo') AS queued,
  (SELECT count(*)::int FROM procrastinate_jobs WHERE status = 'doing') AS running,
  (SELECT count(*)::int FROM procrastinate_jobs j WHERE status = 'failed'
    AND EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > %(at)s::timestamptz - interval '7 days')) AS failed,
  (SELECT COALESCE(EXTRACT(epoch FROM %(at)s::timestamptz - min(GREATEST(j.scheduled_at, e.at))), 0)::int
    FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
    WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= %(at)s)) AS queue_seconds,
  (SELECT max(e.at) FROM procrastinate_events e WHERE e.type = 'succeeded') AS worked_at,
  (SELECT count(*)::int FROM records_failure) AS undelivered,
  (SELECT min(failed_at) FROM records_failure) AS undelivered_since,
  (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()) AS connections,
  (SELECT count(*)::int FROM django_session WHERE expire_date > %(at)s) AS sessions,
  (SELECT rolled_at FROM credits_root ORDER BY id DESC LIMIT 1) AS rolled_at,
  (SELECT encode(hash, 'hex') FROM credits_root ORDER BY id DESC LIMIT 1) AS root_hash,
  (SELECT entries FROM credits_root ORDER BY id DESC LIMIT 1) AS root_entries,
  (SELECT count(*)::bigint FROM credits_entry) AS entries,
  to_regclass('records_record_' || to_char((%(at)s::timestamptz AT TIME ZONE 'Asia/Shanghai') + interval '1 month', 'YYYYMM'))
    IS NOT NULL AS has_next_month
"""


@dataclass(frozen=True, kw_only=True)
class Health:
    """Figures of the database, the queue, the deliveries and the ledger. Bytes, seconds, UTC."""

    postgres: str
    database_bytes: int
    queued: int
    running: int
    failed: int
    queue_seconds: int
    worked_at: datetime | None
    undelivered: int
    undelivered_since: datetime | None
    connections: int
    sessions: int
    rolled_at: datetime | None
    root_hash: str | None
    root_entries: int | None
    entries: int
    has_next_month: bool

    @property
    def root_words(self) -> str:
        """The root in groups of eight, so that it can be copied by hand."""
        text = self.root_hash or ""
        return " ".join(text[start : start + 8] for start in range(0, len(text), 8))


def health(*, at: datetime) -> Health:
    """Return the figures of the installation. Cost: one query."""
    return Health(**sql.rows(_HEALTH, {"at": at})[0])
