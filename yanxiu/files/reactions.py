"""What files do because of others: whatever was stored and can be shown is converted, the links of closed accounts end."""

from yanxiu.files import actions, tasks
from yanxiu.files.events import FileEvent
from yanxiu.files.models import Rendition, RenditionState
from yanxiu.kit.actor import SYSTEM
from yanxiu.people.events import AccountEvent
from yanxiu.people.models import Account
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to


@reacts_to(FileEvent.STORED, FileEvent.CONVERSION_ASKED)
def convert(record: Record) -> None:
    """A film, a sound or a document is given to the queue."""
    if Rendition.objects.filter(file_id=int(record.object_id), state=RenditionState.WAITING).exists():
        tasks.ask_to_convert(int(record.object_id))


@reacts_to(AccountEvent.SUSPENDED, AccountEvent.RESTORED)
def judge_links(record: Record) -> None:
    """Links that were made before an account was closed end with it; as the account is now, whatever order the news comes in."""
    person_id = Account.objects.filter(pk=int(record.object_id)).values_list("person_id", flat=True).first()
    if person_id is not None:
        actions.judge_links(person_id=person_id, by=SYSTEM, at=record.at)
