"""Fixtures that every test may use."""

from datetime import UTC, datetime, timedelta

import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After the migrations: partitions and metrics, as `yanxiu setup` makes them."""
    from yanxiu.kit.actor import SYSTEM
    from yanxiu.records import actions

    with django_db_blocker.unblock():
        at = datetime.now(UTC)
        actions.ensure_partitions(at + timedelta(days=30 * month) for month in range(-2, 4))
        actions.store_metrics(by=SYSTEM, at=at)


@pytest.fixture
def at() -> datetime:
    """A moment inside the running programmes of the tests, UTC."""
    return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def cast(db, at):
    """The cast of `tests.cast`, assembled anew."""
    from tests.cast import assemble

    return assemble(at=at)
