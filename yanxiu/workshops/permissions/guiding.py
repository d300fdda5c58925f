"""Who guides workshops below (W-39) and follows lessons (W-40): hosts, by the tree of their workshop."""

from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.workshops.models import LessonFollow, Space
from yanxiu.workshops.permissions.reach import HOST, OPEN, guides, holds_at
from yanxiu.workshops.permissions.spaces import check_can_host


def check_can_guide_space(actor: Actor, lower: Space) -> None:
    """Raise unless the actor hosts the workshop next above this one. No query when `org` and `parent` are loaded."""
    if lower.parent is None or lower.is_sub:
        raise Conflict(_("%(title)s没有上一级工作坊，跟进指导由上一级的主持人办理。") % {"title": lower.title})
    if actor.person_id is None or not guides(actor, lower, above=lower.parent_id):
        raise NotPermitted(_("跟进指导由%(title)s的主持人办理。") % {"title": lower.parent.title})


def check_can_divide(actor: Actor, upper: Space) -> None:
    """Raise unless the actor hosts the workshop, or opens workshops for its unit: they divide the work among the hosts."""
    if not holds_at(actor, OPEN, upper):
        check_can_host(actor, upper)


def check_can_see_lower(actor: Actor, upper: Space) -> None:
    """Raise unless the actor hosts the workshop or one above it, or opens workshops for its unit."""
    if not (holds_at(actor, HOST, upper) or holds_at(actor, OPEN, upper) or guides(actor, upper)):
        raise NotPermitted(_("下级坊的跟进情况由%(title)s的主持人和上级办公室看。") % {"title": upper.title})


def check_can_follow(actor: Actor, space: Space) -> None:
    """Raise NotPermitted unless the actor hosts the workshop."""
    check_can_host(actor, space)


def check_can_carry_on(actor: Actor, follow: LessonFollow) -> None:
    """Raise unless the actor is the host who follows the lesson, and still hosts there."""
    if not (holds_at(actor, HOST, follow.space) or guides(actor, follow.space)):
        raise NotFound(_("没有找到这次优课跟进。"))
    if actor.person_id is None or actor.person_id != follow.host_id:
        raise NotPermitted(_("这节优课由%(host)s跟进，节点和总结由本人写。") % {"host": follow.host_label})
    check_can_host(actor, follow.space)
