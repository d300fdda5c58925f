"""Who may issue, remind, and look at what was issued."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.notices.models import Delivery, Notice
from yanxiu.orgs.models import Org

ISSUE = Permission.NOTICES_ISSUE
REMIND = Permission.NOTICES_REMIND


def visible_deliveries(actor: Actor) -> QuerySet[Delivery]:
    """Return what the actor has received."""
    return Delivery.objects.filter(person_id=actor.person_id) if actor.person_id is not None else Delivery.objects.none()


def check_can_read(actor: Actor, delivery: Delivery) -> None:
    """Raise NotFound unless the message was sent to the actor."""
    if actor.person_id is None or actor.person_id != delivery.person_id:
        raise NotFound(_("没有找到这条消息。它可能是发给别人的。"))


def visible_notices(actor: Actor) -> QuerySet[Notice]:
    """Return what was issued by units in the actor's scope, with its receipts."""
    return Notice.objects.filter(reduce(or_, (Q(org__path__startswith=path) for path in actor.paths(ISSUE)), Q(pk__in=[])))


def check_can_see_notice(actor: Actor, notice: Notice) -> None:
    """Raise NotFound unless the notice was issued by a unit in the actor's scope."""
    if notice.org is None or not actor.may(ISSUE, path=notice.org.path):
        raise NotFound(_("没有找到这份通知，或不在您当前身份的范围里。"))


def check_can_issue(actor: Actor, org: Org) -> None:
    """Raise NotPermitted unless the actor issues notices for the unit."""
    check_may(actor, ISSUE, _("通知由本单位或上级的管理员发布。"), path=org.path)


def check_can_remind(actor: Actor) -> None:
    """Raise NotPermitted unless the actor reminds people somewhere; who is outside the scope is left out by the action."""
    if not actor.is_system and not actor.paths(REMIND):
        raise NotPermitted(_("催办由学校或上级的管理员发出。请在左上角换一个身份。"))


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted unless the platform itself acts."""
    if not actor.is_system:
        raise NotPermitted(_("截止前的提醒按日程自动发出，不从网页办理。"))
