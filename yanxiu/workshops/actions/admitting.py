"""Getting people in and out by hand: invited, added by the host or from a roster, removed with a reason, moved to another workshop."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.access.models import Appointment
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, EnrolmentState
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting, seating
from yanxiu.workshops.actions.seating import Admission
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import Membership, MembershipState, Space, SpaceKind

MOST_PEOPLE = 2_000  # at once


@transaction.atomic
def invite(*, workshop: Space, people: Sequence[Person], by: Actor, at: datetime) -> int:
    """Invite people into a workshop; they come in when they like, also into a hidden one. Return how many were invited now.

    Who is a member, asks already or was invited is passed over. Raises NotPermitted; Invalid for somebody who does not take part.
    """
    permissions.check_can_admit(by, workshop)
    locked = _lock(workshop)
    fresh = _rows(locked, people, at=at, skip=(MembershipState.MEMBER, *permissions.WAITING))
    for one in fresh:
        one.space, one.state, one.requested_at = locked, MembershipState.INVITED, at
        one.decided_at = one.decided_by = one.joined_at = one.left_at = None
        one.message = one.reason = ""
    fields = ["space", "state", "requested_at", "decided_at", "decided_by", "joined_at", "left_at", "message", "reason"]
    Membership.objects.bulk_update([one for one in fresh if one.pk], fields)
    Membership.objects.bulk_create([one for one in fresh if not one.pk])
    seating.record_each(SpaceEvent.INVITED, locked, fresh, by=by, at=at)
    return len(fresh)


@transaction.atomic
def add_members(*, workshop: Space, people: Sequence[Person], by: Actor, at: datetime) -> Admission:
    """Seat people without their asking: by a host, or all of a roster. Who is a member already is passed over.

    Raises NotPermitted; Invalid for somebody who does not take part; Conflict when all are members; Full.
    """
    permissions.check_can_admit(by, workshop)
    locked = _lock(workshop)
    fresh = _rows(locked, people, at=at, skip=(MembershipState.MEMBER,))
    if not fresh:
        raise Conflict(_("这些人都已是%(title)s的成员。") % {"title": locked.title})
    return seating.admit(locked, fresh, event=SpaceEvent.SEATED, by=by, at=at)


@transaction.atomic
def remove_members(*, workshop: Space, membership_ids: Collection[int], reason: str, by: Actor, at: datetime) -> int:
    """Take the seats of members, with a reason they will read; what they wrote stays. Raises NotPermitted, Invalid, Conflict."""
    permissions.check_can_admit(by, workshop)
    reason = plain(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid(_("请写明移出的原因，2—200 个字，本人会看到。"), field="reason")
    if not membership_ids:
        raise Invalid(_("还没有选人。请在名单里勾选要移出的成员。"), field="chosen")
    locked = _lock(workshop)
    chosen = seating.held(locked).filter(pk__in=list(membership_ids), state=MembershipState.MEMBER)
    gone = list(chosen.order_by("pk"))
    if not gone:
        raise Conflict(_("选的人都已不在坊里，没有改动。请刷新名单。"))
    seating.give_up(gone, state=MembershipState.REMOVED, reason=reason, at=at)
    seating.record_each(SpaceEvent.REMOVED, locked, gone, by=by, at=at, reason=reason)
    return len(gone)


@transaction.atomic
def transfer_member(*, membership: Membership, to: Space, by: Actor, at: datetime) -> Membership:
    """Move a member to another workshop: the seat there is had before the one here is given up. Raises NotPermitted, Conflict, Full."""
    permissions.check_can_admit(by, membership.workshop)
    permissions.check_can_admit(by, to)
    if to.counted_id == membership.workshop_id:
        raise Conflict(_("就在这个坊里。要换子坊，请用“调整子坊”。"))
    locked = {one.pk: one for one in (_lock(space) for space in sorted((membership.workshop, to), key=lambda one: one.counted_id))}
    left = seating.held(locked[membership.workshop_id]).filter(pk=membership.pk, state=MembershipState.MEMBER).first()
    if left is None:
        raise Conflict(_("这位老师已不在坊里，没有改动。请刷新名单。"))
    target = locked[to.counted_id]
    fresh = _rows(target, [left.person], at=at, skip=(MembershipState.MEMBER,))
    if fresh:
        seating.admit(target, fresh, event=SpaceEvent.SEATED, by=by, at=at)
    seating.give_up([left], state=MembershipState.LEFT, reason=_("转到%(title)s") % {"title": target.title}, at=at)
    record(
        SpaceEvent.TRANSFERRED, object_id=left.pk, object_label=target.title, person_id=left.person_id, data={"to": target.pk},
        by=by, at=at, **counting.where(locked[membership.workshop_id], left.person_id),
    )  # fmt: skip
    return Membership.objects.select_related("space", "person").get(workshop=target, person_id=left.person_id)


def _lock(workshop: Space) -> Space:
    locked = seating.lock(workshop)
    permissions.check_is_open(locked)
    if locked.kind == SpaceKind.PERSONAL:
        raise Conflict(_("个人空间只有本人，不收成员。"))
    return locked


def _rows(workshop: Space, people: Sequence[Person], *, at: datetime, skip: Collection[str]) -> list[Membership]:
    """Return the memberships to change or make, hosts and states of `skip` left out; each person once."""
    people = list({person.pk: person for person in people}.values())
    if not people:
        raise Invalid(_("还没有选人。请写姓名或工号。"), field="people")
    if len(people) > MOST_PEOPLE:
        raise Invalid(_("一次最多 %(most)s 人，现在 %(n)s 人，请分几次。") % {"most": MOST_PEOPLE, "n": len(people)}, field="people")
    _check_takes_part(workshop, people)
    hosts = set(Appointment.objects.filter(role="host", space_id=workshop.pk, revoked_at__isnull=True).values_list("person_id", flat=True))
    known = {one.person_id: one for one in seating.held(workshop).filter(person__in=people).order_by("pk")}
    found = [
        known.get(person.pk) or Membership(workshop=workshop, space=workshop, person=person, requested_at=at)
        for person in people
        if person.pk not in hosts
    ]
    return [one for one in found if one.pk is None or one.state not in skip]


def _check_takes_part(workshop: Space, people: Sequence[Person]) -> None:
    if workshop.programme_id is None:
        strangers = [person for person in people if not person.unit_path.startswith(workshop.org.path)]
    else:
        there = Enrolment.objects.filter(programme=workshop.programme_id, person__in=people, state=EnrolmentState.ACTIVE)
        inside = set(there.filter(unit_path__startswith=workshop.org.path).values_list("person_id", flat=True))
        strangers = [person for person in people if person.pk not in inside]
    if strangers:
        names = "、".join(person.name for person in strangers[:5])
        words = {"title": workshop.title, "names": names, "n": len(strangers)}
        raise Invalid(_("%(names)s 等 %(n)s 人不在%(title)s的项目和范围里，一个都没有加。请核对名单。") % words, field="people")
