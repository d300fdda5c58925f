"""Who may know of a space, enter it, speak in it and run it."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.orgs.models import Org
from yanxiu.workshops.models import Membership, MembershipState, Space
from yanxiu.workshops.permissions.reach import (
    HOST,
    MODERATE,
    OPEN,
    VIEW,
    granted,
    has_seat,
    holds_at,
    is_open_to,
    memberships,
    open_to,
    seated,
)


def enterable_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces the actor may be in: the own workshops (also beside the own sub-workshop), hosted ones, those in the scope."""
    return Space.objects.filter(granted(actor, VIEW) | seated(actor))


def visible_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces the actor may know of: enterable ones, and those that are open to her."""
    return Space.objects.filter(granted(actor, VIEW) | seated(actor) | open_to(actor))


def joinable_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the workshops the actor might ask to join: open to her, not hosted, and no request or seat there yet."""
    held = Membership.objects.filter(
        workshop=OuterRef("pk"), person_id=actor.person_id or 0, state__in=[MembershipState.REQUESTED, MembershipState.MEMBER]
    )
    return Space.objects.filter(open_to(actor)).filter(~Exists(held)).exclude(granted(actor, HOST))


def hosted_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces the actor hosts under the hat worn."""
    return Space.objects.filter(granted(actor, HOST))


def check_can_see_space(actor: Actor, space: Space) -> None:
    """Raise NotFound unless the actor may know of the space. Cost: at most 2 queries."""
    if not (holds_at(actor, VIEW, space) or has_seat(actor, space) or is_open_to(actor, space)):
        raise NotFound(_("没有找到这个工作坊。可能不在您参训的项目里，或不在您当前身份的范围里。"))


def check_can_enter(actor: Actor, space: Space) -> None:
    """Raise NotFound, or NotPermitted when the actor only stands at the door. Cost: at most 2 queries."""
    if holds_at(actor, VIEW, space) or has_seat(actor, space):
        return
    check_can_see_space(actor, space)
    raise NotPermitted(_("%(title)s里的内容入坊后可看。请先申请入坊，主持人认证后就能进。") % {"title": space.title})


def check_can_ask_to_join(actor: Actor, workshop: Space) -> None:
    """Raise unless the workshop is open to the actor, who does not host it. Cost: at most 2 queries."""
    check_can_see_space(actor, workshop)
    if actor.person_id is None or not is_open_to(actor, workshop):
        raise NotPermitted(_("%(title)s面向本项目、本范围的参训教师，您不在其中。有疑问请问学校管理员。") % {"title": workshop.title})
    if holds_at(actor, HOST, workshop):
        raise Conflict(_("您是%(title)s的主持人，不占成员名额，也不用申请。") % {"title": workshop.title})


def check_can_admit(actor: Actor, workshop: Space) -> None:
    """Raise unless the actor hosts the workshop or opens workshops for its unit."""
    if not holds_at(actor, OPEN, workshop):
        check_can_host(actor, workshop)


def check_can_host(actor: Actor, space: Space) -> None:
    """Raise NotPermitted unless the actor hosts the space (or the workshop above a sub-workshop)."""
    if not holds_at(actor, HOST, space):
        raise NotPermitted(_("这件事由%(title)s的主持人办理。主持人请在左上角换成主持人身份。") % {"title": space.title})


def check_can_describe(actor: Actor, space: Space) -> None:
    """Raise unless the actor may write what the space is for and its rules."""
    check_can_admit(actor, space)


def check_can_open(actor: Actor, org: Org) -> None:
    """Raise NotPermitted unless the actor opens spaces for the unit."""
    check_may(actor, OPEN, _("开坊由县级及以上管理员办理，这个单位不在您当前身份的范围里。"), path=org.path)


def check_can_moderate(actor: Actor, space: Space) -> None:
    """Raise NotPermitted unless the actor keeps order in the space."""
    if not holds_at(actor, MODERATE, space):
        raise NotPermitted(_("隐藏和恢复别人的发言由主持人或上级管理员办理。"))


def check_can_speak(actor: Actor, space: Space) -> None:
    """Raise unless the actor has the seat in this very space, or hosts it. Cost: at most 2 queries."""
    if actor.person_id is not None and (holds_at(actor, HOST, space) or memberships(actor).filter(space=space).exists()):
        return
    check_can_enter(actor, space)
    raise NotPermitted(_("发言、提问和签到请到您自己所在的坊。这里可以看，不能发。"))


def seat_at(space: str, person_id: int) -> Exists:
    """Return the condition that a person has a seat in the space of a row; `space`: the path to its id."""
    seats = Membership.objects.filter(person_id=person_id, state=MembershipState.MEMBER)
    return Exists(seats.filter(Q(space=OuterRef(space)) | Q(workshop=OuterRef(space))))
