"""What evaluation does because of what happened below."""

from yanxiu.evaluation import actions
from yanxiu.kit.actor import SYSTEM
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import PlanVersion
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to


@reacts_to(ProgrammeEvent.PUBLISHED)
def lay_down_requirements(record: Record) -> None:
    """A plan was published: its requirements become rows."""
    version = PlanVersion.objects.get(pk=int(record.object_id))
    actions.lay_down(version=version, by=SYSTEM, at=record.at)
