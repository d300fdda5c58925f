"""Loaded by pytest before Django reads its settings: where the data of a run lie, and which PostgreSQL serves it."""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

# Compiled modules are kept even where a machine says otherwise: a run starts dozens of processes, and two seconds of each would go there.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ.setdefault("YANXIU_TESTING", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_DATA = Path(os.environ.setdefault("DATA", str(Path(tempfile.gettempdir()) / f"yanxiu-test-{os.getuid()}")))
(_DATA / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns when it is missing

if os.environ.get("YANXIU_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["YANXIU_TEST_DATABASE_URL"]


_held = contextlib.ExitStack()


def pytest_configure(config):
    """Hold the embedded server up for the run, in the controlling process; the last run to end stops it."""
    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    from yanxiu.kit import postgres

    _held.enter_context(postgres.running(_DATA, keep=False, settings=postgres.TEST_SETTINGS))


def pytest_unconfigure(config):
    _held.close()
