"""The write of a batch: one statement that is a transaction of its own, and another for films that were just seen to the end."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakSet

from psycopg import AsyncConnection, AsyncCursor, generators, pq
from psycopg.errors import error_from_result
from psycopg.rows import dict_row

from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.clock import local
from yanxiu.learning import bits, finishing, rules, statements
from yanxiu.learning.gateway import wire
from yanxiu.learning.gateway.beats import Beat, Credited, Verdict
from yanxiu.learning.models import How, Item
from yanxiu.records.actions import record_all_on

_CREDIT = b"""
SELECT verdict, is_open, seconds, length, trimmed, at, person_id, enrolment_id, kind, item_id
FROM learning_credit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
_NAME = b"yx_credit"
_TYPES = [wire.ARRAYS[one] for one in (wire.INT8, wire.INT4, wire.INT8, wire.VARBIT, wire.INT4, wire.TEXT, wire.TEXT, wire.INT4, wire.INT8)]
_TYPES += [wire.INT4, wire.BOOL]
_BINARY = [pq.Format.BINARY] * len(_TYPES)
_SHARE = rules.SHARE.to_bytes(4, "big")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_ENDS = b"ends"
_VERDICTS: dict[bytes, Verdict] = {b"held": "held", _ENDS: "held", b"gone": "gone", b"signed_out": "signed_out", b"left": "left"}
_prepared: "WeakSet[AsyncConnection[Any]]" = WeakSet()


async def write(connection: AsyncConnection[Any], batch: Sequence[Beat]) -> list[Credited]:
    """Credit a batch (at most one beat per person, ascending by person); return the results in its order.

    On return everything is on disk. What completes a film is credited together with the step that it completes, or not at all.
    """
    found, ending = _read(await _credit(connection, batch, may_end=False))
    if ending:
        async with connection.transaction():
            last = await _credit(connection, [batch[place] for place in ending], may_end=True)
            again, done = _read(last)
            await _finish(connection, last, done)
        for place, credited in zip(ending, again, strict=True):
            found[place] = credited
    return found


async def _credit(connection: AsyncConnection[Any], batch: Sequence[Beat], *, may_end: bool) -> pq.abc.PGresult:
    # Below psycopg's cursors: their conversion of parameters and rows costs more than everything else that is done for a beat.
    columns = [
        wire.int8([beat.ticket.person for beat in batch]),
        wire.int4([beat.ticket.number for beat in batch]),
        wire.int8([beat.ticket.nonce for beat in batch]),
        wire.varbit([bits.Mask(beat.mask, beat.ticket.seconds) for beat in batch]),
        wire.int4([beat.position for beat in batch]),
        wire.text([beat.ticket.stamp.encode() for beat in batch]),
        wire.text([beat.session for beat in batch]),
        wire.int4([beat.hidden for beat in batch]),
        wire.int8([beat.device for beat in batch]),
        _SHARE,
        wire.flag(may_end),
    ]
    async with connection.lock:
        if connection not in _prepared:
            connection.pgconn.send_prepare(_NAME, _CREDIT, _TYPES)
            await _answer(connection)
            _prepared.add(connection)
        connection.pgconn.send_query_prepared(_NAME, columns, _BINARY, pq.Format.BINARY)
        return await _answer(connection)


async def _answer(connection: AsyncConnection[Any]) -> pq.abc.PGresult:
    result: pq.abc.PGresult = (await connection.wait(generators.execute(connection.pgconn)))[-1]
    if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        raise error_from_result(result)
    return result


def _read(result: pq.abc.PGresult) -> tuple[list[Credited], list[int]]:
    """Return what was credited, and the places of those that end a film."""
    value, number = result.get_value, wire.number
    clock = f"{local(_at(result)):%H:%M:%S}"
    found, ending = [], []
    for row in range(result.ntuples):
        verdict = value(row, 0) or b""
        if verdict == _ENDS:
            ending.append(row)
        found.append(
            Credited(_VERDICTS[verdict], value(row, 1) == b"\1", number(value(row, 2)), number(value(row, 3)), number(value(row, 4)), clock)
        )
    return found, ending


def _at(result: pq.abc.PGresult) -> datetime:
    return _EPOCH + timedelta(microseconds=wire.number(result.get_value(0, 5)))


async def _finish(connection: AsyncConnection[Any], result: pq.abc.PGresult, done: Sequence[int]) -> None:
    at = _at(result)
    # (kind, enrolment, item) of each film
    ended = [tuple(wire.number(result.get_value(row, column)) for column in (8, 7, 9)) for row in done]
    films = [finishing.Done(enrolment_id=one[1], step_id=one[2], how=How.WATCHED) for one in ended if one[0] == Item.STEP]
    watched = [(one[1], one[2]) for one in ended if one[0] == Item.CASE]
    outcomes: list[finishing.Outcome] = []
    async with connection.cursor(row_factory=dict_row) as cursor, connection.cursor() as plain:
        if films:
            outcomes += await _drive(cursor, finishing.steps(films, at=at))
        if watched:
            outcomes += await _drive(cursor, finishing.cases(watched, "watched", at=at))
        outcomes.sort(key=lambda outcome: outcome.person_id)
        entries = [
            replace(entry, by=Actor(person_id=outcome.person_id, label=outcome.name)) for outcome in outcomes for entry in outcome.entries
        ]
        ids = await record_all_on(plain, entries, by=SYSTEM, at=at)
        if proofs := finishing.proofs(outcomes, ids):
            await cursor.execute(statements.KEEP_PROOF.encode(), proofs)


async def _drive(
    cursor: AsyncCursor[dict[str, Any]], asking: Generator[finishing.Query, finishing.Rows, list[finishing.Outcome]]
) -> list[finishing.Outcome]:
    try:
        text, parameters = next(asking)
        while True:
            await cursor.execute(text.encode(), parameters)
            text, parameters = asking.send(await cursor.fetchall())
    except StopIteration as end:
        found: list[finishing.Outcome] = end.value
        return found
