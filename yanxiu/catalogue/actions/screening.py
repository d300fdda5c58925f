"""The inside of making resources public: their words pass the packs in force where their owner works."""

from datetime import datetime

from yanxiu.catalogue.models import Resource, ResourceVersion
from yanxiu.integrity import actions as integrity
from yanxiu.kit.rich_text import from_source

RESOURCE = "resource"
"""A resource as reports and measures name it."""
_FACTS = ("title", "intro", "topic", "source_note")


def thing_of(resource: Resource, *, snapshot: str = "") -> integrity.Thing:
    """Return a resource as it is named in reports and measures. No query when `unit` is loaded."""
    return integrity.Thing(
        object_type=RESOURCE, object_id=resource.pk, title=resource.title, snapshot=snapshot or resource.intro,
        person_id=resource.owner_id, unit_path=resource.unit.path, place=resource.unit.name, programme_id=resource.programme_id,
    )  # fmt: skip


def pass_facts(resource: Resource, *, at: datetime) -> None:
    """Judge what lists say of a resource, and cover what is masked; the caller saves it. Raises Invalid at the field. Cost: one query."""
    said = [getattr(resource, name) for name in _FACTS]
    found = integrity.screen(
        [*said, *resource.tags], fields=[*_FACTS, *("tags" for _tag in resource.tags)], path=resource.unit.path, at=at
    )  # fmt: skip
    for name, text in zip(_FACTS, found.texts, strict=False):
        setattr(resource, name, text)
    resource.tags = list(found.texts[len(_FACTS) :])
    _flag(found, resource, at=at)


def pass_text(resource: Resource, version: ResourceVersion, *, note: str, at: datetime) -> None:
    """Judge the text of a version and what is said of it (`note`), and keep both; the caller saves. Raises Invalid. Cost: one query."""
    found = integrity.screen([version.source, note], fields=["source", "note"], path=resource.unit.path, at=at)
    source, version.note = found.texts
    if source != version.source:
        version.source, version.body = source, from_source(source)
    _flag(found, resource, at=at)


def _flag(found: integrity.Screened, resource: Resource, *, at: datetime) -> None:
    integrity.flag(found, thing=thing_of(resource, snapshot="\n".join(one for one in found.texts if one)), at=at)
