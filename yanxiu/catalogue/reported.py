"""Resources among what may be reported."""

from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions
from yanxiu.catalogue.actions import hiding, screening
from yanxiu.integrity.actions import Thing
from yanxiu.integrity.reported import Kind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound


def _find(actor: Actor, resource_id: int) -> Thing:
    found = permissions.visible_resources(actor).select_related("unit").filter(pk=resource_id).first()
    if found is None:
        raise NotFound(_("没有找到这份资源。它可能已撤下，或不在您能看的资源库里。"))
    return screening.thing_of(found)


RESOURCES = Kind(
    object_type=screening.RESOURCE, find=_find, page="catalogue:resource", hide=hiding.hide_resource, restore=hiding.restore_resource
)  # fmt: skip
