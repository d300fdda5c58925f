"""Sweeping bytes that no row owns."""

import os
from datetime import timedelta

import pytest

from tests.files.factories import AT, stored_row
from yanxiu.files import actions, queries, storage
from yanxiu.kit.actor import ANONYMOUS, SYSTEM
from yanxiu.kit.errors import NotPermitted

pytestmark = pytest.mark.django_db


def lay(name: str, *, age: timedelta):
    path = storage.path_of(queries.folder(), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    moment = (AT - age).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_old_orphans_go_and_everything_else_stays():
    owned = lay(stored_row().storage_name, age=timedelta(days=9))
    deleted = lay(stored_row(deleted_at=AT).storage_name, age=timedelta(days=9))
    orphan = lay(storage.new_name(), age=timedelta(days=2))
    fresh = lay(storage.new_name(), age=timedelta(hours=1))
    unfinished = queries.folder() / "incoming" / "0.in"
    unfinished.parent.mkdir()
    unfinished.write_bytes(b"x")
    os.utime(unfinished, (0, 0))

    assert actions.sweep(by=SYSTEM, at=AT) == 3

    assert owned.exists()
    assert fresh.exists()
    assert not deleted.exists()
    assert not orphan.exists()
    assert not unfinished.exists()
    assert actions.sweep(by=SYSTEM, at=AT) == 0


def test_a_stranger_sweeps_nothing():
    orphan = lay(storage.new_name(), age=timedelta(days=2))

    with pytest.raises(NotPermitted):
        actions.sweep(by=ANONYMOUS, at=AT)

    assert orphan.exists()
