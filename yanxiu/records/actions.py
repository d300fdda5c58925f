"""The verbs of records: write one, write many, void one, keep the slices, rebuild the counts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from psycopg import AsyncCursor

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.records import metrics, statements
from yanxiu.records.events import EventType, Happening
from yanxiu.records.models import MetricSource, Slice

_COLUMNS = (
    "at, actor_id, actor_label, person_id, verb, object_type, object_id, object_label, programme_id, space_id, "
    "unit_path, kind, measure, data, key, voids"
)
_INSERT = f"WITH written AS (INSERT INTO records_record ({_COLUMNS}) VALUES "
_FROM = (
    "WITH written AS (INSERT INTO records_record (at, actor_id, actor_label, person_id, verb, object_type, object_id, object_label, "
    "unit_path, kind, data, programme_id, space_id, measure) "
    "SELECT %(record_at)s::timestamptz, %(record_by)s::bigint, %(record_label)s, f.person_id, "
    "%(record_verb)s, %(record_type)s, f.object_id, left(f.object_label, 300), f.unit_path, {kind}, {data}, {programme_id}, {space_id}, "
    "{measure} FROM ({rows}) f RETURNING id) "
    "SELECT count(*), {wanted} FROM written"
)
_NOT_GIVEN = {"kind": "''", "data": "'{}'::jsonb", "programme_id": "NULL::bigint", "space_id": "NULL::bigint", "measure": "NULL::numeric"}
_KEYS = "INSERT INTO records_recordkey (key, record_id) SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT DO NOTHING"


class AlreadyRecorded(Conflict):
    """The idempotency key was used before."""

    code = "already_recorded"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One record to be written; see `models.Record` for the meaning of the fields. `by`: None is who acts in the call."""

    event: Happening
    object_id: object
    object_label: str = ""
    person_id: int | None = None
    programme_id: int | None = None
    space_id: int | None = None
    unit_path: str = ""
    kind: str = ""
    measure: Decimal | int | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None
    by: Actor | None = None


def record(
    event: EventType,
    *,
    object_id: object,
    by: Actor,
    at: datetime,
    object_label: str = "",
    person_id: int | None = None,
    programme_id: int | None = None,
    space_id: int | None = None,
    unit_path: str = "",
    kind: str = "",
    measure: Decimal | int | None = None,
    data: Mapping[str, object] | None = None,
    key: str | None = None,
) -> int:
    """Write one record in the running transaction, count it, and return its id.

    `key` makes it happen once: a second call with the same key raises AlreadyRecorded. Cost: 1 query (2 with a key).
    """
    entry = Entry(
        event=event,
        object_id=object_id,
        object_label=object_label,
        person_id=person_id,
        programme_id=programme_id,
        space_id=space_id,
        unit_path=unit_path,
        kind=kind,
        measure=measure,
        data=data or {},
        key=key,
    )
    return record_all([entry], by=by, at=at)[0]


def record_all(entries: Sequence[Entry], *, by: Actor, at: datetime) -> list[int]:
    """Write many records of one moment set-based; return their ids in order. Cost: 1 query (2 with keys)."""
    if not entries:
        return []
    if not connection.in_atomic_block:
        raise RuntimeError("a record is written in the transaction of its action")
    return _insert(_rows(entries, by=by, at=at), keys=[entry.key for entry in entries])


