"""Who may bring files in and take them away. Who may read one is decided by the page that makes the link."""

from django.db.models import QuerySet

from yanxiu.access.permissions import Permission
from yanxiu.files.models import Rendition, RenditionState, StoredFile
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotPermitted

OPERATE = Permission.PORTAL_OPERATE


def check_can_store(actor: Actor) -> None:
    """Only people who are signed in, and the system, bring files in."""
    if actor.person_id is None and not actor.is_system:
        raise NotPermitted("登录后才能上传文件。请先登录，再传一次。")


def check_can_delete(actor: Actor, file: StoredFile) -> None:
    """Only who brought it in takes it away by itself; a domain that owns the thing around it acts as the system."""
    if not actor.is_system and (actor.person_id is None or actor.person_id != file.uploaded_by):
        raise NotPermitted(f"“{file.name}”不是您上传的，不能删除。请上传的人来删。")


def check_can_judge_links(actor: Actor) -> None:
    """Only the system refuses links, because of what happened to an account."""
    if not actor.is_system:
        raise NotPermitted("链接随账号停用而失效，不能手工办。")


def check_can_convert(actor: Actor, file: StoredFile) -> None:
    """The system converts; who brought the file in, and operators, may ask for it again."""
    if not actor.is_system and not actor.may(OPERATE) and (actor.person_id is None or actor.person_id != file.uploaded_by):
        raise NotPermitted(f"“{file.name}”不是您上传的，不能要求再转。请上传的人或运维来办。")


def visible_unconverted(actor: Actor) -> QuerySet[Rendition]:
    """Return what was not converted, for whom looks after the installation."""
    found = Rendition.objects.filter(file__deleted_at__isnull=True).exclude(state=RenditionState.DONE)
    return found if actor.may(OPERATE) else found.none()
