"""What people does because units move."""

from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.events import OrgEvent
from yanxiu.people import actions
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to


@reacts_to(OrgEvent.MOVED)
def follow_unit(record: Record) -> None:
    """Bring the paths of the people of a moved unit up to date."""
    actions.follow_unit(path=record.unit_path, by=SYSTEM, at=record.at)
