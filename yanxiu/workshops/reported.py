"""What is told of spaces among what may be reported."""

from django.utils.translation import gettext as _

from yanxiu.integrity.actions import Thing
from yanxiu.integrity.reported import Kind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import covering
from yanxiu.workshops.actions.opening import SPACE


def _find(actor: Actor, space_id: int) -> Thing:
    found = permissions.visible_spaces(actor).select_related("org", "parent").filter(pk=space_id).first()
    if found is None:
        raise NotFound(_("没有找到这个工作坊。可能不在您参训的项目里，或不在您当前身份的范围里。"))
    return covering.thing_of(found)


SPACES = Kind(
    object_type=SPACE, find=_find, page="workshops:space", hide=covering.hide_intro, restore=covering.restore_intro, is_above=True
)  # fmt: skip
