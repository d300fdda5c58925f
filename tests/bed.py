"""Loaded by pytest before Django reads its settings: where the data of a run lie, and which PostgreSQL serves it."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("YANXIU_TESTING", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_DATA = Path(os.environ.setdefault("DATA", str(Path(tempfile.gettempdir()) / f"yanxiu-test-{os.getuid()}")))

if os.environ.get("YANXIU_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["YANXIU_TEST_DATABASE_URL"]


def pytest_configure(config):
    """Start the embedded server once, in the controlling process; it is stopped when the run ends."""
    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    from yanxiu.kit import postgres

    config.stash_started = postgres.ensure(_DATA, settings=postgres.TEST_SETTINGS)


def pytest_unconfigure(config):
    if getattr(config, "stash_started", False):
        from yanxiu.kit import postgres

        postgres.stop(_DATA)
