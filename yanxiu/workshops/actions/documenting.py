"""Documents of a space (W-30): plan, task list, assessment method, rules; versions are kept, members confirm where the space asks."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yanxiu.drafts import actions as drafts
from yanxiu.files import actions as files
from yanxiu.files.actions import Ahead
from yanxiu.files.actions.uploading import Sent
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound
from yanxiu.kit.rich_text import from_source
from yanxiu.kit.text import plain
from yanxiu.records.actions import record
from yanxiu.workshops import drafting, permissions
from yanxiu.workshops.actions import counting, ordering
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import DocumentConfirmation, DocumentKind, Space, SpaceDocument

MOST_CHARS = 20_000
DOCUMENT = "space_document"


@transaction.atomic
def publish_document(
    *, space: Space, kind: str, title: str, source: str, by: Actor, at: datetime, asks: bool = False, file: StoredFile | None = None,
    sent: Sent | Ahead | None = None,
) -> SpaceDocument:  # fmt: skip
    """Publish a document as its next version; the words of now once more are no new version. 《工作坊规则》 are the rules of the space.

    `sent` is a new file, `file` one that stays from the version before. Raises NotPermitted; Invalid with the field; Conflict in a
    sub-workshop, which has the documents of its workshop.
    """
    permissions.check_can_describe(by, space)
    if space.is_sub:
        raise Conflict(_("子坊用所属工作坊的文件，请到%(title)s里发布。") % {"title": space.parent})
    if kind not in DocumentKind.values:
        raise Invalid(_("请选是哪一种文件。"), field="kind")
    title = plain(title) or DocumentKind(kind).label
    if len(title) > 120:
        raise Invalid(_("文件名最多 120 个字，现在 %(n)s 个。") % {"n": len(title)}, field="title")
    text = plain(source)
    if len(text) > MOST_CHARS:
        raise Invalid(_("正文最多 %(most)s 个字，现在 %(n)s 个，请删短或改传附件。") % {"most": MOST_CHARS, "n": len(text)}, field="source")
    if not text and file is None and sent is None:
        raise Invalid(_("请写正文，或传一个附件。"), field="source")
    found = ordering.screened([title, text], fields=["title", "source"], space=space, by=by, at=at)
    title, text = found.texts
    if sent is not None:
        file = files.receive(sent=sent, kind=Kind.DOCUMENT, by=by, at=at)
    locked = Space.objects.select_for_update(of=("self",), no_key=True).select_related("org").get(pk=space.pk)
    if by.person_id is not None:
        drafts.clear(key=drafting.document_key(space.pk, kind), by=by, at=at)
    written = write_version(locked, kind=kind, title=title, text=text, asks=asks, file=file, by=by, at=at)
    ordering.flag(found, space=locked, object_type=DOCUMENT, object_id=written.pk, title=title, by=by, at=at)
    return written


def write_version(
    space: Space, *, kind: str, title: str, text: str, asks: bool, file: StoredFile | None, by: Actor, at: datetime
) -> SpaceDocument:
    """Write the next version of a document of a space whose row is locked; the present one when nothing changed."""
    now = SpaceDocument.objects.filter(space=space, kind=kind, hidden_at__isnull=True).order_by("-version").first()
    if now is not None and (now.title, now.source, now.asks, now.file_id) == (title, text, asks, file.pk if file else None):
        return now
    last = SpaceDocument.objects.filter(space=space, kind=kind).aggregate(n=Max("version"))["n"] or 0
    written = SpaceDocument.objects.create(
        space=space, kind=kind, version=last + 1, title=title, source=text, body=from_source(text) if text else "", file=file, asks=asks,
        published_at=at, published_by=by.person_id, published_label=by.label[:120],
    )  # fmt: skip
    if kind == DocumentKind.RULES:
        lay_rules(space, text)
    record(
        SpaceEvent.DOCUMENT_PUBLISHED, object_id=written.pk, object_label=title, kind=kind, data={"version": written.version},
        by=by, at=at, **counting.where(space, None),
    )  # fmt: skip
    return written


def lay_rules(space: Space, text: str) -> None:
    """Let these be the rules of a space whose row is locked, and of its sub-workshops."""
    space.rules = text
    space.save(update_fields=["rules"])
    Space.objects.filter(parent=space, kind="sub_workshop").update(rules=text)


@transaction.atomic
def confirm_document(*, document: SpaceDocument, by: Actor, at: datetime) -> DocumentConfirmation:
    """Confirm that the own person has read a version (已读并遵守). Raises NotFound, NotPermitted, Conflict when a newer one is in force."""
    permissions.check_can_enter(by, document.space)
    person_id = permissions.person_of(by)
    if document.hidden_at is not None:
        raise NotFound(_("没有找到这份文件，可能已撤下。"))
    later = SpaceDocument.objects.filter(space=document.space, kind=document.kind, version__gt=document.version, hidden_at__isnull=True)
    if later.exists():
        raise Conflict(_("《%(title)s》有了新的一版，请看新版再确认。") % {"title": document.title})
    done = DocumentConfirmation.objects.filter(document=document, person_id=person_id).first()
    if done is not None:
        return done
    done = DocumentConfirmation(document=document, person_id=person_id, confirmed_at=at)
    sql.save_or_raise(done, {"workshops_confirmation_once": Conflict(_("已经确认过了。"))})
    record(
        SpaceEvent.DOCUMENT_CONFIRMED, object_id=document.pk, object_label=document.title, kind=document.kind,
        data={"version": document.version}, by=by, at=at, **counting.where(document.space, person_id),
    )  # fmt: skip
    return done
