"""Who may look at boards and take figures out."""

from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Programme

VIEW = Permission.INSIGHT_VIEW
EXPORT = Permission.INSIGHT_EXPORT


def check_can_export(actor: Actor, unit: Org) -> None:
    """Raise NotPermitted unless the actor may take a unit's list out of the platform."""
    check_may(actor, EXPORT, _("导出名单由县级及以上管理员办理。"), path=unit.path)


def check_can_keep(actor: Actor, programme: Programme) -> None:
    """Raise NotPermitted unless the actor is the system or looks at boards somewhere in the programme."""
    near = any(programme.owner_path.startswith(path) or path.startswith(programme.owner_path) for path in actor.paths(VIEW))
    if not (actor.is_system or near):
        raise NotPermitted(_("重算看板由这个方案的各级管理员办理。"))
