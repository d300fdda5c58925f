"""Who shows a fresh result at once: what a passed test completes is done when its page comes back, not when the worker has been.

The record alone is what counts; its reactions come to the same, later, and at least once.
"""

from collections.abc import Callable

from django.db import transaction

from yanxiu.records.models import Record

Taker = Callable[[Record], object]
_takers: list[Taker] = []


def taken_up_by(taker: Taker) -> Taker:
    """Register what is done with every result of a person, right after its commit. It must be idempotent."""
    if taker not in _takers:
        _takers.append(taker)
    return taker


def pass_on(record_id: int) -> None:
    """Hand a result on once the running transaction is committed; a taker that fails is logged and leaves it to the worker."""
    for taker in _takers:

        def taken(taker: Taker = taker) -> None:  # a function of its own name: Django logs it by that
            taker(Record.objects.get(pk=record_id))

        transaction.on_commit(taken, robust=True)
