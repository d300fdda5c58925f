"""Who may know of a space, enter it, speak in it and run it."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.orgs.models import Kind as OrgKind
from yanxiu.orgs.models import Org
from yanxiu.workshops.models import Joining, Membership, MembershipState, Space, SpaceKind, SpaceState
from yanxiu.workshops.permissions.reach import (
    HOST,
    MODERATE,
    OPEN,
    OPEN_COMMUNITY,
    WAITING,
    asked,
    granted,
    has_seat,
    holds_at,
    is_asked,
    is_open_to,
    is_public_to,
    memberships,
    open_to,
    overseen,
    oversees,
    public_to,
    seated,
)

FOUNDED_KINDS = (SpaceKind.TOPIC_WORKSHOP, SpaceKind.TEACHER_WORKSHOP)  # kinds of which hosts may found more


def enterable_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces the actor may be in: overseen ones, the own workshops once they are open (also beside the own sub-workshop),
    and public ones of her programmes and units.
    """
    return Space.objects.filter(overseen(actor) | seated(actor) & ~Q(state=SpaceState.PREPARING) | public_to(actor))


def visible_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces the actor may know of: enterable ones, the own, those that are open to her, and those that asked her."""
    return Space.objects.filter(overseen(actor) | seated(actor) | asked(actor) | open_to(actor) | public_to(actor))


def joinable_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the workshops the actor might ask to join: open to her and taking people, not hosted, no request or seat there yet."""
    held = Membership.objects.filter(workshop=OuterRef("pk"), person_id=actor.person_id or 0, state__in=(*WAITING, MembershipState.MEMBER))
    taking = Space.objects.filter(open_to(actor), joining__in=(Joining.OPEN, Joining.REQUEST)).exclude(state=SpaceState.CLOSED)
    return taking.filter(~Exists(held)).exclude(granted(actor, HOST))


def hosted_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces the actor hosts under the hat worn."""
    return Space.objects.filter(granted(actor, HOST))


def is_inside(actor: Actor, space: Space, *, seated: bool | None = None) -> bool:
    """Tell whether the actor may be in the space; `seated` says whether she has a seat, where that is known. Cost: at most 2 queries."""
    if oversees(actor, space):
        return True
    if space.state != SpaceState.PREPARING and (has_seat(actor, space) if seated is None else seated):
        return True
    return is_public_to(actor, space)


def check_can_see_space(actor: Actor, space: Space) -> None:
    """Raise NotFound unless the actor may know of the space. Cost: at most 5 queries."""
    if not (
        oversees(actor, space) or has_seat(actor, space) or is_open_to(actor, space) or is_public_to(actor, space) or is_asked(actor, space)
    ):
        raise NotFound(_("没有找到这个工作坊。可能不在您参训的项目里，或不在您当前身份的范围里。"))


def check_can_enter(actor: Actor, space: Space) -> None:
    """Raise NotFound, or NotPermitted when the actor only stands at the door. Cost: at most 6 queries."""
    if is_inside(actor, space):
        return
    check_can_see_space(actor, space)
    if space.state == SpaceState.PREPARING and has_seat(actor, space):
        raise NotPermitted(_("%(title)s还在筹备，规定的文件齐了由主持人开放，开放后就能进。") % {"title": space.title})
    raise NotPermitted(_("%(title)s里的内容入坊后可看。请先申请入坊，主持人认证后就能进。") % {"title": space.title})


def check_can_ask_to_join(actor: Actor, workshop: Space) -> None:
    """Raise unless the workshop is open to the actor, who does not host it, and takes people. Cost: 1 query, at most 5 for a refusal."""
    is_meant = is_open_to(actor, workshop)
    if not is_meant:
        check_can_see_space(actor, workshop)
    words = {"title": workshop.title}
    if holds_at(actor, HOST, workshop):
        raise Conflict(_("您是%(title)s的主持人，不占成员名额，也不用申请。") % words)
    if workshop.state == SpaceState.CLOSED:
        raise Conflict(_("%(title)s已经关闭，不再收人；里面的内容成员还可以看。") % words)
    if (is_meant and workshop.joining in (Joining.OPEN, Joining.REQUEST)) or is_asked(actor, workshop):
        return
    if actor.person_id is None or not is_meant:
        raise NotPermitted(_("%(title)s面向本项目、本范围的参训教师，您不在其中。有疑问请问学校管理员。") % words)
    if workshop.joining == Joining.ROSTER:
        raise Conflict(_("%(title)s按名单进坊，不用申请。名单里没有您时，请告诉主持人。") % words)
    if workshop.joining == Joining.CLOSED:
        raise Conflict(_("%(title)s暂不收人。要进来，请主持人邀请您。") % words)


def check_can_admit(actor: Actor, workshop: Space) -> None:
    """Raise unless the actor hosts the workshop or opens workshops for its unit."""
    if not holds_at(actor, OPEN, workshop):
        check_can_host(actor, workshop)


def check_can_host(actor: Actor, space: Space) -> None:
    """Raise NotPermitted unless the actor hosts the space (or the workshop above a sub-workshop)."""
    if not holds_at(actor, HOST, space):
        raise NotPermitted(_("这件事由%(title)s的主持人办理。主持人请在左上角换成主持人身份。") % {"title": space.title})


def owns(actor: Actor, space: Space) -> bool:
    """Tell whether it is the actor's own personal space. No query."""
    return space.kind == SpaceKind.PERSONAL and actor.person_id is not None and space.opened_by == actor.person_id


