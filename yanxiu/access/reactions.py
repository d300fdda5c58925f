"""What access does because units move."""

from yanxiu.access import actions
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.events import OrgEvent
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to


@reacts_to(OrgEvent.MOVED)
def follow_unit(record: Record) -> None:
    """Set anew who may reset the way in of those who administer a moved unit."""
    actions.follow_unit(path=record.unit_path, by=SYSTEM, at=record.at)
