"""Who may look at boards and take figures out."""

from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.rules import check_may
from yanxiu.orgs.models import Org

VIEW = Permission.INSIGHT_VIEW
EXPORT = Permission.INSIGHT_EXPORT


def check_can_export(actor: Actor, unit: Org) -> None:
    """Raise NotPermitted unless the actor may take a unit's list out of the platform."""
    check_may(actor, EXPORT, _("导出名单由县级及以上管理员办理。"), path=unit.path)
