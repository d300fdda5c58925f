"""The introduction of a space taken out of sight as a measure, and brought back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yanxiu.integrity.actions import Thing
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.records.actions import record
from yanxiu.records.models import Record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting
from yanxiu.workshops.actions.opening import SPACE
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import Space


def thing_of(space: Space) -> Thing:
    """Return a space as it is named in reports: its introduction is of who wrote it last, else of who opened it. Cost: one query."""
    told = Record.objects.filter(
        verb=SpaceEvent.DESCRIBED.verb, object_type=SpaceEvent.DESCRIBED.object_type, object_id=str(space.pk), space_id=space.counted_id
    )
    last = told.order_by("-pk").values_list("actor_id", flat=True).first()
    return Thing(
        object_type=SPACE, object_id=space.pk, title=_("%(title)s的说明") % {"title": space.title}, snapshot=space.intro,
        person_id=last or space.opened_by, unit_path=space.org.path, space_id=space.pk, place=space.title,
        programme_id=space.programme_id,
    )  # fmt: skip


def hide_intro(*, object_id: int, reason: str, by: Actor, at: datetime) -> dict[str, object]:
    """Take what a space says of itself out of sight; return what it was. Raises NotPermitted, Conflict when there is none."""
    space = _locked(object_id)
    permissions.check_can_moderate(by, space)
    if not space.intro:
        raise Conflict(_("%(title)s没有说明可以隐藏。") % {"title": space.title})
    before = {"intro": space.intro}
    space.intro = ""
    space.save(update_fields=["intro"])
    _note(space, before, reason, by=by, at=at)
    return dict(before)


def restore_intro(*, object_id: int, before: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Bring it back, unless another was written meanwhile."""
    space = _locked(object_id)
    if not space.intro:
        space.intro = str(before.get("intro", ""))
        space.save(update_fields=["intro"])
        _note(space, {"intro": ""}, _("处理已撤销"), by=by, at=at)


def _locked(space_id: int) -> Space:
    return Space.objects.select_for_update(of=("self",), no_key=True).select_related("org", "parent").get(pk=space_id)


def _note(space: Space, before: Mapping[str, str], reason: str, *, by: Actor, at: datetime) -> None:
    record(
        SpaceEvent.ARRANGED, object_id=space.pk, object_label=space.title, kind=space.kind, data={"before": dict(before), "reason": reason},
        by=by, at=at, **counting.where(space, None),
    )  # fmt: skip
