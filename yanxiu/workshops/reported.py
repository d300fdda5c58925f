"""What is told of spaces among what may be reported: their introductions, documents, and whom their home pages name."""

from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.integrity.actions import Thing
from yanxiu.integrity.reported import Kind
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import covering
from yanxiu.workshops.actions.arranging import CONTACT
from yanxiu.workshops.actions.documenting import DOCUMENT
from yanxiu.workshops.actions.opening import SPACE
from yanxiu.workshops.models import SpaceContact


def _space(actor: Actor, space_id: int) -> Thing:
    found = permissions.visible_spaces(actor).select_related("org", "parent").filter(pk=space_id).first()
    if found is None:
        raise NotFound(_("没有找到这个工作坊。可能不在您参训的项目里，或不在您当前身份的范围里。"))
    return covering.thing_of(found)


def _document(actor: Actor, document_id: int) -> Thing:
    found = permissions.visible_documents(actor).select_related("space__org").filter(pk=document_id).first()
    if found is None:
        raise NotFound(_("没有找到这份文件，可能已撤下。"))
    return covering.thing_of_document(found)


def _contact(actor: Actor, contact_id: int) -> Thing:
    named = SpaceContact.objects.filter(space__in=permissions.visible_spaces(actor), ended_at__isnull=True)
    found = named.select_related("space__org").filter(pk=contact_id).first()
    if found is None:
        raise NotFound(_("首页上没有这一位，可能已撤下。"))
    return covering.thing_of_contact(found)


def _home_of_contact(actor: Actor, contact_id: int) -> str:
    """The home page that names her, for whoever may know of the space. Cost: one query."""
    named = SpaceContact.objects.filter(pk=contact_id, space__in=permissions.visible_spaces(actor))
    space_id = named.values_list("space", flat=True).first()
    return reverse("workshops:space_page", args=[space_id]) if space_id is not None else ""


SPACES = Kind(
    object_type=SPACE, find=_space, page="workshops:space", hide=covering.hide_intro, restore=covering.restore_intro, is_above=True
)  # fmt: skip
DOCUMENTS = Kind(
    object_type=DOCUMENT, find=_document, page="workshops:document", hide=covering.hide_document, restore=covering.restore_document,
    is_above=True,
)  # fmt: skip
CONTACTS = Kind(
    object_type=CONTACT, find=_contact, address=_home_of_contact, hide=covering.hide_contact, restore=covering.restore_contact,
    is_above=True,
)  # fmt: skip
