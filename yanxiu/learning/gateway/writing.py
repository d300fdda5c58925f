"""The write of a batch: one transaction, one statement for all beats, and what follows for films seen to the end."""

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import dict_row

from yanxiu.kit.actor import Actor
from yanxiu.learning import bits, finishing, rules, statements
from yanxiu.learning.gateway.beats import Beat, Credited
from yanxiu.learning.models import How, Item
from yanxiu.records.actions import record_all_on

_CREDIT = statements.CREDIT.replace("%(mask)s", "%(mask)b").encode()  # masks travel in binary


async def write(connection: AsyncConnection[Any], batch: Sequence[Beat]) -> list[Credited]:
    """Credit a batch (at most one beat per person, ascending by person) in one transaction; return the results in its order."""
    async with connection.transaction(), connection.cursor(row_factory=dict_row, binary=True) as cursor:
        async with connection.pipeline():
            await cursor.execute(
                statements.LOCK.encode(), {"lock": statements.LOCK_CLASS, "people": [beat.ticket.person % 2**31 for beat in batch]}
            )
            await cursor.execute(_CREDIT, _columns(batch))
            rows = {row["person_id"]: row for row in await cursor.fetchall()}
        ended = [row for row in rows.values() if row["verdict"] == "held" and row["seconds"] >= rules.seconds_needed(row["length"])]
        if ended:
            await _finish(cursor, ended, at=ended[0]["at"])
    return [_credited(rows[beat.ticket.person]) for beat in batch]


def _columns(batch: Sequence[Beat]) -> dict[str, object]:
    return {
        "person": [beat.ticket.person for beat in batch],
        "number": [beat.ticket.number for beat in batch],
        "nonce": [beat.ticket.nonce for beat in batch],
        "mask": [bits.Mask(beat.mask, beat.ticket.seconds) for beat in batch],
        "position": [beat.position for beat in batch],
        "stamp": [beat.ticket.stamp for beat in batch],
        "session": [beat.session for beat in batch],
    }


def _credited(row: dict[str, Any]) -> Credited:
    return Credited(
        verdict=row["verdict"], is_open=bool(row["is_open"]), seconds=row["seconds"], length=row["length"] or 0, trimmed=row["trimmed"],
        at=row["at"],
    )  # fmt: skip


async def _finish(cursor: AsyncCursor[dict[str, Any]], ended: list[dict[str, Any]], *, at: datetime) -> None:
    films = [row for row in ended if row["kind"] == Item.STEP]
    watched = [(row["enrolment_id"], row["item_id"]) for row in ended if row["kind"] == Item.CASE]
    outcomes: list[finishing.Outcome] = []
    if films:
        done = [finishing.Done(enrolment_id=row["enrolment_id"], step_id=row["item_id"], how=How.WATCHED) for row in films]
        outcomes += await _drive(cursor, finishing.steps(done, at=at))
    if watched:
        outcomes += await _drive(cursor, finishing.cases(watched, "watched", at=at))
    for outcome in sorted(outcomes, key=lambda outcome: outcome.person_id):
        by = Actor(person_id=outcome.person_id, label=outcome.name)
        async with cursor.connection.cursor() as plain:
            ids = await record_all_on(plain, outcome.entries, by=by, at=at)
        if outcome.courses:
            proofs = {"ids": [key for key, _ in outcome.courses], "records": [ids[index] for _, index in outcome.courses]}
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
