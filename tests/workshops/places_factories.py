"""What belongs to a space, for tests: documents, links, founders, contacts, moves, exceptions of levels."""

from datetime import datetime

from tests.workshops.factories import AT
from yanxiu.kit.rich_text import from_source
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.workshops.models import (
    ContactRole,
    DocumentConfirmation,
    DocumentKind,
    LevelException,
    LinkKind,
    Rearrangement,
    RearrangementKind,
    Space,
    SpaceContact,
    SpaceDocument,
    SpaceFounder,
    SpaceLink,
)


def space_document(one: Space, *, kind: str = DocumentKind.RULES, version: int = 1, asks: bool = False, **facts) -> SpaceDocument:
    """A version of a document that is in force."""
    facts = {"title": DocumentKind(kind).label, "source": "四十八小时内回复提问", "published_at": AT, "published_label": "王老师"} | facts
    return SpaceDocument.objects.create(space=one, kind=kind, version=version, asks=asks, body=from_source(facts["source"]), **facts)


def document_confirmation(document: SpaceDocument, person: Person, *, at: datetime = AT) -> DocumentConfirmation:
    return DocumentConfirmation.objects.create(document=document, person=person, confirmed_at=at)


def space_link(one: Space, other: Space, *, kinds=tuple(LinkKind), accepted: bool = True) -> SpaceLink:
    """Two spaces that share; `accepted` False: the other has yet to agree."""
    return SpaceLink.objects.create(space=one, other=other, kinds=list(kinds), asked_at=AT, accepted_at=AT if accepted else None)


def space_contact(one: Space, *, role: str = ContactRole.EXPERT, name: str = "周怀远", **facts) -> SpaceContact:
    return SpaceContact.objects.create(space=one, role=role, name=name, named_at=AT, **facts)


def space_founder(one: Space, person: Person, **facts) -> SpaceFounder:
    return SpaceFounder.objects.create(space=one, person=person, asked_at=AT, **facts)


def rearrangement(one: Space, moves, *, kind: str = RearrangementKind.GROUPS) -> Rearrangement:
    return Rearrangement.objects.create(workshop=one, kind=kind, moves=moves, moved_at=AT)


def level_exception(one: Programme, *, stage: str = "初中", subject: str = "音乐", levels=("省", "市")) -> LevelException:
    return LevelException.objects.create(programme=one, stage=stage, subject=subject, levels=list(levels), set_at=AT)