def record_from(*, event: EventType, rows: str, parameters: Mapping[str, object], by: Actor, at: datetime, more: Sequence[str] = ()) -> int:
    """Write a record for each row of a SELECT with object_id, object_label, person_id, unit_path; return how many.

    `more` names further columns that it has, of kind, data, programme_id, space_id and measure. For thousands at once that lie in the
    database already; the SELECT is ours, never typed. Cost: 3 queries, whatever the number.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a record is written in the transaction of its action")
    facts: dict[str, Any] = {
        **parameters, "record_at": at, "record_by": by.person_id, "record_label": by.label[:120], "record_verb": event.verb,
        "record_type": event.object_type,
    }  # fmt: skip
    is_counted = MetricSource.objects.filter(verb=event.verb, object_type=event.object_type).exists()
    with connection.cursor() as cursor:
        wanted = "array_agg(id)" if is_counted else "NULL::bigint[]"
        cursor.execute(_FROM.format(rows=rows, wanted=wanted, **_NOT_GIVEN | {name: f"f.{name}" for name in more}), facts)
        count, ids = cursor.fetchone()
        if is_counted and ids:
            cursor.execute(statements.FOLD_IDS, {"ids": ids})
    return int(count)


async def record_all_on(cursor: AsyncCursor[Any], entries: Sequence[Entry], *, by: Actor, at: datetime) -> list[int]:
    """Do what `record_all` does in the running transaction of an own asynchronous connection (the beat gateway)."""
    if not entries:
        return []
    values, parameters = _values(_rows(entries, by=by, at=at))
    await cursor.execute((_INSERT + values + statements.AND_FOLD).encode(), parameters)
    ids = sorted(int(row[0]) for row in await cursor.fetchall())
    used = [(entry.key, number) for entry, number in zip(entries, ids, strict=True) if entry.key]
    if used:
        await cursor.execute(_KEYS.encode(), [[key for key, _ in used], [number for _, number in used]])
        if cursor.rowcount != len(used):
            raise AlreadyRecorded("这件事已经记过一次，没有重复记录。")
    return ids


def _rows(entries: Sequence[Entry], *, by: Actor, at: datetime) -> list[tuple[object, ...]]:
    return [
        (
            at, who.person_id, who.label[:120], entry.person_id if entry.person_id is not None else who.person_id, entry.event.verb,
            entry.event.object_type, str(entry.object_id), entry.object_label[:300], entry.programme_id, entry.space_id, entry.unit_path,
            entry.kind, entry.measure, json.dumps(dict(entry.data), ensure_ascii=False, default=str), entry.key, None,
        )
        for entry in entries
        for who in (entry.by or by,)
    ]  # fmt: skip


@transaction.atomic
def void(*, record_id: int, reason: str, by: Actor, at: datetime) -> int:
    """Write a record that voids another, so that its counts fall; return the new id.

    Raises AlreadyRecorded when it is voided already, Conflict when there is no such record.
    """
    found = sql.rows("SELECT * FROM records_record WHERE id = %(id)s", {"id": record_id})
    if not found:
        raise Conflict(f"没有编号为 {record_id} 的记录，无法撤销。")
    one = found[0]
    row = (
        at, by.person_id, by.label[:120], one["person_id"], "voided", one["object_type"], one["object_id"], one["object_label"],
        one["programme_id"], one["space_id"], one["unit_path"], one["kind"], one["measure"],
        json.dumps({"reason": reason}, ensure_ascii=False), f"void:{record_id}", record_id,
    )  # fmt: skip
    number = _insert([row], keys=[f"void:{record_id}"])[0]
    sql.run(statements.FOLD_IDS, {"ids": [number]})
    return number


_VOIDS = f"""
INSERT INTO records_record ({_COLUMNS})
SELECT %(at)s::timestamptz, %(by)s::bigint, %(label)s, r.person_id, 'voided', r.object_type, r.object_id, r.object_label, r.programme_id,
       r.space_id, r.unit_path, r.kind, r.measure, jsonb_build_object('reason', %(reason)s::text), 'void:' || r.id, r.id
