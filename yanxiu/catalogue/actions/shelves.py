"""The inside of every verb of shelves: off a shelf, and what follows decisions of the review chain."""

from datetime import datetime

from django.utils.translation import gettext as _

from yanxiu.approvals.models import Chain, ChainState, ChainStep
from yanxiu.catalogue.actions import places
from yanxiu.catalogue.events import ResourceEvent
from yanxiu.catalogue.models import Shelving, ShelvingState
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.records.actions import record, void


def take_away(shelving: Shelving, *, reason: str, by: Actor, at: datetime) -> None:
    """Take a resource off one shelf: it counts there no more, and gives back its places."""
    _uncount(shelving, reason=reason, by=by, at=at)
    places.give_back(shelving)
    shelving.state, shelving.withdrawn_at, shelving.reason = ShelvingState.WITHDRAWN, at, reason[:500]
    shelving.featured_at, shelving.featured_by, shelving.asked_version = None, None, None
    shelving.save(update_fields=["state", "withdrawn_at", "reason", "featured_at", "featured_by", "asked_version", "record_id"])


def decided(step: ChainStep, *, by: Actor, at: datetime) -> None:
    """Somebody decided about a resource that was handed in or recommended: that is a review."""
    shelving = of_chain(step.chain)
    note(ResourceEvent.REVIEWED, shelving, by=by, at=at, opinion=step.opinion, verdict=step.state)


def ended(chain: Chain, *, by: Actor, at: datetime) -> None:
    """The chain ended: the resource is shelved, back with its owner, refused, or as it was before."""
    shelving = of_chain(chain)
    asked, was_shelved = shelving.asked_version, shelving.state == ShelvingState.SHELVED
    shelving.asked_version = None
    if chain.state == ChainState.APPROVED:
        _shelve(shelving, version=asked or shelving.resource.version, by=by, at=at)
    elif not was_shelved:
        states = {ChainState.RETURNED: ShelvingState.RETURNED, ChainState.REFUSED: ShelvingState.REFUSED}
        shelving.state = states.get(ChainState(chain.state), ShelvingState.WITHDRAWN)
        shelving.withdrawn_at = at if shelving.state == ShelvingState.WITHDRAWN else None
        places.give_back(shelving)
    if chain.state in (ChainState.RETURNED, ChainState.REFUSED):
        last = ChainStep.objects.filter(chain=chain, decided_at__isnull=False).order_by("-position").first()
        shelving.reason = last.opinion if last is not None else ""
    shelving.save()


def reopened(chain: Chain, *, by: Actor, at: datetime) -> None:
    """The last decision was taken back: the resource waits as before, and is on the shelf no more."""
    shelving = of_chain(chain)
    if shelving.state == ShelvingState.WITHDRAWN:
        raise Conflict(_("“%(title)s”已经下架或撤下，意见不能再撤回。") % {"title": shelving.resource.title})
    if shelving.state != ShelvingState.SHELVED and shelving.from_unit is not None:
        places.take(shelving, unit=shelving.from_unit, at=at)
    _uncount(shelving, reason=_("审核意见已撤回"), by=by, at=at)
    shelving.state, shelving.asked_version = ShelvingState.SUBMITTED, shelving.version or shelving.resource.version
    shelving.version, shelving.shelved_at, shelving.shelved_by, shelving.shelved_label, shelving.reason = None, None, None, "", ""
    shelving.featured_at, shelving.featured_by = None, None
    shelving.save()


def of_chain(chain: Chain) -> Shelving:
    """Return the shelving that a chain is about, locked. Cost: one query."""
    rows = Shelving.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("resource__unit", "org", "from_unit").get(pk=chain.object_id)


def note(event: ResourceEvent, shelving: Shelving, *, by: Actor, at: datetime, **data: object) -> int:
    """Write what happened to a resource at a library; counted for the unit of the library."""
    resource = shelving.resource
    return record(
        event, object_id=resource.pk, object_label=resource.title, kind=resource.kind, person_id=resource.owner_id,
        programme_id=shelving.programme_id, unit_path=shelving.org.path, by=by, at=at, data={"shelving": shelving.pk, **data},
    )  # fmt: skip


def _shelve(shelving: Shelving, *, version: int, by: Actor, at: datetime) -> None:
    is_new = shelving.state != ShelvingState.SHELVED
    shelving.state, shelving.version, shelving.reason = ShelvingState.SHELVED, version, ""
    if is_new:
        shelving.shelved_at, shelving.shelved_by, shelving.shelved_label = at, by.person_id, by.label[:120]
        event = ResourceEvent.SHELVED if shelving.from_unit_id is None else ResourceEvent.PROMOTED
        shelving.record_id = note(event, shelving, by=by, at=at, version=version)


def _uncount(shelving: Shelving, *, reason: str, by: Actor, at: datetime) -> None:
    if shelving.record_id is not None:
        void(record_id=shelving.record_id, reason=reason[:200], by=by, at=at)
        shelving.record_id = None
