"""Shadow tables: inside the block every table of ours is an empty temporary one of the same name; afterwards nothing is left.

PostgreSQL looks for a bare table name in `pg_temp` first, so models, actions and statements run unchanged and cannot reach
stored rows. The block ends in a rollback, whatever happened.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction


def tables() -> list[str]:
    """Return the tables of all models of ours, sorted."""
    return sorted({model._meta.db_table for model in apps.get_models() if model.__module__.startswith("yanxiu.")})  # noqa: SLF001 - Django's own door to it


@contextmanager
def shadowed() -> Iterator[None]:
    """Run a block on empty shadows of all our tables. Cost: one CREATE a table, about 0.2 s."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in tables():
                cursor.execute(
                    f'CREATE TEMPORARY TABLE "{table}" (LIKE public."{table}" INCLUDING DEFAULTS INCLUDING IDENTITY '
                    "INCLUDING CONSTRAINTS INCLUDING INDEXES) ON COMMIT DROP"
                )
        try:
            yield
        finally:
            transaction.set_rollback(True)
