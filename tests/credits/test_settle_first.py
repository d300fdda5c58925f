"""Settling people for the first time: in one pass, entry by entry and link by link what the passes one after the other give."""

import pytest
from django.db import transaction

from tests.credits import factories as make
from tests.credits.test_corrections import World, studied
from tests.credits.test_settle_roles import HOSTS, as_host
from yanxiu.credits import corrections, ledger
from yanxiu.credits.awards import Batch
from yanxiu.credits.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def chain(world: World) -> list[tuple[object, ...]]:
    rows = Entry.objects.filter(person_id=world.person.pk).order_by("number")
    return [(row.number, row.source_key, row.amount, bytes(row.previous_hash), bytes(row.hash)) for row in rows]


@pytest.mark.parametrize("source", [None, HOSTS])
def test_one_pass_gives_the_chain_of_all_passes(db, monkeypatch, source):
    world = World(source) if source else World()
    studied(world, "l1", "l2", "s1", "s2")
    if source:
        as_host(world, "subject_host", "合格")
    with transaction.atomic(), monkeypatch.context() as patched:
        patched.setattr(corrections, "has_entries", lambda _batch: True)
        world.settle()
        expected = chain(world)
        transaction.set_rollback(True)
    world.days = 0
    assert chain(world) == []

    asked = []
    append = ledger.append
    monkeypatch.setattr(ledger, "append", lambda *selects, **facts: asked.append(facts["is_first"]) or append(*selects, **facts))
    world.settle()

    assert chain(world) == expected != []
    assert asked == [True]
    assert world.settle() == 0
    assert world.differences() == []


def test_entries_of_others_are_not_hers(db):
    world = World()
    studied(world, "l1", "l2")
    world.settle()
    batch = Batch(programme_id=world.programme.pk, version_id=world.programme.current_id, persons=[world.person.pk + 1], at=make.SETTLED)

    assert not corrections.has_entries(batch)
    assert corrections.has_entries(Batch(programme_id=batch.programme_id, version_id=batch.version_id, persons=None, at=batch.at))
