"""Fixtures that every test may use."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, settings

# How long examples take says something of the machine, nothing of the code.
settings.register_profile("yanxiu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("yanxiu")

FIRST_PERSON = 10_000_000
KEPT_TABLES = {"django_content_type", "auth_permission"}  # what migrations lay down


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After the migrations: partitions and metrics, as `yanxiu setup` makes them; people are numbered beyond any id a test invents."""
    from django.db import connection

    from yanxiu.kit.actor import SYSTEM
    from yanxiu.records import actions

    with django_db_blocker.unblock():
        at = datetime.now(UTC)
        actions.ensure_partitions(at + timedelta(days=30 * month) for month in range(-2, 4))
        actions.store_metrics(by=SYSTEM, at=at)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('people_person', 'id'), greatest(max(id), %s)) FROM people_person", [FIRST_PERSON]
            )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Spread single tests over the processes, and keep all journeys in one: they share sites and a browser.

    pytest-xdist 3.8 has groups for this, which pytest 9 does not carry out.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "journeys" if nodeid.startswith("tests/e2e/") else nodeid

        def mark_test_complete(self, node, item_index, duration=0):
            # Forget what is done: the parent class looks through all a process was ever given, after each of seven thousand tests.
            nodeid = self.registered_collections[node][item_index]
            super().mark_test_complete(node, item_index, duration)
            scope = self._split_scope(nodeid)
            if all(self.assigned_work[node].get(scope, {"": False}).values()):
                del self.assigned_work[node][scope]

    return Together(config, log)


@pytest.fixture(scope="session", autouse=True)
def _light_tests():
    """Two habits of Django's tests that cost much here and show nothing: see the two functions."""
    from django.test import TransactionTestCase, client

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "store_rendered_templates", partial(_keep_first, client.store_rendered_templates))
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty)
        yield


def _keep_first(keep, store, signal, sender, template, context, **more):
    """Keep the context of the page, not a copy for each of the hundreds of components in it."""
    if "context" not in store:
        keep(store, signal, sender, template, context, **more)


def _empty(_case) -> None:
    """A transactional test ends by emptying the tables that it filled, not by making every table anew; then the metrics come back."""
    from django.db import connection, transaction

    from yanxiu.kit.actor import SYSTEM
    from yanxiu.records import actions

    with transaction.atomic(), connection.cursor() as cursor:
        queue = [name for name in connection.introspection.table_names(cursor) if name.startswith("procrastinate_")]
        names = sorted({*connection.introspection.django_table_names(include_views=False), *queue} - KEPT_TABLES)
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names))
        filled = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # whatever refers to a row goes too; what is append-only goes as well
        for name in filled:
            cursor.execute(f'DELETE FROM "{name}"')
    actions.store_metrics(by=SYSTEM, at=datetime.now(UTC))


@pytest.fixture
def at() -> datetime:
    """A moment inside the running programmes of the tests, UTC."""
    return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def cast(db, at):
    """The cast of `tests.cast`, assembled anew."""
    from tests.cast import assemble

    return assemble(at=at)


@pytest.fixture
def assert_same_queries():
    """`check(read, more)`: `read()` costs as many queries after `more()` added rows as before, and at most ten."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.counting import statements

    def counted(read) -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            read()
        return statements(seen.captured_queries)

    def check(read, more, *, at_most: int = 10) -> int:
        read()  # what is read once per process is not counted
        few = counted(read)
        more()
        many = counted(read)
        assert len(few) == len(many), f"{len(few)} queries before, {len(many)} after: {many[len(few) :]}"
        assert len(many) <= at_most, many
        return len(many)

    return check
