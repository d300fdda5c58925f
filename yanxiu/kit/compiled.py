"""Querysets whose SQL is written once: the same question with other values costs a statement, not a compilation.

For reads that stand on many pages. What comes back are the models themselves, with what `select_related` brought.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from psycopg import Binary

T = TypeVar("T", bound=Model)
_MOST = 2**63 - 1
_numbers = count(9_200_000_000_000_000)  # stand for values while the SQL is written; no id of ours is as large


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """The SQL with its values in order, and how a row becomes a model. `slots`: place in `values` and what makes a value of that kind."""

    sql: str
    values: list[Any]
    slots: Sequence[tuple[int, str, Callable[[Any], Any]]]
    model: type[Model]
    names: list[str]
    first: int
    end: int
    related: list[Any]
    annotations: list[tuple[str, int]]
    converters: list[tuple[int, list[Any], Any]]


class Compiled(Generic[T]):
    """`Compiled(lambda person: Enrolment.objects.filter(person=person), person=int)`: a question asked by keyword, answered with a list.

    Each argument is an `int`, `str`, `bytes`, `date` or `datetime` that the queryset uses as it is, at least once, and that does not
    change its shape: no None, no list, no prefix. Raises ValueError at the first use when an argument does not reach the SQL.
    """

    def __init__(self, build: Callable[..., QuerySet[T]], **kinds: type) -> None:
        self._build, self._kinds = build, kinds
        self._shape: _Shape | None = None

    def __call__(self, **given: Any) -> list[T]:
        """Return the rows. Cost: one query."""
        if any(isinstance(value, int) and abs(value) > _MOST for value in given.values()):
            return []  # no column of ours holds it
        shape = self._shape = self._shape or _compile(self._build, self._kinds)
        values = shape.values.copy()
        for place, name, kind in shape.slots:
            values[place] = kind(given[name])
        with connection.cursor() as cursor:
            cursor.execute(shape.sql, values)
            rows = cursor.fetchall()
        return [_made(shape, row) for row in rows]

    def first(self, **given: Any) -> T | None:
        """Return the first row, None when there is none. Cost: one query."""
        return next(iter(self(**given)), None)


def _compile(build: Callable[..., QuerySet[Any]], kinds: dict[str, type]) -> _Shape:
    probes = {name: _probe(kind) for name, kind in kinds.items()}
    asked = build(**probes)
    if asked._iterable_class is not ModelIterable or asked._prefetch_related_lookups:  # type: ignore[attr-defined]  # noqa: SLF001
        raise ValueError("only querysets of models without prefetched relations are compiled")
    compiler = asked.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, values = compiler.as_sql()
    slots = [
        (place, name, type(value) if isinstance(value, int | Binary) else _itself)
        for place, value in enumerate(values)
        for name, probe in probes.items()
        if (value.obj if isinstance(value, Binary) else value) == probe
    ]
    if missing := set(kinds) - {name for _, name, _ in slots}:
        raise ValueError(f"{', '.join(sorted(missing))} did not reach the SQL")
    about: Any = compiler.klass_info
    fields = about["select_fields"]
    selected: Any = compiler.select
    first, end = fields[0], fields[-1] + 1
    return _Shape(
        sql=sql,
        values=list(values),
        slots=slots,
        model=about["model"],
        names=[one[0].target.attname for one in selected[first:end]],
        first=first,
        end=end,
        related=get_related_populators(about, selected, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # the stubs are of Django 6
        annotations=list((compiler.annotation_col_map or {}).items()),
        converters=[
            (place, converters, expression)
            for place, (converters, expression) in compiler.get_converters([one[0] for one in selected]).items()
        ],
    )


def _probe(kind: type) -> object:
    number = next(_numbers)
    if kind is datetime:
        return datetime.fromtimestamp(number % 10**9, tz=UTC)
    if kind is date:
        return date.fromordinal(1_000_000 + number % 1_000_000)
    return str(number).encode() if kind is bytes else kind(number)


def _itself(value: object) -> object:
    return value


def _made(shape: _Shape, row: tuple[Any, ...]) -> Any:
    if shape.converters:
        changed = list(row)
        for place, converters, expression in shape.converters:
            for convert in converters:
                changed[place] = convert(changed[place], expression, connection)
        row = tuple(changed)
    made = shape.model.from_db(DEFAULT_DB_ALIAS, shape.names, row[shape.first : shape.end])
    for related in shape.related:
        related.populate(row, made)
    for name, place in shape.annotations:
        setattr(made, name, row[place])
    return made
