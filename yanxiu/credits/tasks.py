"""Background work of credits."""

from yanxiu.credits import actions
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.kit.tasks import task
from yanxiu.programmes.models import Programme


@task("credits.settle", queue="long", tries=5)
def settle(*, programme_id: int) -> None:
    """Carry an opened settlement through; started again after a crash it goes on where it stopped."""
    actions.settle(programme=Programme.objects.get(pk=programme_id), by=SYSTEM, at=now())
