"""What workshops do because of plans that were published below them."""

from yanxiu.kit.actor import SYSTEM
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import Programme, ProgrammeState
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to
from yanxiu.workshops import actions


@reacts_to(ProgrammeEvent.PUBLISHED)
def open_spaces(record: Record) -> None:
    """A published plan gets the spaces it asks for."""
    programme = Programme.objects.select_related("owner").filter(pk=record.programme_id or 0, state=ProgrammeState.RUNNING).first()
    if programme is not None:
        actions.open_spaces(programme=programme, by=SYSTEM, at=record.at)
