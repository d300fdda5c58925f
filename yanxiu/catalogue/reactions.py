"""What the catalogue does because of its own events: a course that changed is found by its new words."""

from yanxiu.catalogue import actions
from yanxiu.catalogue.events import CourseEvent, ModuleEvent, ResourceEvent, StepEvent
from yanxiu.catalogue.models import ResourceFile
from yanxiu.files import actions as files
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to

_CHANGES = (
    CourseEvent.DRAFTED, CourseEvent.CORRECTED, CourseEvent.COPIED, CourseEvent.REVISED, CourseEvent.IMPORTED, CourseEvent.PUBLISHED,
    StepEvent.ADDED, StepEvent.REPLACED, StepEvent.REMOVED, StepEvent.DUPLICATED, StepEvent.PUT_BACK,
    ModuleEvent.ADDED, ModuleEvent.CORRECTED, ModuleEvent.REMOVED,
)  # fmt: skip


@reacts_to(*_CHANGES)
def index(record: Record) -> None:
    """Make the words of the course anew."""
    of_step = record.object_type in ("step", "module")
    actions.reindex(course_ids=[int(record.data["course"] if of_step else record.object_id)], by=SYSTEM, at=record.at)


@reacts_to(ResourceEvent.WITHDRAWN)
def end_links(record: Record) -> None:
    """A resource was withdrawn or hidden: links to its files end, not only the page that shows them."""
    gone = ResourceFile.objects.filter(version__resource=int(record.object_id), version__resource__withdrawn_at__isnull=False)
    ended = list(StoredFile.objects.filter(pk__in=gone.values("file")).order_by("pk"))
    files.end_links(files=ended, number=record.pk, by=SYSTEM, at=record.at)


@reacts_to(ResourceEvent.UPLOADED, ResourceEvent.REVISED, ResourceEvent.CORRECTED)
def index_resource(record: Record) -> None:
    """Make the words of the resource anew."""
    actions.reindex_resources(resource_ids=[int(record.object_id)], by=SYSTEM, at=record.at)
