"""What the worker does for records: delivery to reactions, another try for what failed, partitions for the months ahead."""

from datetime import UTC, datetime, timedelta

from yanxiu.kit import sql
from yanxiu.kit.clock import now
from yanxiu.kit.tasks import task
from yanxiu.records import actions, delivery

SWEEP_SECONDS = 15
_seen = {"last": -1, "quiet_until": 0.0}


def deliver_due() -> int:
    """Bring the reactions up to date if a record was written lately; return how many deliveries were made.

    A record of a slow transaction becomes deliverable after younger ones: so deliveries go on for SWEEP_SECONDS after the newest
    record, and once every SWEEP_SECONDS in any case. Cost: 1 query when nothing happened.
    """
    at = now()
    last = int(sql.rows("SELECT last_value FROM records_record_id_seq")[0]["last_value"])
    if last != _seen["last"]:
        _seen.update(last=last, busy_until=at.timestamp() + SWEEP_SECONDS)
    elif _seen["quiet_until"] > at.timestamp() > _seen.get("busy_until", 0.0):
        return 0
    _seen["quiet_until"] = at.timestamp() + SWEEP_SECONDS
    return delivery.deliver(at=at)


@task("records.retry_failures", tries=1)
def retry_failures(*, timestamp: int) -> None:
    """Try the deliveries again that failed."""
    delivery.retry(at=datetime.fromtimestamp(timestamp, UTC))


@task("records.ensure_partitions")
def ensure_partitions(*, timestamp: int) -> None:
    """Create the partitions of the twelve months ahead."""
    at = datetime.fromtimestamp(timestamp, UTC)
    actions.ensure_partitions(at + timedelta(days=30 * month) for month in range(13))
