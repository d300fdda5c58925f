"""What a space says beside posts, taken out of sight as a measure and brought back: its introduction, documents, contacts."""

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
from yanxiu.workshops.actions.arranging import CONTACT
from yanxiu.workshops.actions.documenting import DOCUMENT, lay_rules
from yanxiu.workshops.actions.opening import SPACE
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import DocumentKind, Space, SpaceContact, SpaceDocument


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


def thing_of_document(document: SpaceDocument) -> Thing:
    """Return a version of a document as it is named in reports. No query when `space` is loaded with `org`."""
    return _thing(DOCUMENT, document.pk, document.space, title=document.title, words=document.source, person_id=document.published_by)


def hide_document(*, object_id: int, reason: str, by: Actor, at: datetime) -> dict[str, object]:
    """Take a version of a document out of sight: the one before it is in force. Raises NotPermitted, Conflict when it is hidden."""
    document = SpaceDocument.objects.get(pk=object_id)
    space = _locked(document.space_id)
    permissions.check_can_moderate(by, space)
    if not SpaceDocument.objects.filter(pk=document.pk, hidden_at__isnull=True).update(hidden_at=at):
        raise Conflict(_("《%(title)s》已经撤下。") % {"title": document.title})
    _lay_rules_in_force(document, space)
    _note(space, {"document": str(document.pk)}, reason, by=by, at=at)
    return {}


def restore_document(*, object_id: int, before: Mapping[str, Any], by: Actor, at: datetime) -> None:  # noqa: ARG001 - nothing else changed
    """Bring a version back; it is in force again unless a later one was published meanwhile."""
    document = SpaceDocument.objects.get(pk=object_id)
    space = _locked(document.space_id)
    if SpaceDocument.objects.filter(pk=document.pk, hidden_at__isnull=False).update(hidden_at=None):
        _lay_rules_in_force(document, space)
        _note(space, {}, _("处理已撤销"), by=by, at=at)


def thing_of_contact(contact: SpaceContact) -> Thing:
    """Return somebody whom a home page names as she is named in reports: the words are of who named her."""
    words = "\n".join(one for one in (contact.unit, contact.words) if one)
    return _thing(CONTACT, contact.pk, contact.space, title=contact.name, words=words, person_id=contact.named_by)


def hide_contact(*, object_id: int, reason: str, by: Actor, at: datetime) -> dict[str, object]:
    """Take somebody whom a home page names off it, with what it says of her. Raises NotPermitted, Conflict when she was taken off."""
    contact = SpaceContact.objects.select_related("space__org").get(pk=object_id)
    permissions.check_can_moderate(by, contact.space)
    if not SpaceContact.objects.filter(pk=object_id, ended_at__isnull=True).update(ended_at=at):
        raise Conflict(_("%(name)s已经不在首页上了。") % {"name": contact.name})
    _note(contact.space, {"contact": contact.name}, reason, by=by, at=at)
    return {"ended_at": at.isoformat()}


def restore_contact(*, object_id: int, before: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Name her again."""
    contact = SpaceContact.objects.select_related("space__org").get(pk=object_id)
    if SpaceContact.objects.filter(pk=object_id, ended_at=datetime.fromisoformat(before["ended_at"])).update(ended_at=None):
        _note(contact.space, {}, _("处理已撤销"), by=by, at=at)


def _thing(object_type: str, object_id: int, space: Space, *, title: str, words: str, person_id: int | None) -> Thing:
    return Thing(
        object_type=object_type, object_id=object_id, title=title[:200], snapshot=words, person_id=person_id, unit_path=space.org.path,
        space_id=space.pk, place=space.title, programme_id=space.programme_id,
    )  # fmt: skip


def _lay_rules_in_force(document: SpaceDocument, space: Space) -> None:
    if document.kind == DocumentKind.RULES:
        shown = SpaceDocument.objects.filter(space=space, kind=DocumentKind.RULES, hidden_at__isnull=True)
        lay_rules(space, shown.order_by("-version").values_list("source", flat=True).first() or "")


def _locked(space_id: int) -> Space:
    return Space.objects.select_for_update(of=("self",), no_key=True).select_related("org", "parent").get(pk=space_id)


def _note(space: Space, before: Mapping[str, str], reason: str, *, by: Actor, at: datetime) -> None:
    record(
        SpaceEvent.ARRANGED, object_id=space.pk, object_label=space.title, kind=space.kind, data={"before": dict(before), "reason": reason},
        by=by, at=at, **counting.where(space, None),
    )  # fmt: skip
