"""The inside of getting in and out: the lock on a workshop under which its seats are counted, seats found, given and given back.

Every change of seats locks the workshop's row first; seats of its sub-workshops change under the same lock. So `member_count` is exact
whatever happens at once (security P-16, RC-01), and a crash in the middle leaves what stood before.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.records.actions import Entry, record_all
from yanxiu.workshops.actions.opening import open_below
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import Membership, MembershipState, Space, SpaceKind, SpaceState


class Full(Conflict):
    """No seat is free, and the platform may not open a sub-workshop."""

    code: ClassVar[str] = "full"


@dataclass(kw_only=True)
class Admission:
    """What became of a batch: seats given by space, sub-workshops opened for it, people who go on waiting."""

    seated: list[tuple[Space, int]] = field(default_factory=list)
    opened: list[Space] = field(default_factory=list)
    waiting: int = 0

    @property
    def count(self) -> int:
        return sum(number for _space, number in self.seated)


_LOCK = Compiled(
    lambda space: Space.objects.select_for_update(of=("self",), no_key=True).select_related("org", "programme", "shared_with").filter(
        pk=space
    ),
    space=int,
)  # fmt: skip
_ROOMS = Compiled(
    lambda workshop: Space.objects.filter(parent_id=workshop, kind=SpaceKind.SUB_WORKSHOP).exclude(state=SpaceState.CLOSED).order_by("pk"),
    workshop=int,
)
_HELD = Compiled(lambda workshop, person: _locked_rows().filter(workshop_id=workshop, person_id=person), workshop=int, person=int)


def lock(workshop: Space) -> Space:
    """Lock the workshop of a space (for a sub-workshop the one above) and return it anew; in a transaction."""
    return _LOCK(space=workshop.counted_id)[0]


def rooms(workshop: Space) -> list[Space]:
    """Return a locked workshop and its sub-workshops that are not closed, in the order in which they are filled."""
    return [workshop, *_ROOMS(workshop=workshop.pk)]


def waiting(workshop: Space, membership_ids: Collection[int]) -> list[Membership]:
    """Lock the chosen requests that still wait, the oldest first. Raises Invalid, Conflict."""
    if not membership_ids:
        raise Invalid(_("还没有选人。请在名单里勾选要办理的申请。"))
    found = list(held(workshop).filter(pk__in=list(membership_ids), state=MembershipState.REQUESTED).order_by("requested_at", "pk"))
    if not found:
        raise Conflict(_("这些申请都已有人办理，没有改动。请刷新名单。"))
    return found


def held(workshop: Space) -> QuerySet[Membership]:
    """Lock what people hold or ask for in a workshop."""
    return _locked_rows().filter(workshop=workshop)


def held_by(workshop: Space, person_id: int) -> Membership | None:
    """Lock and return what one person holds or asks for in a locked workshop."""
    return _HELD.first(workshop=workshop.pk, person=person_id)


def _locked_rows() -> QuerySet[Membership]:
    return Membership.objects.select_for_update(of=("self",), no_key=True).select_related("person", "space")


def admit(workshop: Space, people: Sequence[Membership], *, event: SpaceEvent, by: Actor, at: datetime, **data: object) -> Admission:
    """Give seats in a locked workshop, in its sub-workshops, then in a new one if the platform may open it. Raises Full if nobody sat."""
    result, left = Admission(), list(people)
    for space, seats in _free(workshop, len(left), result, by=by, at=at):
        seated, left = left[:seats], left[seats:]
        _seat(space, seated, event=event, by=by, at=at, **data)
        result.seated.append((space, len(seated)))
    result.waiting = len(left)
    if not result.count:
        raise Full(_("%(title)s的 %(cap)s 个名额已满。请开一个子坊，再办这些人。") % {"title": workshop.title, "cap": workshop.cap})
    return result


def give_up(people: Sequence[Membership], *, state: MembershipState, reason: str, at: datetime) -> None:
    """Take back the seats of members of one locked workshop."""
    for one in people:
        one.state, one.reason, one.left_at = state, reason, at
    Membership.objects.filter(pk__in=[one.pk for one in people]).update(state=state, reason=reason, left_at=at)
    freed: dict[int, int] = {}
    for one in people:
        freed[one.space_id] = freed.get(one.space_id, 0) + 1
    for space_id, number in sorted(freed.items()):
        count(space_id, -number)


def count(space_id: int, more: int) -> None:
    """Change the number of seats taken in a space whose workshop is locked."""
    sql.run("UPDATE workshops_space SET member_count = member_count + %(n)s WHERE id = %(id)s", {"n": more, "id": space_id})


def entry(event: SpaceEvent, space: Space, one: Membership, **data: object) -> Entry:
    """Return the record of what happened to a membership in a space."""
    return Entry(
        event=event, object_id=one.pk if event.object_type == "membership" else space.pk, object_label=space.title,
        person_id=one.person_id, programme_id=space.programme_id, space_id=space.counted_id, unit_path=one.person.unit_path,
        data={"seat": space.pk, **data},
    )  # fmt: skip


def record_each(event: SpaceEvent, space: Space, people: Iterable[Membership], *, by: Actor, at: datetime, **data: object) -> None:
    """Write a record for each of several memberships."""
    record_all([entry(event, space, one, **data) for one in people], by=by, at=at)


def _free(workshop: Space, needed: int, result: Admission, *, by: Actor, at: datetime) -> list[tuple[Space, int]]:
    spaces = rooms(workshop)
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


def _seat(space: Space, people: Sequence[Membership], *, event: SpaceEvent, by: Actor, at: datetime, **data: object) -> None:
    known, fresh = [one.pk for one in people if one.pk is not None], [one for one in people if one.pk is None]
    now = {
        "space": space, "state": MembershipState.MEMBER, "joined_at": at, "decided_at": at, "decided_by": by.person_id, "left_at": None,
        "reason": "",
    }  # fmt: skip
    for one in people:
        for name, value in now.items():
            setattr(one, name, value)
    if known:
        Membership.objects.filter(pk__in=known).update(**now)
    Membership.objects.bulk_create(fresh)
    count(space.pk, len(people))
    record_each(event, space, people, by=by, at=at, **data)
