"""Delivery of records to reactions: in commit order, at least once, one cursor each (transactional outbox).

A record becomes visible to a cursor only when every older transaction has ended (`pg_snapshot_xmin`), so a slow
transaction is never skipped.
"""

import logging
from datetime import datetime

from django.db import transaction

from yanxiu.kit import sql
from yanxiu.records.hearing import Registered, registry
from yanxiu.records.models import Cursor, Failure, Record

logger = logging.getLogger("yanxiu.records")

_DUE = """
SELECT id, xid::text::bigint AS xid FROM records_record
WHERE (verb || ' ' || object_type) = ANY(%(keys)s)
  AND (xid::text::bigint, id) > (%(xid)s, %(record_id)s)
  AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid::text::bigint, id
LIMIT %(limit)s
"""


def deliver(*, at: datetime, limit: int = 500) -> int:
    """Bring every reaction up to date, `limit` records each; return how many deliveries were made."""
    return sum(_deliver_one(reaction, at=at, limit=limit) for reaction in registry().values())


def _deliver_one(reaction: Registered, *, at: datetime, limit: int) -> int:
    Cursor.objects.get_or_create(reaction=reaction.name)
    done = 0
    while done < limit:
        with transaction.atomic():
            cursor = Cursor.objects.select_for_update(no_key=True, skip_locked=True).filter(reaction=reaction.name).first()
            if cursor is None:  # another worker is at it
                return done
            keys = [event.key for event in reaction.events]
            due = sql.rows(_DUE, {"keys": keys, "xid": cursor.xid, "record_id": cursor.record_id, "limit": 50})
            if not due:
                return done
            for row in due:
                _react(reaction, record_id=row["id"], at=at)
            cursor.xid, cursor.record_id = due[-1]["xid"], due[-1]["id"]
            cursor.save(update_fields=["xid", "record_id"])
            done += len(due)
    return done


def _react(reaction: Registered, *, record_id: int, at: datetime) -> None:
    try:
        with transaction.atomic():
            reaction.function(Record.objects.get(pk=record_id))
    except Exception as error:
        logger.exception("reaction %s failed on record %s", reaction.name, record_id)
        failure, _ = Failure.objects.get_or_create(
            reaction=reaction.name, record_id=record_id, defaults={"message": "", "tries": 0, "failed_at": at}
        )
        failure.message, failure.tries, failure.failed_at = f"{type(error).__name__}: {error}"[:500], failure.tries + 1, at
        failure.save(update_fields=["message", "tries", "failed_at"])
    else:
        Failure.objects.filter(reaction=reaction.name, record_id=record_id).delete()


def retry(*, at: datetime) -> int:
    """Try the failed deliveries again (at most 10 times each); return how many were tried."""
    failures = list(Failure.objects.filter(tries__lt=10).order_by("pk")[:200])
    known = registry()
    for failure in failures:
        if failure.reaction in known:
            _react(known[failure.reaction], record_id=failure.record_id, at=at)
    return len(failures)
