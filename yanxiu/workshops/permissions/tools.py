"""Who holds activities, ballots and crowdsourcing, who takes part in them, and who sees what came out."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.workshops.models import (
    Activity,
    ActivityHost,
    ActivitySeat,
    Ballot,
    BallotResults,
    LinkKind,
    Membership,
    MembershipState,
    Post,
    SeatState,
    Space,
)
from yanxiu.workshops.permissions.reach import HOST, OPEN, has_seat, holds_at, memberships
from yanxiu.workshops.permissions.spaces import check_can_host, enterable_spaces, hosted_spaces
from yanxiu.workshops.queries.linked import linked_to


def takes_part_from(actor: Actor, activity: Activity) -> Space | None:
    """Return the space through which the actor may take part, None for nobody. Cost: at most 3 queries.

    A seat in one that holds the activity or, where it is open to them, is linked with its own; one of these that she hosts; the one from
    which she has a place already.
    """
    if actor.person_id is None:
        return None
    home = activity.post.space
    may = Q(Exists(ActivityHost.objects.filter(activity=activity, agreed_at__isnull=False, space=OuterRef("pk"))))
    if activity.is_open_to_linked:
        may |= linked_to(Space.objects.filter(pk=home.counted_id), LinkKind.ACTIVITY)
    spaces = [home, *Space.objects.filter(may).select_related("org", "parent").order_by("pk")]
    ids = [space.pk for space in spaces]
    seat = memberships(actor).filter(Q(space__in=ids) | Q(workshop__in=ids)).select_related("space__org", "space__parent").order_by("pk")
    known = {space.pk: space for space in spaces}
    for row in seat:
        return known.get(row.space_id) or row.space
    hosted = next((space for space in spaces if holds_at(actor, HOST, space)), None)
    return hosted or _placed_from(actor, activity)


def _placed_from(actor: Actor, activity: Activity) -> Space | None:
    place = ActivitySeat.objects.filter(activity=activity, person_id=actor.person_id or 0).exclude(state=SeatState.LEFT)
    found = place.select_related("space__org", "space__parent").first()
    return found.space if found is not None else None


def check_can_take_part(actor: Actor, activity: Activity) -> Space:
    """Return the space through which the actor takes part. Raises NotPermitted for who has no seat. Cost: at most 3 queries."""
    found = takes_part_from(actor, activity)
    if found is None:
        raise NotPermitted(_("报名和签到由举办这次活动的坊的成员和主持人办理。您现在的身份可以看。"))
    return found


def check_can_hold(actor: Actor, post: Post) -> None:
    """Raise NotPermitted unless the actor hosts the space of an activity, ballot or problem."""
    check_can_host(actor, post.space)


def check_can_agree(actor: Actor, asked: ActivityHost) -> None:
    """Raise NotFound or NotPermitted unless the actor hosts the space that was asked to hold an activity together."""
    if not enterable_spaces(actor).filter(pk=asked.space_id).exists():
        raise NotFound(_("没有找到这份邀请，或不在您当前身份的范围里。"))
    check_can_host(actor, asked.space)


def invitable_spaces(actor: Actor, activity: Activity) -> QuerySet[Space]:
    """Return the spaces that may be asked to hold an activity together: listed ones of the same programme or the same region."""
    home = activity.post.space
    near = Q(programme_id=home.programme_id) if home.programme_id is not None else Q(pk__in=[])
    near |= Q(org__path__startswith=home.org.path) | Q(pk__in=hosted_spaces(actor))
    asked = ActivityHost.objects.filter(activity=activity, space=OuterRef("pk"))
    found = Space.objects.filter(near, state="open").exclude(kind__in=["personal", "sub_workshop"]).exclude(visibility="hidden")
    return found.exclude(pk=home.counted_id).exclude(pk=home.pk).filter(~Exists(asked))


def check_can_answer_ballot(actor: Actor, ballot: Ballot) -> None:
    """Raise NotPermitted unless the actor is asked. Cost: at most one query."""
    space = ballot.post.space
    if actor.person_id is None or not (holds_at(actor, HOST, space) or has_seat(actor, space)):
        raise NotPermitted(_("这里由%(title)s的成员和主持人作答。您现在的身份可以看。") % {"title": space.title})


def sees_results(actor: Actor, ballot: Ballot, *, has_answered: bool, is_over: bool) -> bool:
    """Tell whether the actor sees the figures now: hosts and offices above always, others as the ballot says. No query."""
    space = ballot.post.space
    if runs_tools(actor, space):
        return True
    if ballot.results == BallotResults.HOSTS:
        return False
    return ballot.results == BallotResults.ALWAYS or is_over or (ballot.results == BallotResults.AFTER and has_answered)


def runs_tools(actor: Actor, space: Space) -> bool:
    """Tell whether the actor hosts the space, or oversees it from an office above. No query."""
    return holds_at(actor, HOST, space) or holds_at(actor, OPEN, space)


def check_can_list(actor: Actor, post: Post) -> None:
    """Raise NotPermitted unless the actor may list who takes part: hosts, and offices above."""
    if not runs_tools(actor, post.space):
        raise NotPermitted(_("名单和导出给%(title)s的主持人和上级管理员。") % {"title": post.space.title})


def asked_members(space: Space) -> QuerySet[Membership]:
    """Return the members of a space who are asked by its ballots."""
    return Membership.objects.filter(Q(space=space) | Q(workshop=space), state=MembershipState.MEMBER)
