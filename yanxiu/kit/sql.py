"""Small doors to PostgreSQL: constraints as domain errors, and set-based statements as dictionaries."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Literal, cast

import psycopg
from django.db import IntegrityError, connection, models, transaction

from yanxiu.kit.errors import DomainError

Plan = Literal["auto", "kept", "fresh"]
_PLANNING = {
    "auto": "RESET plan_cache_mode", "kept": "SET plan_cache_mode = force_generic_plan", "fresh": "SET plan_cache_mode = force_custom_plan",
}  # fmt: skip
_plan: ContextVar[Plan] = ContextVar("plan", default="auto")

_SET_BULK = "SELECT set_config('work_mem', %s, TRUE), set_config('enable_nestloop', %s, TRUE), set_config('jit', %s, TRUE)"


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the violated constraint ("" when PostgreSQL names none)."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnostics, "constraint_name", "") or "")


def save_or_raise(row: models.Model, violations: Mapping[str, DomainError], *, update_fields: Sequence[str] | None = None) -> None:
    """Save the row in a savepoint; a violation of a named constraint raises its error, any other goes through."""
    try:
        with transaction.atomic():
            row.save(force_insert=update_fields is None, update_fields=update_fields)
    except IntegrityError as error:
        known = violations.get(constraint_of(error))
        if known is None:
            raise
        raise known from error


def rows(statement: str, parameters: Mapping[str, object] | Sequence[object] = (), *, plan: Plan = "auto") -> list[dict[str, Any]]:
    """Run one statement and return its rows as dictionaries. Cost: one query.

    `plan`: "kept" keeps one plan whatever the values, for long statements that read one person's rows by key; "fresh" plans for
    these values each time, for those that read many; "auto" leaves it to PostgreSQL.
    """
    with connection.cursor() as cursor, planned(plan):
        cursor.execute(statement, cast("Any", parameters or None))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextlib.contextmanager
def planned(plan: Plan) -> Iterator[None]:
    """Say for the statements inside how PostgreSQL plans them (see `rows`). Around several of one kind it spares each its own saying."""
    around = _plan.get()
    if plan in ("auto", around):
        yield
        return
    connection.ensure_connection()
    session = connection.connection  # not through Django's cursor: this is no query of the page
    session.execute(_PLANNING[plan])
    said = _plan.set(plan)
    try:
        yield
    finally:
        _plan.reset(said)
        with contextlib.suppress(psycopg.errors.InFailedSqlTransaction):  # rolling back takes the setting back too
            session.execute(_PLANNING[around])


def run(statement: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> int:
    """Run one statement and return the number of rows it touched. Cost: one query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, cast("Any", parameters or None))
        return int(cursor.rowcount)


@contextlib.contextmanager
def in_bulk(*, by_key: bool = False) -> Iterator[None]:
    """Let PostgreSQL sort and hash thousands of rows in memory inside; in a transaction.

    It does not go from row to row either, but for statements that look rows up `by_key`: where something is joined that was reckoned in
    the same statement or written a moment ago, the planner expects a few rows, whatever there are.
    """
    session = connection.connection  # not through Django's cursor: this is no query of the page
    before = session.execute("SELECT current_setting('work_mem'), current_setting('enable_nestloop'), current_setting('jit')").fetchone()
    session.execute(_SET_BULK, ["64MB", before[1] if by_key else "off", "off"])
    try:
        yield
    finally:
        with contextlib.suppress(psycopg.errors.InFailedSqlTransaction):  # rolling back takes the settings back too
            session.execute(_SET_BULK, before)


def analyze(table: str, *columns: str) -> None:
    """Take the planner's figures of a table (of some columns) anew, after much came in at once. Cost: one query.

    Through the function `analyze_table` of the database (migration records 0002): the web's role does not own the tables.
    """
    rows("SELECT analyze_table(%(table)s::regclass, %(columns)s::text[])", {"table": table, "columns": list(columns)})


def give_back() -> None:
    """Give the thread's connection back to the pool, unless somebody's transaction is open. For what runs outside a request."""
    if not connection.in_atomic_block:
        connection.close()
