"""What a space is like: its tools, who may look and join, whether it is open (W-30), who is named on its home."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting, ordering
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import ContactRole, Joining, Space, SpaceContact, SpaceKind, SpaceState, Tool, Visibility
from yanxiu.workshops.queries.places import lacking

CONTACT = "space_contact"
"""Somebody whom a home page names, as reports and measures name her."""
FIXED_JOINING = (SpaceKind.PERSONAL, SpaceKind.SUB_WORKSHOP)


class Lacking(Conflict):
    """What must stand before a space opens is not all there; `missing` names it."""

    code = "lacking"

    def __init__(self, message: str, *, missing: Sequence[str]) -> None:
        super().__init__(message)
        self.missing = tuple(missing)


@transaction.atomic
def arrange_space(
    *, space: Space, tools: Sequence[str], visibility: str, joining: str, by: Actor, at: datetime, cap: int | None = None
) -> Space:
    """Say which tools a space has, who may look and how a seat is had; its sub-workshops follow. What is written in a tool stays.

    `cap` None leaves the bound as it is. Raises NotPermitted; Invalid with the field; Conflict in a sub-workshop.
    """
    permissions.check_can_describe(by, space)
    if space.is_sub:
        raise Conflict(_("子坊随所属工作坊，请到%(title)s里设定。") % {"title": space.parent})
    wanted = [tool.value for tool in Tool if tool in tools]
    if not wanted:
        raise Invalid(_("至少留一个栏目，坊里才有事可做。"), field="tools")
    if visibility not in Visibility.values:
        raise Invalid(_("请选谁能看。"), field="visibility")
    if joining not in Joining.values:
        raise Invalid(_("请选怎样入坊。"), field="joining")
    locked = Space.objects.select_for_update(of=("self",), no_key=True).select_related("org").get(pk=space.pk)
    if cap is not None and cap < locked.member_count:
        raise Invalid(_("现在已有 %(n)s 位成员，人数上限不能比这少。") % {"n": locked.member_count}, field="cap")
    before = {"tools": locked.tools, "visibility": locked.visibility, "joining": locked.joining, "cap": locked.cap}
    locked.tools, locked.visibility = wanted, visibility
    if locked.kind not in FIXED_JOINING:
        locked.joining = joining
    locked.cap = cap if cap is not None else locked.cap
    after = {"tools": locked.tools, "visibility": locked.visibility, "joining": locked.joining, "cap": locked.cap}
    if before == after:
        return locked
    locked.save(update_fields=["tools", "visibility", "joining", "cap"])
    Space.objects.filter(parent=locked, kind=SpaceKind.SUB_WORKSHOP).update(tools=wanted, visibility=visibility, joining=locked.joining)
    _record(SpaceEvent.ARRANGED, locked, by=by, at=at, before=before)
    return locked


@transaction.atomic
def open_up(*, space: Space, by: Actor, at: datetime) -> Space:
    """Let the members of a prepared space in. Raises NotPermitted; Lacking with what is missing; Conflict when it is open already."""
    permissions.check_can_admit(by, space)
    locked = _locked(space)
    if locked.state != SpaceState.PREPARING:
        raise Conflict(_("%(title)s已经开放。") % {"title": locked.title})
    missing = lacking(locked, on=clock.day(at))
    if missing:
        words = {"title": locked.title, "missing": "、".join(missing)}
        raise Lacking(_("%(title)s还不能开放，缺：%(missing)s。补齐后再开放。") % words, missing=missing)
    _move(locked, SpaceState.OPEN, None)
    _record(SpaceEvent.MADE_OPEN, locked, by=by, at=at)
    return locked


@transaction.atomic
def close_space(*, space: Space, reason: str, by: Actor, at: datetime) -> Space:
    """Close a space with its sub-workshops: it may be read, nothing is written. Raises NotPermitted, Invalid, Conflict."""
    permissions.check_can_admit(by, space)
    reason = plain(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid(_("请写明为什么关闭，2—200 个字，成员会看到。"), field="reason")
    found = ordering.screened([reason], fields=["reason"], space=space, by=by, at=at)
    reason, locked = found.texts[0], _locked(space)
    if locked.state == SpaceState.CLOSED:
        raise Conflict(_("%(title)s已经关闭了。") % {"title": locked.title})
    _move(locked, SpaceState.CLOSED, at)
    ordering.flag(found, space=locked, object_type="closed_space", object_id=locked.pk, title=locked.title, by=by, at=at)
    _record(SpaceEvent.CLOSED, locked, by=by, at=at, reason=reason)
    return locked


@transaction.atomic
def reopen_space(*, space: Space, by: Actor, at: datetime) -> Space:
    """Open a closed space again, with its sub-workshops. Raises NotPermitted, Conflict."""
    permissions.check_can_admit(by, space)
    locked = _locked(space)
    if locked.state != SpaceState.CLOSED:
        raise Conflict(_("%(title)s没有关闭，不用重新开放。") % {"title": locked.title})
    _move(locked, SpaceState.OPEN, None)
    _record(SpaceEvent.REOPENED, locked, by=by, at=at)
    return locked


@transaction.atomic
def name_contact(
    *, space: Space, role: str, name: str, unit: str, words: str, by: Actor, at: datetime, person: Person | None = None
) -> SpaceContact:
    """Name an expert, with a profile, or whom to ask, on the home of a space. Raises NotPermitted, Invalid."""
    permissions.check_can_describe(by, space)
    if role not in ContactRole.values:
        raise Invalid(_("请选是专家、联系人还是技术支持。"), field="role")
    name = plain(name)
    if not 2 <= len(name) <= 60:
        raise Invalid(_("请写姓名，2—60 个字。"), field="name")
    words = plain(words)
    if len(words) > 500:
        raise Invalid(_("介绍最多 500 个字，现在 %(n)s 个。") % {"n": len(words)}, field="words")
    found = ordering.screened([name, plain(unit)[:100], words], fields=["name", "unit", "words"], space=space, by=by, at=at)
    name, unit, words = found.texts
    named = SpaceContact.objects.create(
        space=space, role=role, person=person, name=name, unit=unit, words=words, named_at=at, named_by=by.person_id
    )
    record(SpaceEvent.CONTACT_NAMED, object_id=named.pk, object_label=name, kind=role, by=by, at=at, **counting.where(space, None))
    ordering.flag(found, space=space, object_type=CONTACT, object_id=named.pk, title=name, by=by, at=at)
    return named


@transaction.atomic
def end_contact(*, contact: SpaceContact, by: Actor, at: datetime) -> SpaceContact:
    """Take somebody off the home of a space; once more brings nothing. Raises NotPermitted."""
    permissions.check_can_describe(by, contact.space)
    locked = SpaceContact.objects.select_for_update(of=("self",), no_key=True).select_related("space__org").get(pk=contact.pk)
    if locked.ended_at is None:
        locked.ended_at = at
        locked.save(update_fields=["ended_at"])
        where = counting.where(locked.space, None)
        record(SpaceEvent.CONTACT_ENDED, object_id=locked.pk, object_label=locked.name, kind=locked.role, by=by, at=at, **where)
    return locked


def _locked(space: Space) -> Space:
    if space.is_sub:
        raise Conflict(_("子坊随所属工作坊开放和关闭，请到%(title)s里办。") % {"title": space.parent})
    return Space.objects.select_for_update(of=("self",), no_key=True).select_related("org").get(pk=space.pk)


def _move(space: Space, state: SpaceState, at: datetime | None) -> None:
    space.state, space.closed_at = state, at
    space.save(update_fields=["state", "closed_at"])
    Space.objects.filter(parent=space, kind=SpaceKind.SUB_WORKSHOP).update(state=state, closed_at=at)


def _record(event: SpaceEvent, space: Space, *, by: Actor, at: datetime, **data: object) -> None:
    record(event, object_id=space.pk, object_label=space.title, kind=space.kind, data=data, by=by, at=at, **counting.where(space, None))
