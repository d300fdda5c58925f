"""Fixtures that every test may use."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from pytest_django.plugin import blocking_manager_key

# How long examples take says something of the machine, nothing of the code.
settings.register_profile("yanxiu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("yanxiu")

FIRST_PERSON = 10_000_000


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

    return Together(config, log)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item):
    """A transactional test ends by emptying every table; the metrics, which set-up stores, come back for the next test."""
    yield
    marker = item.get_closest_marker("django_db")
    if (marker is not None and marker.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ()):
        from yanxiu.kit.actor import SYSTEM
        from yanxiu.records import actions

        with item.config.stash[blocking_manager_key].unblock():
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
