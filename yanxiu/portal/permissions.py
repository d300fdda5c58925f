"""Who takes what a person shows of herself out of sight, and who reads what everybody did."""

from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.rules import check_may
from yanxiu.people.models import Person


def check_can_hide_introduction(actor: Actor, person: Person) -> None:
    """Raise NotPermitted unless the actor keeps order for an office where the person works."""
    check_may(actor, Permission.INTEGRITY_MODERATE, _("别人的介绍由管理员按规则处理。"), path=person.unit_path)


def check_can_read_records(actor: Actor) -> None:
    """Raise NotPermitted unless the hat audits."""
    check_may(actor, Permission.RECORDS_VIEW, _("记录由审计查看和导出。请换到审计的身份。"))
