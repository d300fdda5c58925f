"""Laying rows by the hundred thousand: foreign keys are not asked row by row, and words are indexed once all stand there.

Only for the database of a throw-away installation, as its owner; what is laid must fit by itself.
"""

import contextlib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from yanxiu.demo.bench.similarity import corpus
from yanxiu.kit import search, sql

RARE: Final = "红树林"
"""Stands in one of a thousand texts; the phrase stock does not know it."""
_LONGEST: Final = 200
_INDEXES: Final = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
WHERE i.indrelid = ANY(%(tables)s::regclass[]) AND a.amname = 'gin' ORDER BY 1
"""
_TEXTS: Final = "INSERT INTO bench_text SELECT * FROM unnest(%(ids)s::int[], %(texts)s::text[], %(words)s::tsvector[])"


@contextlib.contextmanager
def in_bulk(*tables: str) -> Iterator[None]:
    """Lay rows of these tables inside; afterwards their indexes of words stand again and the planner knows what came."""
    indexes = sql.rows(_INDEXES, {"tables": list(tables)})
    for index in indexes:
        sql.run(f"DROP INDEX {index['name']}")
    sql.run("SELECT set_config('session_replication_role', 'replica', FALSE), set_config('maintenance_work_mem', '512MB', FALSE)")
    try:
        yield
    finally:
        sql.run("SELECT set_config('session_replication_role', 'origin', FALSE)")
    for index in indexes:
        sql.run(index["definition"])
    for table in tables:
        sql.analyze(table)


def texts(count: int, *, title: bool = False) -> None:
    """Lay `bench_text (id, text, words)`: essays of the phrase stock, each cut once; `title`: their first 60 characters weigh as one."""
    said = [_said(number) for number in range(count)]
    words = [search.vector([(text[:60], "A"), (text[60:], "D")] if title else [(text, "C")]) for text in said]
    sql.run("CREATE TEMP TABLE bench_text (id int PRIMARY KEY, text text, words tsvector)")
    sql.run(_TEXTS, {"ids": list(range(count)), "texts": said, "words": words})
    sql.run("ANALYZE bench_text")


def numbered(name: str, ids: Sequence[int]) -> None:
    """Lay a table `(place, id)` of rows that are there, so that generated numbers find them."""
    sql.run(f"CREATE TEMP TABLE {name} (place int PRIMARY KEY, id bigint)")
    sql.run(f"INSERT INTO {name} SELECT place - 1, id FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY t(id, place)", {"ids": list(ids)})
    sql.run(f"ANALYZE {name}")


def next_id(table: str, rows: int) -> int:
    """Set so many ids of a table aside; return the one before the first."""
    found = sql.rows("SELECT nextval(pg_get_serial_sequence(%(table)s, 'id')) AS id", {"table": table})[0]["id"]
    sql.rows("SELECT setval(pg_get_serial_sequence(%(table)s, 'id'), %(last)s)", {"table": table, "last": found + rows})
    return int(found)


@cache
def _said(number: int) -> str:
    return f"{number} {corpus.honest(number, task=number % 40)[:_LONGEST]}{RARE if number % 1000 == 0 else ''}"
