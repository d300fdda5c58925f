"""A draft is its owner's alone."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanxiu.drafts.models import Draft
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted


def visible_drafts(actor: Actor) -> QuerySet[Draft]:
    """Return the own drafts, discarded ones too."""
    return Draft.objects.filter(person_id=actor.person_id) if actor.person_id is not None else Draft.objects.none()


def check_can_see_draft(actor: Actor, draft: Draft) -> None:
    """Raise NotFound unless it is the actor's own."""
    if actor.person_id is None or draft.person_id != actor.person_id:
        raise NotFound(_("没有找到这份草稿。草稿只有写的人看得到。"))


def check_can_keep(actor: Actor) -> int:
    """Return who keeps a draft. Raises NotPermitted for nobody and the system."""
    if actor.person_id is None:
        raise NotPermitted(_("草稿由登录的本人存。请先登录。"))
    return actor.person_id


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts."""
    if not actor.is_system:
        raise NotPermitted(_("到期的草稿由后台清理。"))
