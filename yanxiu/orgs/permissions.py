"""Who may see and change units. Every check has its queryset twin; a property test keeps them equal."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.orgs.models import Org

VIEW = "orgs.view"
REGISTER = "orgs.register"
RENAME = "orgs.rename"
MOVE = "orgs.move"
CLOSE = "orgs.close"


def check_can_see_unit(actor: Actor, unit: Org) -> None:
    """Raise NotFound unless the unit lies inside the scope of `orgs.view`."""
    if not actor.may(VIEW, path=unit.path):
        raise NotFound(_("没有找到这个单位。可能已撤销，或不在您当前身份的范围里。"))


def visible_units(actor: Actor) -> QuerySet[Org]:
    """Return the units which `check_can_see_unit` lets the actor see, closed ones too."""
    return units_with(actor, VIEW)


def check_can_manage_unit(actor: Actor, unit: Org, permission: str) -> None:
    """Raise NotPermitted unless the permission reaches the unit from above: nobody changes the unit that he heads."""
    check_can_see_unit(actor, unit)
    if unit.parent_id is None or not actor.may(permission, path=_parent_path(unit)):
        raise NotPermitted(_("单位的名称、隶属和存废由它的上级办理。"))


def manageable_units(actor: Actor, permission: str) -> QuerySet[Org]:
    """Return the visible units whose parent lies inside the scope of the permission."""
    paths = actor.paths(permission)
    below = reduce(or_, (Q(path__startswith=path) & ~Q(path=path) for path in paths), Q(pk__in=[]))
    return visible_units(actor).filter(below, parent__isnull=False)


def check_can_register_under(actor: Actor, parent: Org) -> None:
    """Raise unless the actor may found units under this one."""
    check_can_see_unit(actor, parent)
    if not actor.may(REGISTER, path=parent.path):
        raise NotPermitted(_("登记下级单位由这里的管理员办理，当前身份不行。"))


def check_can_move(actor: Actor, unit: Org, *, to: Org) -> None:
    """Raise unless the actor's scope holds the parents of both ends (AZ-10)."""
    check_can_manage_unit(actor, unit, MOVE)
    if not actor.may(MOVE, path=to.path):
        raise NotPermitted(_("改隶要由两边共同的上级办理，新的上级单位不在您的范围里。"))


def units_with(actor: Actor, permission: str) -> QuerySet[Org]:
    """Return the units at which the actor holds the permission."""
    return Org.objects.filter(reduce(or_, (Q(path__startswith=path) for path in actor.paths(permission)), Q(pk__in=[])))


def _parent_path(unit: Org) -> str:
    return unit.path[: unit.path.rstrip("/").rfind("/") + 1]
