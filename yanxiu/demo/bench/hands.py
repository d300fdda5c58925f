"""Many people at once: a thread each with a database connection of its own, which both live as long as the hands do."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.db import connection


class Hands:
    """So many threads; `at_once` lets each do one thing, all from the same moment on. The connections are closed at the end."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._threads = ThreadPoolExecutor(max_workers=number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.at_once([_close] * self.number)
        self._threads.shutdown()

    def at_once(self, moves: Sequence[Callable[[], object]]) -> list[BaseException | None]:
        """Do the moves, at most as many as there are hands; return what each raised. Returns when all have ended."""
        gate = threading.Barrier(len(moves))

        def make(move: Callable[[], object]) -> BaseException | None:
            gate.wait()  # nobody takes a second move while the first waits here: so each has a thread of its own
            try:
                move()
            except BaseException as error:  # noqa: BLE001 - told to whoever asked
                return error
            return None

        return list(self._threads.map(make, moves))


def _close() -> None:
    connection.close()  # asked here: `connection` is another in every thread
