"""Running the statements of `finishing` on Django's connection, one person at a time."""

from collections.abc import Generator
from datetime import datetime

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.learning import finishing, statements
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record_all


def write(asking: Generator[finishing.Query, finishing.Rows, list[finishing.Outcome]], *, by: Actor, at: datetime) -> bool:
    """Carry what follows from done steps through, and record it; return True if something is new. Cost: 6 queries at most."""
    outcomes: list[finishing.Outcome]
    try:
        question = next(asking)
        while True:
            question = asking.send(sql.rows(*question))
    except StopIteration as end:
        outcomes = end.value
    ids = record_all([entry for outcome in outcomes for entry in outcome.entries], by=by, at=at)
    if proofs := finishing.proofs(outcomes, ids):
        sql.rows(statements.KEEP_PROOF, proofs)
    return bool(outcomes)


def lock(enrolment: Enrolment) -> None:
    """Put everything about one person's study in a row until the transaction ends. Cost: 1 query."""
    sql.rows(statements.LOCK, {"lock": statements.LOCK_CLASS, "people": [enrolment.person_id % 2**31]})
