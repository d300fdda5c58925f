"""The inside of taking a resource out of everybody's sight: off its shelves, out of the counts; and of bringing a hidden one back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.approvals import actions as approvals
from yanxiu.approvals.models import Chain, ChainState
from yanxiu.catalogue.actions import places, shelves
from yanxiu.catalogue.events import ResourceEvent
from yanxiu.catalogue.models import Resource, ResourceState, Shelving, ShelvingState
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict
from yanxiu.kit.rules import check_may
from yanxiu.records.actions import record, void


def hide_resource(*, object_id: int, reason: str, by: Actor, at: datetime) -> dict[str, object]:
    """Take somebody's resource out of sight as a measure; return what is needed to bring it back. Raises NotPermitted, Conflict."""
    resource = _locked(object_id)
    _check_keeps(by, resource)
    if resource.state != ResourceState.KEPT:
        raise Conflict(_("“%(title)s”现在没有公开，不用隐藏。") % {"title": resource.title})
    before = clear_away(resource, reason=reason, by=by, at=at)
    resource.save(update_fields=["state", "withdrawn_at", "withdrawn_reason", "record_id"])
    _note(ResourceEvent.WITHDRAWN, resource, by=by, at=at)
    return before


def restore_resource(*, object_id: int, before: Mapping[str, Any], by: Actor, at: datetime) -> None:  # noqa: ARG001 - as all
    """Bring a hidden resource back to its shelves, counted as of its days. Where its place has been taken it stays off the shelf.

    Nothing for one that is public by now. The caller has asked who may.
    """
    resource = _locked(object_id)
    if resource.state != ResourceState.WITHDRAWN:
        return
    resource.state, resource.withdrawn_at, resource.withdrawn_reason = ResourceState.KEPT, None, ""
    if before.get("counted"):
        owner = Actor(person_id=resource.owner_id, label=resource.owner_label)
        resource.record_id = _note(ResourceEvent.UPLOADED, resource, by=owner, at=resource.kept_at or at)
    resource.save(update_fields=["state", "withdrawn_at", "withdrawn_reason", "record_id"])
    rows = Shelving.objects.select_related("resource__unit", "org", "from_unit").filter(pk__in=before.get("shelvings", []))
    featured: Mapping[str, Any] = before.get("featured", {})
    for row in rows.order_by("pk"):
        try:
            if row.from_unit is not None:
                places.take(row, unit=row.from_unit, at=at)
        except places.QuotaFull:
            continue
        row.state, row.withdrawn_at, row.reason = ShelvingState.SHELVED, None, ""
        moment, row.featured_by = featured.get(str(row.pk), (None, None))
        row.featured_at = datetime.fromisoformat(moment) if moment else None
        event = ResourceEvent.SHELVED if row.from_unit_id is None else ResourceEvent.PROMOTED
        if row.pk in before.get("counted_shelvings", []):
            shelver = Actor(person_id=row.shelved_by, label=row.shelved_label)
            row.record_id = shelves.note(event, row, by=shelver, at=row.shelved_at or at, version=row.version)
        row.save(update_fields=["state", "withdrawn_at", "reason", "featured_at", "featured_by", "record_id"])


def clear_away(resource: Resource, *, reason: str, by: Actor, at: datetime) -> dict[str, object]:
    """Take a locked resource off all shelves and out of the counts, its chains withdrawn; the caller saves it. Returns what was."""
    open_chains = Chain.objects.filter(pk__in=Shelving.objects.filter(resource=resource).values("chain"), state=ChainState.OPEN)
    for chain in list(open_chains.order_by("pk")):
        approvals.withdraw(chain=chain, by=SYSTEM, at=at)
    shelved = list(Shelving.objects.filter(resource=resource, state=ShelvingState.SHELVED).order_by("pk"))
    before: dict[str, object] = {
        "counted": resource.record_id is not None,
        "shelvings": [one.pk for one in shelved],
        "counted_shelvings": [one.pk for one in shelved if one.record_id is not None],
        "featured": {str(one.pk): (one.featured_at.isoformat(), one.featured_by) for one in shelved if one.featured_at},
    }
    for shelving in shelved:
        shelves.take_away(shelving, reason=reason, by=by, at=at)
    if resource.record_id is not None:
        void(record_id=resource.record_id, reason=reason, by=by, at=at)
    resource.state, resource.withdrawn_at, resource.withdrawn_reason, resource.record_id = ResourceState.WITHDRAWN, at, reason[:200], None
    return before


def _locked(resource_id: int) -> Resource:
    return Resource.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "owner").get(pk=resource_id)


def _check_keeps(by: Actor, resource: Resource) -> None:
    check_may(by, Permission.INTEGRITY_MODERATE, _("别人的资源由管理员按规则处理。"), path=resource.unit.path)


def _note(event: ResourceEvent, resource: Resource, *, by: Actor, at: datetime) -> int:
    return record(
        event, object_id=resource.pk, object_label=resource.title, kind=resource.kind, person_id=resource.owner_id,
        unit_path=resource.unit.path, by=by, at=at, data={"version": resource.version},
    )  # fmt: skip
