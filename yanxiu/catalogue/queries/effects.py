"""What publishing a new version does to people who study: domains above say it, since the catalogue does not know who is enrolled."""

from collections.abc import Callable, Sequence

from yanxiu.catalogue.models import Course
from yanxiu.kit.components import Effect

Foresight = Callable[[Course], Sequence[Effect]]
_FORESEEN: list[Foresight] = []


def register(foresight: Foresight) -> None:
    """Let a domain above tell what publishing a course will do; called from its `AppConfig.ready`."""
    if foresight not in _FORESEEN:
        _FORESEEN.append(foresight)


def of_publishing(course: Course) -> list[Effect]:
    """Return what publishing this version will do, for the page with the button. Cost: the queries of those who answer."""
    return [effect for foresight in _FORESEEN for effect in foresight(course)]
