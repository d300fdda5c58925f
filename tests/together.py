"""Several connections at once, for what must hold when people act at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from django.db import connection

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import DomainError
from yanxiu.records.actions import store_metrics

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def metrics_again(django_db_setup, django_db_blocker):
    """The flush after a transactional test empties the table of metrics, which other modules expect."""
    yield
    with django_db_blocker.unblock():
        store_metrics(by=SYSTEM, at=AT)


def at_once(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Do all of it at the same moment, each with a connection of its own; return how each ended: "" or the name of the refusal."""
    gate, ends = threading.Barrier(len(acts)), Counter[str]()

    def go(act: Callable[[], object]) -> None:
        end = ""
        try:
            gate.wait(timeout=30)
            act()
        except DomainError as refused:
            end = type(refused).__name__
        except BaseException as broken:  # noqa: BLE001 - told to the main thread
            end = f"broken: {broken!r}"
        finally:
            connection.close()
        ends[end] += 1

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    return ends
