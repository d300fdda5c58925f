"""The one door into the ledger: candidates of a batch become entries at the ends of their chains.

Works inside the caller's transaction. Known source keys are passed over, so doing it twice adds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from yanxiu.credits import statements
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Appended:
    """How many entries a batch wrote, for how many people."""

    entries: int
    people: int


def append(*selects: tuple[str, Mapping[str, object]], by: Actor, at: datetime, is_first: bool = False) -> Appended:
    """Enter what the SELECTs yield (the columns of statements.CANDIDATE, in order). Cost: 7 statements and one per SELECT.

    The heads of the people are locked in order of id, so two batches never fork a chain and never deadlock. `is_first`: nothing was
    entered under any of these keys, so none is looked up; raises IntegrityError when one was after all.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("ledger entries are written in the transaction of their action")
    sql.run(statements.CANDIDATE)
    sql.run("TRUNCATE credits_candidate")
    with sql.in_bulk():  # of entries made a moment ago the planner knows nothing
        for select, parameters in selects:
            sql.run(f"INSERT INTO credits_candidate {select}", parameters)
    sql.run("ANALYZE credits_candidate (person_id, source_key)")
    sql.run(statements.HEADS)
    sql.rows(statements.LOCK)
    with sql.in_bulk(by_key=True):
        entries = sql.run(
            statements.APPEND_FIRST if is_first else statements.APPEND, {"by_id": by.person_id, "by_label": by.label[:120], "at": at}
        )
        return Appended(entries=entries, people=sql.run(statements.ENDS) if entries else 0)
