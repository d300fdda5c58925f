"""What files do because of themselves: whatever was stored and can be shown is converted in the background."""

from yanxiu.files import tasks
from yanxiu.files.events import FileEvent
from yanxiu.files.models import Rendition, RenditionState
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to


@reacts_to(FileEvent.STORED, FileEvent.CONVERSION_ASKED)
def convert(record: Record) -> None:
    """A film, a sound or a document is given to the queue."""
    if Rendition.objects.filter(file_id=int(record.object_id), state=RenditionState.WAITING).exists():
        tasks.ask_to_convert(int(record.object_id))
