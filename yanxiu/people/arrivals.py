"""Arrivals: persons ready to be stored, in a temporary table, and the set-based step from there into the tables of people."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice

from django.db import connection, transaction
from django.db.models import Model

from yanxiu.kit import pinyin, sql
from yanxiu.people.models import Account, Affiliation, Person, Teaching

UNUSABLE = "!"  # no password fits until activation
_CHUNK = 2_000
_NULL, _HEX = "\\N", "\\\\x"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NAME_LETTERS = 24
_FEW = 4  # statistics older than a table grown so many times lead to plans that read it whole for each row

_TABLE = """
CREATE TEMPORARY TABLE IF NOT EXISTS people_arrival (
    id bigint, name text, sort_key text, initials text, identity_kind text, identity_cipher bytea, identity_index bytea, identity_hint text,
    mobile_cipher bytea, mobile_index bytea, mobile_hint text, unit_id bigint, unit_path text, staff_number text, teachings jsonb,
    username text, row_id bigint
) ON COMMIT DROP
"""
_SAME = (
    "id", "name", "sort_key", "initials", "identity_kind", "identity_cipher", "identity_index", "identity_hint", "mobile_cipher",
    "mobile_index", "mobile_hint", "unit_id", "unit_path", "staff_number",
)  # fmt: skip
COLUMNS = (*_SAME[1:], "teachings", "username")
_NUMBERED = "UPDATE people_arrival SET id = nextval(pg_get_serial_sequence('people_person', 'id')) WHERE id IS NULL"
_TAUGHT = (
    "(SELECT a.id, t.pair->>0 AS stage, t.pair->>1 AS subject, t.place = 1 AS is_main FROM people_arrival a "
    "CROSS JOIN LATERAL jsonb_array_elements(a.teachings) WITH ORDINALITY AS t(pair, place)) taught"
)


def prepare() -> None:
    """Make the table of arrivals of this transaction, empty."""
    sql.run(_TABLE)
    sql.run("TRUNCATE people_arrival")


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows by COPY. Texts, numbers, truths and bytes as they are; None is NULL.

    Raises IntegrityError as an insert does. Cost: one statement; rows are read as they are sent.
    """
    named = ", ".join(f'"{name}"' for name in columns)
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(f"COPY {table} ({named}) FROM STDIN") as sent:
        waiting = iter(rows)
        while lines := [_line(row) for row in islice(waiting, _CHUNK)]:
            sent.write("".join(lines))


def _line(row: Sequence[object]) -> str:
    """Return a row as COPY reads it; whether a text needs an escape is asked of all of them together."""
    texts = "".join([value for value in row if type(value) is str])
    is_plain = not ("\\" in texts or "\t" in texts or "\n" in texts or "\r" in texts)
    return "\t".join([value if is_plain and type(value) is str else _cell(value) for value in row]) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return _NULL
    return _HEX + value.hex() if isinstance(value, bytes) else str(value).translate(_ESCAPES)


def settle(*, today: date, at: datetime) -> int:
    """Store the arrivals as persons with accounts, affiliations and teachings; return how many. Numbers those without id in order.

    Arrivals without a user name get one from their name: pinyin and four digits. Raises IntegrityError for an identity number
    that is known. Cost: ten statements or so, whatever the number.
    """
    sql.run(_NUMBERED)
    with transaction.atomic():
        count = _fill(Person, {**{name: name for name in _SAME}, "created_at": "%(at)s"}, "people_arrival ORDER BY id", {"at": at})
    refresh_statistics("people_person", ["id", "unit_id"], count)
    _name_accounts()
    account = {"person_id": "id", "username": "username", "password": "%(password)s", "created_at": "%(at)s"}
    _fill(Account, account, "people_arrival ORDER BY id", {"at": at, "password": UNUSABLE})
    _fill(Affiliation, {"person_id": "id", "org_id": "unit_id", "from_on": "%(today)s"}, "people_arrival ORDER BY id", {"today": today})
    _fill(Teaching, {"person_id": "id", "stage": "stage", "subject": "subject", "is_main": "is_main"}, _TAUGHT, {})
    return count


def _fill(model: type[Model], given: Mapping[str, str], source: str, parameters: Mapping[str, object]) -> int:
    """Insert rows from a source; columns that are not given have the defaults of the model."""
    meta = model._meta  # noqa: SLF001 - Django's documented way to the columns of a model
    fields = [one for one in meta.concrete_fields if not one.primary_key or one.column in given]
    left = {f"default_{one.column}": one.get_default() for one in fields if one.column not in given}
    columns = ", ".join(f'"{one.column}"' for one in fields)
    values = ", ".join(given.get(str(one.column), f"%(default_{one.column})s") for one in fields)
    return sql.run(f"INSERT INTO {meta.db_table} ({columns}) SELECT {values} FROM {source}", {**parameters, **left})


def refresh_statistics(table: str, columns: Sequence[str], count: int) -> None:
    """Keep joins and checks of keys from plans that were made when the table was small: a minute per 20,000 rows."""
    known = sql.rows("SELECT reltuples::bigint AS rows FROM pg_class WHERE oid = %(table)s::regclass", {"table": table})[0]["rows"]
    if count > _CHUNK // 2 and known < _FEW * count:
        sql.analyze(table, *columns)  # of all columns it would take longer than the insert
        sql.run("DISCARD PLANS")


def _name_accounts() -> None:
    rows = sql.rows("SELECT id, sort_key, username FROM people_arrival ORDER BY id")
    used = {row["username"] for row in rows if row["username"]}
    left = {row["id"]: "" for row in rows if not row["username"]}
    stems = {row["id"]: stem_of(row["sort_key"]) for row in rows if row["id"] in left}
    open_ids = list(left)
    while open_ids:
        for one in open_ids:
            left[one] = candidate(stems[one], used)
            used.add(left[one])
        wanted = [left[one] for one in open_ids]
        taken = {
            row["username"] for row in sql.rows("SELECT username FROM people_account WHERE username = ANY(%(names)s)", {"names": wanted})
        }
        open_ids = [one for one in open_ids if left[one] in taken]
    sql.run(
        "UPDATE people_arrival a SET username = n.name FROM unnest(%(ids)s::bigint[], %(names)s::text[]) AS n(id, name) WHERE a.id = n.id",
        {"ids": list(left), "names": list(left.values())},
    )


def stem_of(sort_key: str) -> str:
    """Return the letters of an account name: the name in pinyin, js before one that does not begin with two letters."""
    stem = pinyin.spelled(tuple(sort_key.split(" ")))[:_NAME_LETTERS]
    return stem if len(stem) >= 2 and stem[0].isalpha() else f"js{stem}"


def candidate(stem: str, used: set[str]) -> str:
    """Return an account name that is not among the used: the stem and four digits, more when these are crowded."""
    digits = 4
    while True:
        for _attempt in range(20):
            name = f"{stem}{secrets.randbelow(10**digits):0{digits}d}"
            if name not in used:
                return name
        digits += 1
