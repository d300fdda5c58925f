"""Records and what is counted from them."""

from datetime import UTC, datetime

from yanxiu.kit.actor import SYSTEM
from yanxiu.records import actions
from yanxiu.records.events import EventType
from yanxiu.records.models import Cursor, Failure, MetricSource, Record, RecordKey, Slice, Tally

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def record(event: EventType, *, at: datetime = AT, by=SYSTEM, **facts) -> Record:
    """A record, written as every action writes it; call it inside a transaction."""
    return Record.objects.get(pk=actions.record(event, **{"object_id": 1, **facts}, by=by, at=at))


def record_key(event: EventType, *, key: str = "once") -> RecordKey:
    """The idempotency key of a record of its own."""
    return RecordKey.objects.get(pk=record(event, key=key).key)


def metric_source(*, metric: str = "posts", verb: str = "posted", object_type: str = "thread", for_actor: bool = False) -> MetricSource:
    return MetricSource.objects.create(metric=metric, verb=verb, object_type=object_type, for_actor=for_actor)


def slice(*, programme_id: int = 1, number: int = 0, starts_at: datetime | None = None, ends_at: datetime | None = None) -> Slice:  # noqa: A001
    return Slice.objects.create(programme_id=programme_id, number=number, starts_at=starts_at, ends_at=ends_at)


def tally(*, metric: str = "posts", count: int = 1, amount=0, **facts) -> Tally:
    place = {"programme_id": 1, "person_id": 1, "space_id": 0, "kind": "", "slice": 0, **facts}
    return Tally.objects.create(metric=metric, count=count, amount=amount, **place)


def cursor(reaction: str = "tests.react", *, record_id: int = 0) -> Cursor:
    return Cursor.objects.create(reaction=reaction, record_id=record_id)


def failure(reaction: str = "tests.react", *, record_id: int = 1, tries: int = 1) -> Failure:
    return Failure.objects.create(reaction=reaction, record_id=record_id, message="RuntimeError: x", tries=tries, failed_at=AT)
