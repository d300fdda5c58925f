"""The registry of metrics: which records each counter counts. Domains declare theirs at start; set-up stores them.

One registry serves duties, standing, host assessment, praise and monitoring (plans/README, metric registry).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from yanxiu.records.events import EventType


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A counter. `counts` are the events that add one (and their `measure`); for whom: the person concerned or the actor."""

    key: str
    zh: str
    counts: tuple[EventType, ...]
    for_actor: bool = False


_REGISTRY: dict[str, Metric] = {}


def register(metrics: Iterable[Metric]) -> None:
    """Declare metrics (called by a domain's AppConfig.ready); the same key twice is a mistake of ours and raises."""
    for metric in metrics:
        if metric.key in _REGISTRY and _REGISTRY[metric.key] != metric:
            raise RuntimeError(f"metric {metric.key} is declared twice")
        _REGISTRY[metric.key] = metric


def registry() -> dict[str, Metric]:
    """Return all declared metrics by key, sorted."""
    return dict(sorted(_REGISTRY.items()))
