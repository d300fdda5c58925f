"""Make a resource: draft, save, files, finish a version, begin the next, take it away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yanxiu.catalogue import counting, drafting, permissions
from yanxiu.catalogue.actions import hiding, screening, writing
from yanxiu.catalogue.events import ResourceEvent
from yanxiu.catalogue.models import (
    Licence,
    Originality,
    Resource,
    ResourceFile,
    ResourceKind,
    ResourceState,
    ResourceVersion,
    Shelving,
)
from yanxiu.drafts import actions as drafts
from yanxiu.files import actions as files
from yanxiu.files.actions.uploading import Sent
from yanxiu.files.kinds import Kind
from yanxiu.kit import rich_text
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import characters, plain
from yanxiu.people.models import Person
from yanxiu.records.actions import record

MOST_FILES = 20
MOST_TAGS = 6
LEAST_WORDS = 10
MOST_SOURCE = 60_000
KINDS = (Kind.DOCUMENT, Kind.VIDEO, Kind.AUDIO, Kind.IMAGE, Kind.ARCHIVE)


class ResourceLocked(Conflict):
    """The resource cannot be changed as it stands now."""

    code = "resource_locked"


@dataclass(frozen=True, kw_only=True)
class ResourceFacts:
    """What its owner says of a resource; `source` is the text in the light markup of `kit.rich_text`."""

    title: str
    kind: str
    intro: str = ""
    stage: str = ""
    subject: str = ""
    topic: str = ""
    tags: Sequence[str] = ()
    originality: str = Originality.OWN
    source_note: str = ""
    licence: str = Licence.STUDY
    is_downloadable: bool = True
    source: str = ""


@transaction.atomic
def draft_resource(*, facts: ResourceFacts, by: Actor, at: datetime) -> Resource:
    """Begin a resource that only its owner sees. Raises NotPermitted; Invalid. Cost: 5 queries."""
    permissions.check_can_make_resources(by)
    values = _checked(facts, is_draft=True)
    owner = Person.objects.select_related("unit").get(pk=by.person_id or 0)
    if owner.unit is None:
        raise Invalid(_("您还没有任职单位，资源不知道归哪所学校。请学校管理员先登记任职单位。"))
    programme_id = counting.programme_of(owner.pk, at=at)
    resource = Resource.objects.create(
        owner=owner, owner_label=owner.name, unit=owner.unit, programme_id=programme_id, created_at=at, saved_at=at, **values
    )
    ResourceVersion.objects.create(resource=resource, number=1, **_text(facts))
    _record(ResourceEvent.DRAFTED, resource, by=by, at=at)
    drafts.clear(key=drafting.resource_key(None), by=by, at=at)
    return resource


@transaction.atomic
def save_resource(*, resource: Resource, facts: ResourceFacts, by: Actor, at: datetime) -> Resource:
    """Keep what its owner changed: the text of the version being written; the facts while it is on no shelf.

    Raises NotPermitted, ResourceLocked; Invalid. Cost: 6 queries.
    """
    permissions.check_can_correct_resource(by, resource)
    resource = locked(resource.pk)
    version = _open(resource)
    values = _checked(facts, is_draft=True)
    if not is_on_a_way(resource):
        for name, value in values.items():
            setattr(resource, name, value)
        if resource.state != ResourceState.DRAFT:
            screening.pass_facts(resource, at=at)
    resource.saved_at = at
    resource.save(update_fields=[*values, "saved_at"])
    for name, value in _text(facts).items():
        setattr(version, name, value)
    version.save(update_fields=["source", "body"])
    if resource.state != ResourceState.DRAFT:
        _record(ResourceEvent.CORRECTED, resource, by=by, at=at)
    drafts.clear(key=drafting.resource_key(resource.pk), by=by, at=at)
    return resource


@transaction.atomic
def add_resource_file(*, resource: Resource, sent: Sent | files.Ahead, kind: Kind, by: Actor, at: datetime) -> ResourceFile:
    """Add a file to the version being written. Raises NotPermitted, ResourceLocked; Invalid with what is wrong with it. Cost: 9 queries."""
    permissions.check_can_correct_resource(by, resource)
    version = _open(locked(resource.pk))
    held = ResourceFile.objects.filter(version=version)
    if held.count() >= MOST_FILES:
        raise Invalid(_("一份资源最多 %(most)s 个文件，先移除不要的再加。") % {"most": MOST_FILES}, field="file")
    if kind not in KINDS:
        raise Invalid(_("请选文档、视频、音频、图片或压缩包。"), field="file")
    stored = files.receive(sent=sent, kind=kind, by=by, at=at)
    last = held.aggregate(last=Max("number"))["last"] or 0
    return ResourceFile.objects.create(version=version, file=stored, number=last + 1)


@transaction.atomic
def remove_resource_file(*, file: ResourceFile, by: Actor, at: datetime) -> None:
    """Take a file out of the version being written; earlier versions keep it. Raises NotPermitted, ResourceLocked. Cost: 5 queries."""
    resource = file.version.resource
    permissions.check_can_correct_resource(by, resource)
    version = _open(locked(resource.pk))
    if version.pk != file.version_id:
        raise ResourceLocked(_("这个文件属于已经定稿的一版，不能移除。要换文件，请出新版。"))
    ResourceFile.objects.filter(pk=file.pk).delete()
    if not ResourceFile.objects.filter(file=file.file_id).exists():
        files.delete(file=file.file, by=SYSTEM, at=at)


@transaction.atomic
def finish_resource(*, resource: Resource, note: str = "", is_declared: bool, by: Actor, at: datetime) -> Resource:
    """Release the version being written: it is in its owner's library, and can be handed in. `is_declared`: the statement was ticked.

    Raises NotPermitted, ResourceLocked; Invalid with the field. Cost: 8 queries.
    """
    permissions.check_can_finish(by, resource)
    resource = locked(resource.pk)
    version = _open(resource)
    _check_whole(resource, version, is_declared=is_declared)
    screening.pass_facts(resource, at=at)
    screening.pass_text(resource, version, note=plain(note)[:200], at=at)
    version.released_at = at
    version.save(update_fields=["released_at", "note", "source", "body"])
    is_first = resource.state == ResourceState.DRAFT
    resource.state, resource.version, resource.saved_at = ResourceState.KEPT, version.number, at
    resource.kept_at = resource.kept_at or at
    resource.save(update_fields=["state", "version", "saved_at", "kept_at", "title", "intro", "topic", "source_note", "tags"])
    written = _record(ResourceEvent.UPLOADED if is_first else ResourceEvent.REVISED, resource, by=by, at=at)
    if is_first:
        Resource.objects.filter(pk=resource.pk).update(record_id=written)
        resource.record_id = written
    return resource


@transaction.atomic
def revise_resource(*, resource: Resource, by: Actor, at: datetime) -> ResourceVersion:
    """Begin the next version with what the last one has; readers keep seeing the old one until a library took the new one.

    Raises NotPermitted, ResourceLocked. Cost: 8 queries.
    """
    permissions.check_can_correct_resource(by, resource)
    resource = locked(resource.pk)
    open_ = ResourceVersion.objects.filter(resource=resource, released_at__isnull=True).first()
    if resource.state != ResourceState.KEPT or open_ is not None:
        raise ResourceLocked(_("“%(title)s”已有一版在写，先把它写完。") % {"title": resource.title})
    last = ResourceVersion.objects.get(resource=resource, number=resource.version)
    version = ResourceVersion.objects.create(resource=resource, number=last.number + 1, source=last.source, body=last.body)
    carried = ResourceFile.objects.filter(version=last).order_by("number")
    ResourceFile.objects.bulk_create(ResourceFile(version=version, file_id=one.file_id, number=one.number) for one in carried)
    _record(ResourceEvent.CORRECTED, resource, by=by, at=at)
    return version


@transaction.atomic
def withdraw_resource(*, resource: Resource, reason: str, by: Actor, at: datetime) -> Resource:
    """Take a resource away from all shelves; it counts no more, its history stays. A draft is deleted.

    Raises NotPermitted, ResourceLocked; Invalid without a reason. Cost: 8 queries, and 8 a chain that is open.
    """
    permissions.check_can_withdraw_resource(by, resource)
    resource = locked(resource.pk)
    if resource.state == ResourceState.WITHDRAWN:
        raise ResourceLocked(_("“%(title)s”已经撤下了。") % {"title": resource.title})
    said = plain(reason)
    if not said:
        raise Invalid(_("请写明撤下的原因，收藏和用过它的老师会看到。"), field="reason")
    hiding.clear_away(resource, reason=said, by=by, at=at)
    if not resource.title:
        resource.title = _("未命名的草稿")
    resource.kept_at, resource.version = resource.kept_at or at, max(1, resource.version)
    resource.save(update_fields=["state", "withdrawn_at", "withdrawn_reason", "record_id", "title", "kept_at", "version"])
    _record(ResourceEvent.WITHDRAWN, resource, by=by, at=at)
    return resource


def locked(resource_id: int) -> Resource:
    """Return the resource as it is now, locked until the end of the transaction. Cost: one query."""
    found = Resource.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "owner")
    return found.get(pk=resource_id)


def is_on_a_way(resource: Resource) -> bool:
    """Tell whether it lies before a library or stands on a shelf: then what lists say of it stays. Cost: one query."""
    return Shelving.objects.filter(resource=resource, state__in=permissions.OPEN_STATES).exists()


def _open(resource: Resource) -> ResourceVersion:
    version = ResourceVersion.objects.filter(resource=resource, released_at__isnull=True).first()
    if resource.state == ResourceState.WITHDRAWN or version is None:
        raise ResourceLocked(_("“%(title)s”的这一版已经定稿。要改，请先点“出新版”。") % {"title": resource.title})
    return version


def _text(facts: ResourceFacts) -> dict[str, str]:
    return {"source": facts.source, "body": rich_text.from_source(facts.source) if facts.source.strip() else ""}


def _checked(facts: ResourceFacts, *, is_draft: bool) -> dict[str, object]:
    """Return the values of the row; a draft may lack what is asked for later, but not hold what is never right."""
    for value, allowed, field in (
        (facts.kind, ResourceKind.values, "kind"), (facts.originality, Originality.values, "originality"),
        (facts.licence, Licence.values, "licence"),
    ):  # fmt: skip
        if value not in allowed:
            raise Invalid(_("没有“%(value)s”这一项，请从列出的里面选。") % {"value": value}, field=field)
    if facts.stage:
        writing.check_stage(facts.stage)
    if facts.subject:
        writing.check_subject(facts.subject)
    if len(facts.source) > MOST_SOURCE:
        words = {"count": len(facts.source), "most": MOST_SOURCE}
        raise Invalid(_("正文有 %(count)s 字，最多 %(most)s 字。长的请传成文档。") % words, field="source")
    title = " ".join(plain(facts.title).split())
    return {
        "title": writing.check_title(title) if title or not is_draft else "",
        "kind": facts.kind,
        "intro": plain(facts.intro)[:500],
        "stage": facts.stage,
        "subject": facts.subject,
        "topic": plain(facts.topic)[:60],
        "tags": _tags(facts.tags),
        "originality": facts.originality,
        "source_note": plain(facts.source_note)[:200],
        "licence": facts.licence,
        "is_downloadable": facts.is_downloadable,
    }


def _tags(tags: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(" ".join(plain(tag).split()) for tag in tags if plain(tag).strip()))
    if len(kept) > MOST_TAGS:
        raise Invalid(_("标签有 %(count)s 个，最多 %(most)s 个。") % {"count": len(kept), "most": MOST_TAGS}, field="tags")
    if any(len(tag) > 20 for tag in kept):
        raise Invalid(_("每个标签最多 20 字，标签之间用空格或逗号隔开。"), field="tags")
    return kept


def _check_whole(resource: Resource, version: ResourceVersion, *, is_declared: bool) -> None:
    """Raise Invalid for the first thing that a finished resource lacks."""
    if not resource.title:
        raise Invalid(_("标题还空着，请写上。"), field="title")
    if not resource.stage or not resource.subject:
        raise Invalid(_("请选学段和学科，别人才找得到。"), field="stage" if not resource.stage else "subject")
    if resource.originality != Originality.OWN and not resource.source_note:
        raise Invalid(_("改编或收集的，请写明原作者和出处。"), field="source_note")
    if characters(version.source) < LEAST_WORDS and not ResourceFile.objects.filter(version=version).exists():
        raise Invalid(_("还没有内容：请写正文（至少 %(least)s 字），或传一个文件。") % {"least": LEAST_WORDS}, field="source")
    if not is_declared:
        raise Invalid(_("请勾选版权声明：内容是自己的，或已得到许可并写明出处。"), field="is_declared")


def _record(event: ResourceEvent, resource: Resource, *, by: Actor, at: datetime) -> int:
    return record(
        event, object_id=resource.pk, object_label=resource.title or resource.kind, kind=resource.kind, person_id=resource.owner_id,
        unit_path=resource.unit.path, by=by, at=at, data={"version": resource.version},
    )  # fmt: skip
