"""Running the statements of `finishing` on Django's connection, one person at a time."""

from collections.abc import Generator
from datetime import datetime

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.learning import finishing, statements
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record_all


def write(asking: Generator[finishing.Query, finishing.Rows, list[finishing.Outcome]], *, by: Actor, at: datetime) -> bool:
    """Carry what follows from done steps through, and record it; return True if something is new. Cost: 3 queries and 2 a person."""
    outcomes: list[finishing.Outcome]
    try:
        question = next(asking)
        while True:
            question = asking.send(sql.rows(*question))
    except StopIteration as end:
        outcomes = end.value
    for outcome in outcomes:
        ids = record_all(outcome.entries, by=by, at=at)
        if outcome.courses:
            proofs = {"ids": [key for key, _ in outcome.courses], "records": [ids[index] for _, index in outcome.courses]}
            sql.rows(statements.KEEP_PROOF, proofs)
    return bool(outcomes)


def lock(enrolment: Enrolment) -> None:
    """Put everything about one person's study in a row until the transaction ends. Cost: 1 query."""
    sql.rows(statements.LOCK, {"lock": statements.LOCK_CLASS, "people": [enrolment.person_id % 2**31]})