def check_can_describe(actor: Actor, space: Space) -> None:
    """Raise unless the actor may write what the space is for, its rules, and say which tools it has and who may look."""
    if not owns(actor, space):
        check_can_admit(actor, space)


def check_can_open_beside(actor: Actor, workshop: Space) -> None:
    """Raise unless the actor hosts the workshop (or opens spaces for its unit): such a one may open a new workshop beside it (W-10)."""
    check_can_admit(actor, workshop)
    if workshop.kind not in FOUNDED_KINDS:
        raise Conflict(_("%(kind)s由方案或管理员开，不能从这里再开一个。") % {"kind": workshop.get_kind_display()})


def hosts_at(actor: Actor, space: Space) -> bool:
    """Tell whether the actor hosts the space or opens spaces for its unit. No query when `org` is loaded."""
    return holds_at(actor, OPEN, space) or holds_at(actor, HOST, space)


def check_can_found(actor: Actor, org: Org) -> None:
    """Raise NotPermitted unless the actor may have a teacher workshop of her own at the unit: experts and trainers, and offices."""
    is_expert = any(grant.role == "expert" and org.path.startswith(grant.path) for grant in actor.grants)
    if not (is_expert or any(HOST in grant.permissions and org.path.startswith(grant.path) for grant in actor.grants)):
        check_can_open(actor, org)


def check_can_open_community(actor: Actor, school: Org) -> None:
    """Raise unless the actor administers the school, or opens spaces for its unit; Conflict for a unit that is no school."""
    if school.kind != OrgKind.SCHOOL or school.closed_on is not None:
        raise Conflict(_("学校社区属于一所学校，%(unit)s不能开。") % {"unit": school.name})
    if not actor.may(OPEN, path=school.path):
        words = {"school": school.name}
        check_may(actor, OPEN_COMMUNITY, _("%(school)s的社区由本校的学校管理员开。请换成本校学校管理员的身份。") % words, path=school.path)


def check_is_open(space: Space) -> None:
    """Raise Conflict when nothing may be written in the space any more."""
    if space.state == SpaceState.CLOSED:
        raise Conflict(_("%(title)s已经关闭，只能看，不能再写。要接着用，请主持人重新开放。") % {"title": space.title})


def check_can_open(actor: Actor, org: Org) -> None:
    """Raise NotPermitted unless the actor opens spaces for the unit."""
    check_may(actor, OPEN, _("开坊由县级及以上管理员办理，这个单位不在您当前身份的范围里。"), path=org.path)


def check_can_moderate(actor: Actor, space: Space) -> None:
    """Raise NotPermitted unless the actor keeps order in the space."""
    if not holds_at(actor, MODERATE, space):
        raise NotPermitted(_("隐藏和恢复别人的发言由主持人或上级管理员办理。"))


def check_can_speak(actor: Actor, space: Space) -> None:
    """Raise unless the actor has the seat in this very space, or hosts it. Cost: at most 2 queries."""
    if actor.person_id is not None and holds_at(actor, HOST, space):
        return check_is_open(space)
    if space.state != SpaceState.PREPARING and memberships(actor).filter(space=space).exists():
        return check_is_open(space)
    check_can_enter(actor, space)
    raise NotPermitted(_("发言、提问和签到请到您自己所在的坊。这里可以看，不能发。"))


def seat_at(space: str, person_id: int) -> Exists:
    """Return the condition that a person has a seat in the space of a row; `space`: the path to its id."""
    seats = Membership.objects.filter(person_id=person_id, state=MembershipState.MEMBER)
    return Exists(seats.filter(Q(space=OuterRef(space)) | Q(workshop=OuterRef(space))))
