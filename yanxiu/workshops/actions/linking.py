"""Linked spaces (互联互通, S-05): one asks, the hosts of the other agree, either ends it; then activities, resources and essence flow."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting, ordering
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import LinkKind, Space, SpaceKind, SpaceLink

_NOT_LINKED = (SpaceKind.PERSONAL, SpaceKind.SUB_WORKSHOP)


@transaction.atomic
def ask_link(*, space: Space, other: Space, kinds: Sequence[str], by: Actor, at: datetime, message: str = "") -> SpaceLink:
    """Ask another space to share; who hosts both needs no answer. Raises NotPermitted, Invalid, Conflict when they are linked or asked."""
    permissions.check_can_admit(by, space)
    wanted = [kind.value for kind in LinkKind if kind in kinds]
    if not wanted:
        raise Invalid(_("请选要互通什么：活动、资源还是精华帖。"), field="kinds")
    if space.pk == other.pk or {space.kind, other.kind} & set(_NOT_LINKED):
        raise Invalid(_("请选另一个工作坊或社区；个人空间和子坊不单独互联。"), field="other")
    for one in (space, other):
        permissions.check_is_open(one)
    found = ordering.screened([plain(message)[:200]], fields=["message"], space=space, by=by, at=at)
    at_once = permissions.hosts_at(by, other)
    link = SpaceLink(
        space=space, other=other, kinds=wanted, message=found.texts[0], asked_at=at, asked_by=by.person_id,
        accepted_at=at if at_once else None, accepted_by=by.person_id if at_once else None,
    )  # fmt: skip
    there = Conflict(_("%(a)s和%(b)s已经互联，或正在等答复。") % {"a": space.title, "b": other.title})
    sql.save_or_raise(link, {"workshops_link_once": there})
    ordering.flag(found, space=space, object_type="space_link", object_id=link.pk, title=other.title, by=by, at=at)
    _record(SpaceEvent.LINK_ASKED, link, space, by=by, at=at, to=other.pk)
    return link


@transaction.atomic
def accept_link(*, link: SpaceLink, by: Actor, at: datetime) -> SpaceLink:
    """Agree to share with a space that asked. Raises NotPermitted, Conflict."""
    permissions.check_can_admit(by, link.other)
    locked = _locked(link)
    if locked.accepted_at is not None:
        return locked
    locked.accepted_at, locked.accepted_by = at, by.person_id
    locked.save(update_fields=["accepted_at", "accepted_by"])
    _record(SpaceEvent.LINK_ACCEPTED, locked, locked.other, by=by, at=at)
    return locked


@transaction.atomic
def end_link(*, link: SpaceLink, by: Actor, at: datetime) -> SpaceLink:
    """End, decline or take back a link; for the hosts of either space. Raises NotPermitted, Conflict."""
    side = link.space if permissions.hosts_at(by, link.space) else link.other
    permissions.check_can_admit(by, side)
    locked = _locked(link)
    locked.ended_at, locked.ended_by = at, by.person_id
    locked.save(update_fields=["ended_at", "ended_by"])
    _record(SpaceEvent.LINK_ENDED, locked, side, by=by, at=at)
    return locked


def _locked(link: SpaceLink) -> SpaceLink:
    found = SpaceLink.objects.select_for_update(of=("self",), no_key=True).select_related("space__org", "other__org").get(pk=link.pk)
    if found.ended_at is not None:
        raise Conflict(_("这次互联已经结束，要再互通请重新申请。"))
    return found


def _record(event: SpaceEvent, link: SpaceLink, space: Space, *, by: Actor, at: datetime, **data: object) -> None:
    record(event, object_id=link.pk, object_label=space.title, data=data, by=by, at=at, **counting.where(space, None))
