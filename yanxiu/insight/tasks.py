"""Background work of insight."""

from datetime import timedelta

from yanxiu.insight import actions, queries
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.kit.tasks import task
from yanxiu.programmes.models import Programme

# Without any record a board changes by the clock alone: by its schedules, and by who has begun a film.
_ANYWAY = timedelta(minutes=15)


@task("insight.keep_boards", queue="long")
def keep_boards(*, timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes it
    """Lay down the boards of large programmes in which something happened."""
    for programme_id in queries.due(before=now() - _ANYWAY):
        actions.keep_board(programme=Programme.objects.get(pk=programme_id), by=SYSTEM, at=now())


@task("insight.keep_board", queue="long")
def keep_board(*, programme_id: int) -> None:
    """Lay down the board of one programme, because somebody asked for it."""
    actions.keep_board(programme=Programme.objects.get(pk=programme_id), by=SYSTEM, at=now())
