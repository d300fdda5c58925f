"""Reads of what belongs to a space: documents, links, contacts, founders, and what must stand before it opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from yanxiu.workshops.models import (
    ContactRole,
    DocumentConfirmation,
    DocumentKind,
    Rearrangement,
    Space,
    SpaceContact,
    SpaceDocument,
    SpaceFounder,
    SpaceKind,
    SpaceLink,
)
from yanxiu.workshops.queries.people import hosts_of


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A linked space as seen from one: `space` is the other, `asked_us` whether it asked. `is_on`: both agreed."""

    link: SpaceLink
    space: Space
    asked_us: bool

    @property
    def is_on(self) -> bool:
        return self.link.accepted_at is not None


def documents_of(space: Space, *, person_id: int | None = None) -> list[SpaceDocument]:
    """Return the newest version of each document of a space (of the workshop, for a sub-workshop), in the order of their kinds.

    `is_confirmed` tells whether the person confirmed it. Cost: one query.
    """
    newest = Window(RowNumber(), partition_by=[F("kind")], order_by=F("version").desc())
    confirmed = Exists(DocumentConfirmation.objects.filter(document=OuterRef("pk"), person_id=person_id or 0))
    found = SpaceDocument.objects.filter(space_id=space.counted_id).annotate(place=newest, is_confirmed=confirmed).filter(place=1)
    order = list(DocumentKind.values)
    return sorted(found.select_related("file").order_by("pk"), key=lambda one: order.index(one.kind))


def versions_of(space: Space, kind: str) -> QuerySet[SpaceDocument]:
    """Return all versions of a document, the newest first. Cost: one query."""
    return SpaceDocument.objects.filter(space_id=space.counted_id, kind=kind).select_related("file").order_by("-version")


def confirmations_of(document: SpaceDocument) -> QuerySet[DocumentConfirmation]:
    """Return who confirmed a version, the latest first. Cost: one query."""
    return DocumentConfirmation.objects.filter(document=document).select_related("person__unit").order_by("-confirmed_at", "pk")


def lacking(space: Space, *, on: date) -> list[str]:
    """Return in words what must stand before a space opens and does not yet. Cost: at most 4 queries."""
    missing = []
    there = set(SpaceDocument.objects.filter(space=space).values_list("kind", flat=True)) if space.needs else set()
    for need in space.needs:
        if need in DocumentKind.values and need not in there:
            missing.append(str(DocumentKind(need).label))
        elif need == "tutor" and not hosts_of(space, on=on):
            missing.append(_("主持人或指导教师"))
        elif need == "subject" and not space.subject:
            missing.append(_("学科"))
        elif need == "expert_profiles" and not contacts_of(space).filter(role=ContactRole.EXPERT).exists():
            missing.append(_("专家介绍"))
    if space.is_joint:
        waiting = SpaceFounder.objects.filter(space=space, agreed_at__isnull=True, declined_at__isnull=True).count()
        if waiting:
            missing.append(_("%(n)s 位共同创建人的答复") % {"n": waiting})
    return missing


def contacts_of(space: Space) -> QuerySet[SpaceContact]:
    """Return whom the home of a space names. Cost: one query."""
    return SpaceContact.objects.filter(space_id=space.counted_id, ended_at__isnull=True).order_by("role", "pk")


def founders_of(space: Space) -> QuerySet[SpaceFounder]:
    """Return who was asked to found a space together. Cost: one query."""
    return SpaceFounder.objects.filter(space=space).select_related("person__unit").order_by("pk")


def links_of(space: Space, *, also_waiting: bool = False) -> list[Linked]:
    """Return the spaces linked with one, accepted ones first; `also_waiting` with those that have yet to answer. Cost: one query."""
    found = SpaceLink.objects.filter(Q(space_id=space.counted_id) | Q(other_id=space.counted_id), ended_at__isnull=True)
    if not also_waiting:
        found = found.filter(accepted_at__isnull=False)
    rows = found.select_related("space__org", "other__org").order_by(F("accepted_at").asc(nulls_last=True), "pk")
    return [
        Linked(link=row, space=row.other if row.space_id == space.counted_id else row.space, asked_us=row.other_id == space.counted_id)
        for row in rows
    ]


def linked_ids(space: Space, kind: str) -> list[int]:
    """Return the ids of the spaces that share something of a kind with this one. Cost: one query."""
    return [one.space.pk for one in links_of(space) if kind in one.link.kinds]


def rearrangements_of(workshop: Space) -> Sequence[Rearrangement]:
    """Return the newest moves of members in a workshop. Cost: one query."""
    return Rearrangement.objects.filter(workshop=workshop).order_by("-moved_at", "-pk")[:5]


def lower_of(space: Space) -> QuerySet[Space]:
    """Return what stands next below: lower workshops of a tree; below a community what is of its unit."""
    found = Space.objects.select_related("org")
    if space.kind == SpaceKind.REGIONAL_COMMUNITY:
        kinds = (SpaceKind.TEACHER_WORKSHOP, SpaceKind.SCHOOL_COMMUNITY, SpaceKind.TOPIC_WORKSHOP, SpaceKind.SUBJECT_WORKSHOP)
        below = found.filter(org__path__startswith=space.org.path, kind__in=kinds).exclude(pk=space.pk)
        return below.filter(programme_id=space.programme_id).order_by("org__path", "kind", "title", "pk")
    if space.kind == SpaceKind.SCHOOL_COMMUNITY:
        return found.filter(org=space.org_id, kind__in=(SpaceKind.PERSONAL, SpaceKind.TEACHER_WORKSHOP, SpaceKind.CLASS)).order_by(
            "kind", "title", "pk"
        )
    return found.filter(parent_id=space.counted_id).order_by("org__path", "title", "pk")
