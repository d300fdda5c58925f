"""Study groups and sub-workshops (W-10): members dealt and moved, sub-workshops balanced and merged; every move can be undone exactly."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import record
from yanxiu.workshops import balance, permissions
from yanxiu.workshops.actions import counting, ordering, seating
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import Membership, MembershipState, Rearrangement, RearrangementKind, Space, SpaceState
from yanxiu.workshops.queries.seats import spread

MOST_GROUPS = 100


@transaction.atomic
def deal_groups(*, workshop: Space, number: int, by: Actor, at: datetime) -> Rearrangement:
    """Deal all members of a workshop into so many groups, every school spread evenly. Raises NotPermitted, Invalid, Conflict."""
    permissions.check_can_admit(by, workshop)
    locked = seating.lock(workshop)
    members = list(_members(locked).values_list("pk", "person__unit_id", "group").order_by("person__sort_key", "pk"))
    if not 2 <= number <= min(MOST_GROUPS, max(2, len(members))):
        most = min(MOST_GROUPS, max(2, len(members)))
        raise Invalid(_("分 2—%(most)s 组。") % {"most": most}, field="number")
    if not members:
        raise Conflict(_("还没有成员，等成员入坊后再分组。"))
    now = {pk: group for pk, _unit, group in members}
    groups = balance.dealt([(pk, unit) for pk, unit, _group in members], number)
    moves = [
        (pk, now[pk], name)
        for place, group in enumerate(groups, start=1)
        for name in [_("第 %(n)s 组") % {"n": place}]
        for pk in group
        if now[pk] != name
    ]
    return _group(locked, moves, by=by, at=at)


@transaction.atomic
def set_group(*, workshop: Space, membership_ids: Collection[int], group: str, by: Actor, at: datetime) -> Rearrangement:
    """Put chosen members into a group by name; "" takes them out of theirs. Raises NotPermitted, Invalid, Conflict."""
    permissions.check_can_admit(by, workshop)
    name = plain(group)
    if len(name) > 40:
        raise Invalid(_("组名最多 40 个字，现在 %(n)s 个。") % {"n": len(name)}, field="group")
    if not membership_ids:
        raise Invalid(_("还没有选人。请在名单里勾选要分到这一组的成员。"), field="chosen")
    found = ordering.screened([name], fields=["group"], space=workshop, by=by, at=at)
    locked = seating.lock(workshop)
    chosen = _members(locked).filter(pk__in=list(membership_ids)).values_list("pk", "group").order_by("pk")
    name = found.texts[0]
    done = _group(locked, [(pk, now, name) for pk, now in chosen if now != name], by=by, at=at)
    ordering.flag(found, space=locked, object_type="study_group", object_id=done.pk, title=_("组名"), by=by, at=at)
    return done


@transaction.atomic
def balance_subs(*, workshop: Space, seen: str, by: Actor, at: datetime) -> Rearrangement:
    """Spread the members evenly over the workshop and its sub-workshops, counties kept together, as the preview showed.

    `seen` is the mark of that preview; seats that changed since are a Conflict. Raises NotPermitted, Conflict.
    """
    permissions.check_can_admit(by, workshop)
    locked = seating.lock(workshop)
    plan = spread(locked)
    if plan.mark != seen:
        raise Conflict(_("名单在预览以后有了变化，没有调整。请再看一遍预览。"))
    return _move_seats(locked, plan.moves, by=by, at=at)


@transaction.atomic
def merge_sub(*, sub: Space, into: Space, by: Actor, at: datetime) -> Rearrangement:
    """Move all members of a sub-workshop into another part of the same workshop, and close it. Raises NotPermitted, Conflict, Full."""
    permissions.check_can_admit(by, sub)
    if not sub.is_sub or into.pk == sub.pk or into.counted_id != sub.counted_id:
        raise Conflict(_("只能把子坊并到同一个工作坊或它的另一个子坊。"))
    locked = seating.lock(sub)
    sub, into = (Space.objects.get(pk=one.pk) for one in (sub, into))
    if SpaceState.CLOSED in (sub.state, into.state):
        raise Conflict(_("已经关闭的子坊不能再并。"))
    if into.cap is not None and into.member_count + sub.member_count > into.cap:
        words = {"into": into.title, "free": into.cap - into.member_count, "n": sub.member_count}
        raise seating.Full(_("%(into)s只剩 %(free)s 个名额，装不下 %(n)s 人。") % words)
    moves = [(pk, sub.pk, into.pk) for pk in _members(locked).filter(space=sub).values_list("pk", flat=True).order_by("pk")]
    sub.state, sub.closed_at = SpaceState.CLOSED, at
    sub.save(update_fields=["state", "closed_at"])
    return _move_seats(locked, moves, by=by, at=at, closed=sub.pk)


@transaction.atomic
def undo_rearrangement(*, rearrangement: Rearrangement, by: Actor, at: datetime) -> int:
    """Put back whoever is still where a move had put them; return how many. A sub-workshop that was merged opens again.

    Raises NotPermitted; Conflict when it was undone already, or a seat to go back to has been given to somebody else.
    """
    permissions.check_can_admit(by, rearrangement.workshop)
    locked = seating.lock(rearrangement.workshop)
    done = Rearrangement.objects.select_for_update(of=("self",), no_key=True).get(pk=rearrangement.pk)
    if done.undone_at is not None:
        raise Conflict(_("这次调整已经撤销过了。"))
    if done.kind == RearrangementKind.GROUPS:
        back = [(pk, now, before) for pk, before, now in done.moves]
        number = _write_groups(locked, back)
    else:
        left = {before for _pk, before, _now in done.moves}
        Space.objects.filter(pk__in=left, parent=locked, state=SpaceState.CLOSED).exclude(state=locked.state).update(
            state=locked.state, closed_at=locked.closed_at
        )
        number = _write_seats(locked, [(pk, now, before) for pk, before, now in done.moves])
    done.undone_at = at
    done.save(update_fields=["undone_at"])
    where = counting.where(locked, None)
    record(SpaceEvent.REARRANGEMENT_UNDONE, object_id=done.pk, object_label=locked.title, kind=done.kind, by=by, at=at, **where)
    return number


def _members(workshop: Space) -> QuerySet[Membership]:
    return Membership.objects.filter(workshop=workshop, state=MembershipState.MEMBER)


def _group(workshop: Space, moves: Sequence[tuple[int, str, str]], *, by: Actor, at: datetime) -> Rearrangement:
    if not moves:
        raise Conflict(_("分组没有变化。"))
    _write_groups(workshop, moves)
    return _keep(workshop, RearrangementKind.GROUPS, moves, by=by, at=at)


def _write_groups(workshop: Space, moves: Sequence[tuple[int, str, str]]) -> int:
    """Write each group in one statement; who is elsewhere by now stays there."""
    number = 0
    for before, after in sorted({(before, after) for _pk, before, after in moves}):
        chosen = [pk for pk, one, other in moves if (one, other) == (before, after)]
        number += _members(workshop).filter(pk__in=chosen, group=before).update(group=after)
    return number


def _move_seats(workshop: Space, moves: Sequence[tuple[int, int, int]], *, by: Actor, at: datetime, **data: object) -> Rearrangement:
    if not moves and not data:
        raise Conflict(_("各子坊人数已经均衡，没有要动的。"))
    _write_seats(workshop, moves)
    return _keep(workshop, RearrangementKind.SEATS, moves, by=by, at=at, **data)


def _write_seats(workshop: Space, moves: Sequence[tuple[int, int, int]]) -> int:
    """Move the seats of those who still sit there; all leave before any arrives, so that full rooms can swap. Raises Conflict."""
    here = dict(_members(workshop).filter(pk__in=[pk for pk, _from, _to in moves]).values_list("pk", "space_id"))
    real = [(pk, now, then) for pk, now, then in moves if here.get(pk) == now]
    change = Counter(then for _pk, _now, then in real)
    change.subtract(now for _pk, now, _then in real)
    for space in Space.objects.filter(pk__in=list(change)).order_by("pk"):
        if space.cap is not None and space.member_count + change[space.pk] > space.cap:
            raise Conflict(_("%(title)s的名额已给了别人，放不回去。没有改动。") % {"title": space.title})
    for then in sorted({then for _pk, _now, then in real}):
        _members(workshop).filter(pk__in=[pk for pk, _now, one in real if one == then]).update(space=then)
    for space_id, more in sorted(change.items(), key=lambda one: one[1]):
        if more:
            seating.count(space_id, more)
    return len(real)


def _keep(
    workshop: Space, kind: RearrangementKind, moves: Sequence[tuple[int, object, object]], *, by: Actor, at: datetime, **data: object
) -> Rearrangement:
    kept = Rearrangement.objects.create(
        workshop=workshop, kind=kind, moves=[list(one) for one in moves], moved_at=at, moved_by=by.person_id
    )
    record(
        SpaceEvent.REARRANGED, object_id=workshop.pk, object_label=workshop.title, kind=kind, by=by, at=at,
        data={"rearrangement": kept.pk, "count": len(moves), **data}, **counting.where(workshop, None),
    )  # fmt: skip
    return kept
