"""Getting in and out (W-10): request, authentication, seats that are exact, leaving; and checking in."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting, seating
from yanxiu.workshops.actions.seating import Admission
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import CheckIn, Joining, Membership, MembershipState, Space, SpaceKind, Tool


@transaction.atomic
def request_join(*, workshop: Space, by: Actor, at: datetime, message: str = "") -> Membership:
    """Ask to be let in; a waiting request is returned as it is. Where everybody may join, and for who was invited, it is a seat at once.

    Raises NotFound, NotPermitted, Conflict for a member, Full.
    """
    permissions.check_can_ask_to_join(by, workshop)
    permissions.check_not_banned(by, workshop, at=at)
    locked = seating.lock(workshop)
    known = seating.held_by(locked, permissions.person_of(by))
    if known is not None and known.state == MembershipState.MEMBER:
        raise Conflict(_("您已经是%(title)s的成员。") % {"title": workshop.title})
    if known is not None and known.state == MembershipState.REQUESTED:
        return known
    is_seat = locked.joining == Joining.OPEN or (known is not None and known.state == MembershipState.INVITED)
    asked = known or Membership(workshop=locked, person=Person.objects.get(pk=permissions.person_of(by)), requested_at=at)
    if is_seat:
        seating.admit(locked, [asked], event=SpaceEvent.JOINED, by=by, at=at)
        return asked
    asked.space, asked.state, asked.message, asked.reason = locked, MembershipState.REQUESTED, plain(message)[:200], ""
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
    them waits any more, or the workshop is closed. Seats are exact whatever happens at once (security P-16, RC-01). Cost: about 8 queries.
    """
    permissions.check_can_admit(by, workshop)
    locked = seating.lock(workshop)
    permissions.check_is_open(locked)
    return seating.admit(locked, seating.waiting(locked, membership_ids), event=SpaceEvent.JOIN_APPROVED, by=by, at=at)


@transaction.atomic
def refuse_join(*, workshop: Space, membership_ids: Collection[int], reason: str, by: Actor, at: datetime) -> int:
    """Turn requests down with a reason; return how many. They may ask again. Raises NotPermitted, Invalid, Conflict."""
    permissions.check_can_admit(by, workshop)
    reason = plain(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid(_("请写明不通过的原因，2—200 个字，申请人会看到。"), field="reason")
    locked = seating.lock(workshop)
    refused = seating.waiting(locked, membership_ids)
    for one in refused:
        one.state, one.reason, one.decided_at, one.decided_by = MembershipState.REFUSED, reason, at, by.person_id
    Membership.objects.bulk_update(refused, ["state", "reason", "decided_at", "decided_by"])
    seating.record_each(SpaceEvent.JOIN_REFUSED, locked, refused, by=by, at=at, reason=reason)
    return len(refused)


@transaction.atomic
def leave(*, workshop: Space, by: Actor, at: datetime) -> Membership:
    """Give up the own seat, take back the own request, or decline an invitation; what was written stays. Raises Conflict."""
    permissions.check_can_see_space(by, workshop)
    locked = seating.lock(workshop)
    if locked.kind == SpaceKind.PERSONAL:
        raise Conflict(_("自己的空间不用退出。"))
    own = seating.held_by(locked, permissions.person_of(by))
    if own is None or own.state not in (MembershipState.MEMBER, *permissions.WAITING):
        raise Conflict(_("您不在%(title)s里，没有可退的。") % {"title": locked.title})
    if own.state == MembershipState.MEMBER:
        seating.give_up([own], state=MembershipState.LEFT, reason="", at=at)
        event = SpaceEvent.LEFT
    else:
        was_invited = own.state == MembershipState.INVITED
        own.state, own.decided_at, own.decided_by = MembershipState.REFUSED, at, by.person_id
        own.reason = _("本人谢绝邀请") if was_invited else _("本人收回申请")
        own.save(update_fields=["state", "reason", "decided_at", "decided_by"])
        event = SpaceEvent.DECLINED if was_invited else SpaceEvent.LEFT
    object_id = own.pk if event is SpaceEvent.DECLINED else own.space_id
    record(event, object_id=object_id, object_label=own.space.title, by=by, at=at, **counting.where(locked, by.person_id))
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
