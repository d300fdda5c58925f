"""Who praises, reminds, shares work and sets points; who reads what a person did."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound
from yanxiu.kit.rules import check_may
from yanxiu.orgs.models import Org
from yanxiu.orgs.permissions import units_with
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.workshops.models import Membership, MembershipState, Post, Praise, Space, SpaceKind, Visibility
from yanxiu.workshops.permissions.reach import OPEN, OVERSEE, holds_at, overseen, person_of
from yanxiu.workshops.permissions.spaces import check_can_admit, check_can_host, check_can_moderate, enterable_spaces, hosted_spaces


def check_can_praise(actor: Actor, workshop: Space) -> None:
    """Raise unless the actor hosts the workshop in person."""
    person_of(actor)
    check_can_host(actor, workshop)


def check_can_withdraw_praise(actor: Actor, praise: Praise) -> None:
    """Raise unless the actor gave the praise, or keeps order in the workshop."""
    if actor.person_id is None or actor.person_id != praise.author_id:
        check_can_moderate(actor, praise.space)


def visible_praise(actor: Actor) -> QuerySet[Praise]:
    """Return the praise the actor may read: what stands in workshops she may be in, and her own."""
    readable = Q(space__in=enterable_spaces(actor))
    if actor.person_id is not None:
        readable |= Q(person_id=actor.person_id)
    return Praise.objects.filter(readable, withdrawn_at__isnull=True)


def praise_seen(actor: Actor, person: Person) -> QuerySet[Praise]:
    """Return the standing praise of a person that the actor may read.

    All of it for herself; for offices over her what was not given in spaces kept apart; for others what stands where they may be, too.
    """
    found = Praise.objects.filter(person=person, withdrawn_at__isnull=True)
    if actor.person_id is not None and actor.person_id == person.pk:
        return found
    if actor.may(OVERSEE, path=person.unit_path):
        return found.exclude(space__in=kept_apart(actor, person).values("pk"))
    return found.filter(space__in=enterable_spaces(actor))


def check_can_see_praise_of(actor: Actor, person: Person) -> None:
    """Raise NotFound unless it is oneself, somebody in the scope, or somebody praised where the actor may be. Cost: at most one query."""
    is_own = actor.person_id is not None and actor.person_id == person.pk
    if not (is_own or actor.may(OVERSEE, path=person.unit_path) or praise_seen(actor, person).exists()):
        raise NotFound(_("没有找到这位教师受到的表扬。可能不在您当前身份的范围里。"))


def check_can_nudge(actor: Actor, workshop: Space) -> None:
    """Raise unless the actor runs the workshop: hosts it, or opens workshops for its unit."""
    check_can_admit(actor, workshop)


def check_can_share_labour(actor: Actor, workshop: Space) -> None:
    """Raise unless the actor runs the workshop."""
    check_can_admit(actor, workshop)


def check_can_set_points(actor: Actor, of: Space | Programme) -> None:
    """Raise unless the actor runs the workshop, or opens workshops where the programme belongs."""
    if isinstance(of, Space):
        check_can_admit(actor, of)
        return
    reason = _("项目的积分规则由项目所属单位的管理员定。主持人可以给自己的坊另定。")
    check_may(actor, OPEN, reason, path=of.owner_path, programme_id=of.pk)


def check_can_list_members(actor: Actor, workshop: Space) -> None:
    """Raise unless the actor runs the workshop, or oversees its unit: lists of who did what are not for fellow members."""
    if not holds_at(actor, OVERSEE, workshop):
        check_can_admit(actor, workshop)


def check_can_see_deeds(actor: Actor, person: Person) -> None:
    """Raise NotFound unless it is the actor's own record, that of somebody in the scope, or of a member of a hosted workshop.

    Cost: at most one query.
    """
    if (actor.person_id is not None and actor.person_id == person.pk) or actor.may(OVERSEE, path=person.unit_path):
        return
    if not hosts_of_person(actor, person).exists():
        raise NotFound(_("没有找到这位教师的行为记录。可能不在您当前身份的范围里。"))


def check_can_see_figures(actor: Actor, unit: Org) -> None:
    """Raise NotFound unless the actor oversees the unit: figures of spaces are read from above."""
    if not actor.may(OVERSEE, path=unit.path):
        raise NotFound(_("没有找到这个单位。可能已撤销，或不在您当前身份的范围里。"))


def overseen_units(actor: Actor) -> QuerySet[Org]:
    """Return the units that `check_can_see_figures` admits, the highest first."""
    return units_with(actor, OVERSEE).order_by("path", "pk")


def counted_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces that are counted for the actor: those she looks into from above; hidden ones where she keeps order."""
    return Space.objects.filter(overseen(actor))


def sees_all_deeds(actor: Actor, person: Person) -> bool:
    """Tell whether the actor reads everything of the person, not only what was done in hosted workshops. No query."""
    return actor.person_id == person.pk or actor.may(OVERSEE, path=person.unit_path)


def hosts_of_person(actor: Actor, person: Person) -> QuerySet[Space]:
    """Return the workshops hosted by the actor of which the person is, or was, a member."""
    seats = Membership.objects.filter(person=person, state__in=[MembershipState.MEMBER, MembershipState.LEFT])
    return hosted_spaces(actor).filter(pk__in=seats.values("workshop"))


def kept_apart(actor: Actor, person: Person) -> QuerySet[Space]:
    """Return the hidden and personal spaces in which a person has or had a place and the actor may not be."""
    seats = Membership.objects.filter(person=person).values("workshop")
    wrote = Post.objects.filter(author=person).values("space")
    apart = Q(visibility=Visibility.HIDDEN) | Q(kind=SpaceKind.PERSONAL) & ~Q(visibility=Visibility.PUBLIC)
    found = Space.objects.filter(apart, Q(pk__in=seats) | Q(pk__in=wrote) | Q(kind=SpaceKind.PERSONAL, opened_by=person.pk))
    return found.exclude(pk__in=enterable_spaces(actor).values("pk"))