FROM records_record r WHERE r.id = ANY(%(ids)s::bigint[]) ORDER BY r.id RETURNING id
"""


@transaction.atomic
def void_all(*, record_ids: Sequence[int], reason: str, by: Actor, at: datetime) -> int:
    """Void many records at once as `void` does one; return how many. Raises AlreadyRecorded when one is voided already. Cost: 3 queries."""
    if not record_ids:
        return 0
    facts = {"ids": list(record_ids), "reason": reason, "at": at, "by": by.person_id, "label": by.label[:120]}
    numbers = [row["id"] for row in sql.rows(_VOIDS, facts)]
    keys = [f"void:{number}" for number in sorted(record_ids)]
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [keys, numbers])
        if cursor.rowcount != len(numbers):
            raise AlreadyRecorded("这件事已经记过一次，没有重复记录。")
    sql.run(statements.FOLD_IDS, {"ids": numbers})
    return len(numbers)


def _values(rows: list[tuple[object, ...]]) -> tuple[str, list[Any]]:
    return ", ".join(["(" + ", ".join(["%s"] * len(rows[0])) + ")"] * len(rows)), [value for row in rows for value in row]


def _insert(rows: list[tuple[object, ...]], *, keys: Sequence[str | None]) -> list[int]:
    values, parameters = _values(rows)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT + values + statements.AND_FOLD, parameters)
        ids = sorted(int(row[0]) for row in cursor.fetchall())  # one INSERT … VALUES numbers its rows in order
        used = [(key, number) for key, number in zip(keys, ids, strict=True) if key]
        if used:
            cursor.execute(_KEYS, [[key for key, _ in used], [number for _, number in used]])
            if cursor.rowcount != len(used):
                raise AlreadyRecorded("这件事已经记过一次，没有重复记录。")
    return ids


@transaction.atomic
def slice_programme(*, programme_id: int, boundaries: Sequence[datetime], by: Actor, at: datetime) -> bool:  # noqa: ARG001 - an action
    """Cut the time of a programme at `boundaries` (ascending, UTC) and recount it; return False if it was cut so already.

    Slice 0 is before the first boundary. Cost: set-based over the records of the programme.
    """
    edges: list[datetime | None] = [None, *boundaries, None]
    wanted = [(number, edges[number], edges[number + 1]) for number in range(len(edges) - 1)]
    # Publishing twice at once must not leave two sets of slices.
    sql.rows("SELECT pg_advisory_xact_lock(hashtext('records.slice'), %(id)s::int)", {"id": programme_id % 2**31})
    present = list(Slice.objects.filter(programme_id=programme_id).order_by("number").values_list("number", "starts_at", "ends_at"))
    if present == wanted:
        return False
    Slice.objects.filter(programme_id=programme_id).delete()
    Slice.objects.bulk_create(
        Slice(programme_id=programme_id, number=number, starts_at=start, ends_at=end) for number, start, end in wanted
    )
    sql.run("DELETE FROM records_tally WHERE programme_id = %(programme_id)s", {"programme_id": programme_id})
    sql.run(statements.FOLD_PROGRAMME, {"programme_id": programme_id})
    return True


@transaction.atomic
def store_metrics(*, by: Actor, at: datetime) -> int:  # noqa: ARG001 - an action
    """Store the declared metrics as rows that the fold joins; return how many sources there are. Part of set-up."""
    wanted = {
        (event.verb, event.object_type, metric.key): metric.for_actor for metric in metrics.registry().values() for event in metric.counts
    }
    MetricSource.objects.all().delete()
    MetricSource.objects.bulk_create(
        MetricSource(verb=verb, object_type=object_type, metric=metric, for_actor=for_actor)
        for (verb, object_type, metric), for_actor in sorted(wanted.items())
    )
    return len(wanted)


@transaction.atomic
def rebuild(*, by: Actor, at: datetime) -> int:  # noqa: ARG001 - an action
    """Throw all tallies away and count every record again; return the number of tallies."""
    sql.run("LOCK TABLE records_tally IN EXCLUSIVE MODE")
    sql.run("DELETE FROM records_tally")
    return sql.run(statements.FOLD_ALL)


def ensure_partitions(months: Iterable[datetime]) -> None:
    """Create the partitions of the given months (any moment inside each); owner only, part of set-up and of the nightly task."""
    for month in months:
        sql.run("SELECT records_ensure_partition(%(month)s)", {"month": month})
