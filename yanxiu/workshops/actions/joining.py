"""Getting in and out (W-10): request, authentication, seats that are exact, leaving; and checking in."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import Entry, record, record_all
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting
from yanxiu.workshops.actions.opening import open_below
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import CheckIn, Membership, MembershipState, Space, SpaceKind, Tool


class Full(Conflict):
    """No seat is free, and the platform may not open a sub-workshop."""

    code: ClassVar[str] = "full"


@dataclass(kw_only=True)
class Admission:
    """What became of a batch of requests: seats given by space, sub-workshops opened for it, requests that go on waiting."""

    seated: list[tuple[Space, int]] = field(default_factory=list)
    opened: list[Space] = field(default_factory=list)
    waiting: int = 0

    @property
    def count(self) -> int:
        return sum(number for _space, number in self.seated)


@transaction.atomic
def request_join(*, workshop: Space, by: Actor, at: datetime, message: str = "") -> Membership:
    """Ask to be let in; a waiting request is returned as it is. Raises NotFound, NotPermitted, Conflict for a member."""
    permissions.check_can_ask_to_join(by, workshop)
    permissions.check_not_banned(by, workshop, at=at)
    Space.objects.select_for_update(of=("self",), no_key=True).get(pk=workshop.pk)
    known = Membership.objects.filter(workshop=workshop, person_id=permissions.person_of(by)).first()
    if known is not None and known.state == MembershipState.MEMBER:
        raise Conflict(_("您已经是%(title)s的成员。") % {"title": workshop.title})
    if known is not None and known.state == MembershipState.REQUESTED:
        return known
    asked = known or Membership(workshop=workshop, person_id=permissions.person_of(by))
    asked.space, asked.state, asked.message, asked.reason = workshop, MembershipState.REQUESTED, plain(message)[:200], ""
    asked.requested_at = at
    asked.decided_at = asked.decided_by = asked.joined_at = asked.left_at = None
    if known is None:
        asked.save(force_insert=True)
    else:
        asked.save(
            update_fields=["space", "state", "message", "reason", "requested_at", "decided_at", "decided_by", "joined_at", "left_at"]
        )
    record(
        SpaceEvent.JOIN_REQUESTED, object_id=asked.pk, object_label=workshop.title, by=by, at=at, **counting.where(workshop, by.person_id)
    )
    return asked


@transaction.atomic
def approve_join(*, workshop: Space, membership_ids: Collection[int], by: Actor, at: datetime) -> Admission:
    """Let requests in, the oldest first: into the workshop while it has seats, then into its sub-workshops, then into a new one.

    Requests that were decided meanwhile are passed over. Raises NotPermitted; Full when nobody found a seat; Conflict when none of
    them waits any more. Locks the workshop's row: seats are exact whatever happens at once (security P-16, RC-01). Cost: about 8 queries.
    """
    permissions.check_can_admit(by, workshop)
    locked = _lock(workshop)
    waiting = _waiting(locked, membership_ids)
    result = Admission()
    for space, seats in _seats(locked, len(waiting), result, by=by, at=at):
        people, waiting = waiting[:seats], waiting[seats:]
        _seat(space, people, by=by, at=at)
        result.seated.append((space, len(people)))
    result.waiting = len(waiting)
    if not result.count:
        raise Full(_("%(title)s的 %(cap)s 个名额已满。请开一个子坊，再通过这些申请。") % {"title": locked.title, "cap": locked.cap})
    return result


@transaction.atomic
def refuse_join(*, workshop: Space, membership_ids: Collection[int], reason: str, by: Actor, at: datetime) -> int:
    """Turn requests down with a reason; return how many. They may ask again. Raises NotPermitted, Invalid, Conflict."""
    permissions.check_can_admit(by, workshop)
    reason = plain(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid(_("请写明不通过的原因，2—200 个字，申请人会看到。"), field="reason")
    locked = _lock(workshop)
    refused = _waiting(locked, membership_ids)
    for one in refused:
        one.state, one.reason, one.decided_at, one.decided_by = MembershipState.REFUSED, reason, at, by.person_id
    Membership.objects.bulk_update(refused, ["state", "reason", "decided_at", "decided_by"])
    record_all([_entry(SpaceEvent.JOIN_REFUSED, locked, one, reason=reason) for one in refused], by=by, at=at)
    return len(refused)


@transaction.atomic
def leave(*, workshop: Space, by: Actor, at: datetime) -> Membership:
    """Give up the own seat, or take back the own request. What was written stays. Raises Conflict when there is neither."""
    permissions.check_can_see_space(by, workshop)
    locked = _lock(workshop)
    own = Membership.objects.select_related("space").filter(workshop=locked, person_id=permissions.person_of(by)).first()
    if own is None or own.state not in (MembershipState.MEMBER, MembershipState.REQUESTED):
        raise Conflict(_("您不在%(title)s里，没有可退的。") % {"title": locked.title})
    if own.state == MembershipState.MEMBER:
        own.state, own.left_at = MembershipState.LEFT, at
        own.save(update_fields=["state", "left_at"])
        sql.run("UPDATE workshops_space SET member_count = member_count - 1 WHERE id = %(id)s", {"id": own.space_id})
    else:
        own.state, own.reason, own.decided_at, own.decided_by = MembershipState.REFUSED, _("本人收回申请"), at, by.person_id
        own.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    record(SpaceEvent.LEFT, object_id=own.space_id, object_label=own.space.title, by=by, at=at, **counting.where(locked, by.person_id))
    return own


@transaction.atomic
def check_in(*, space: Space, by: Actor, at: datetime) -> CheckIn:
    """Check in for the Shanghai day of `at` (签到), once a day in a workshop and its sub-workshops. Raises NotPermitted, Conflict."""
    permissions.check_can_speak(by, space)
    if Tool.CHECK_IN not in space.tools:
        raise Conflict(_("%(title)s没有开签到。") % {"title": space.title})
    done = CheckIn(workshop_id=space.counted_id, person_id=permissions.person_of(by), on=clock.day(at), at=at)
    sql.save_or_raise(done, {"workshops_check_in_once_a_day": Conflict(_("今天已经签到，明天再来。"))})
    record(SpaceEvent.CHECKED_IN, object_id=space.pk, object_label=space.title, by=by, at=at, **counting.where(space, by.person_id))
    return done


def _lock(workshop: Space) -> Space:
    return Space.objects.select_for_update(of=("self",), no_key=True).select_related("org").get(pk=workshop.counted_id)


def _waiting(workshop: Space, membership_ids: Collection[int]) -> list[Membership]:
    if not membership_ids:
        raise Invalid(_("还没有选人。请在名单里勾选要办理的申请。"))
    found = list(
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .filter(workshop=workshop, pk__in=list(membership_ids), state=MembershipState.REQUESTED)
        .order_by("requested_at", "pk")
    )
    if not found:
        raise Conflict(_("这些申请都已有人办理，没有改动。请刷新名单。"))
    return found


def _seats(workshop: Space, needed: int, result: Admission, *, by: Actor, at: datetime) -> list[tuple[Space, int]]:
    spaces = [workshop, *Space.objects.filter(parent=workshop, kind=SpaceKind.SUB_WORKSHOP).order_by("pk")]
    given: list[tuple[Space, int]] = []
    while needed:
        if spaces:
            space = spaces.pop(0)
        elif workshop.splits and workshop.cap:
            space = open_below(workshop, by=by, at=at)
            result.opened.append(space)
        else:
            break
        free = needed if space.cap is None else max(0, min(needed, space.cap - space.member_count))
        if free:
            given.append((space, free))
            needed -= free
    return given


def _seat(space: Space, people: list[Membership], *, by: Actor, at: datetime) -> None:
    for one in people:
        one.space, one.state, one.joined_at, one.decided_at, one.decided_by = space, MembershipState.MEMBER, at, at, by.person_id
    Membership.objects.bulk_update(people, ["space", "state", "joined_at", "decided_at", "decided_by"])
    sql.run("UPDATE workshops_space SET member_count = member_count + %(n)s WHERE id = %(id)s", {"n": len(people), "id": space.pk})
    record_all([_entry(SpaceEvent.JOIN_APPROVED, space, one) for one in people], by=by, at=at)


def _entry(event: SpaceEvent, space: Space, one: Membership, **data: object) -> Entry:
    return Entry(
        event=event, object_id=one.pk, object_label=space.title, person_id=one.person_id, programme_id=space.programme_id,
        space_id=space.counted_id, unit_path=one.person.unit_path, data={"seat": space.pk, **data},
    )  # fmt: skip
