"""Reactions hear what happened, in order, at least once; a failing one is kept and tried again."""

import time
from datetime import UTC, datetime

import pytest
from django.db import transaction

from yanxiu.kit.actor import SYSTEM
from yanxiu.records import actions, delivery, hearing, reactions
from yanxiu.records.events import EventType
from yanxiu.records.models import Failure

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


class BellEvent(EventType):
    RUNG = ("rung", "bell", "敲钟")


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.setattr(hearing, "_REGISTRY", {})
    heard: list[str] = []

    @reactions.reacts_to(BellEvent.RUNG)
    def hear(record):
        if record.object_id == "cracked":
            raise ValueError("no sound")
        heard.append(record.object_id)

    return heard


def deliver_until(done) -> None:
    """Deliver until `done()`: transactions of other test processes on the same server hold the horizon back as long as they last."""
    end = time.monotonic() + 600
    while time.monotonic() < end:
        delivery.deliver(at=AT)
        if done():
            return
        time.sleep(0.2)


def ring(name: str) -> None:
    with transaction.atomic():
        actions.record(BellEvent.RUNG, object_id=name, by=SYSTEM, at=AT)


@pytest.mark.django_db(transaction=True)
def test_each_record_is_delivered_once_in_order(heard):
    for name in ("a", "b", "c"):
        ring(name)

    deliver_until(lambda: len(heard) == 3)
    ring("d")
    deliver_until(lambda: len(heard) == 4)

    assert heard == ["a", "b", "c", "d"]


@pytest.mark.django_db(transaction=True)
def test_a_failing_reaction_does_not_stop_the_street_and_is_kept(heard):
    for name in ("a", "cracked", "b"):
        ring(name)

    deliver_until(lambda: len(heard) == 2)

    assert heard == ["a", "b"]
    failure = Failure.objects.get()
    assert "no sound" in failure.message
    assert delivery.retry(at=AT) == 1
    assert Failure.objects.get().tries == 2
