"""Reads of what belongs to a space: documents, links, contacts, founders, and what must stand before it opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.orgs.models import Org
from yanxiu.workshops.models import (
    ContactRole,
    DocumentConfirmation,
    DocumentKind,
    LinkKind,
    Post,
    PostKind,
    PostState,
    Rearrangement,
    Space,
    SpaceContact,
    SpaceDocument,
    SpaceFounder,
    SpaceKind,
    SpaceLink,
    SpaceState,
    Visibility,
)
from yanxiu.workshops.queries.people import hosts_of

MOST_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A linked space as seen from one: `space` is the other, `asked_us` whether it asked. `is_on`: both agreed."""

    link: SpaceLink
    space: Space
    asked_us: bool

    @property
    def is_on(self) -> bool:
        return self.link.accepted_at is not None

    @property
    def words(self) -> str:
        """What flows between the two."""
        return "、".join(str(LinkKind(kind).label) for kind in self.link.kinds)


@dataclass(frozen=True, kw_only=True)
class SpacePage:
    """The page of a subject or topic: documents in force, essence posts, resources and cases marked there and in linked spaces."""

    documents: Sequence[SpaceDocument]
    essence: Sequence[Post]
    resources: Sequence[Post]
    cases: Sequence[Post]
    linked: Sequence[Linked]


_AROUND = """
SELECT (SELECT count(DISTINCT d.kind) FROM workshops_spacedocument d WHERE d.space_id = %(space)s AND d.hidden_at IS NULL) AS documents,
    (SELECT count(*) FROM workshops_spacedocument d WHERE d.space_id = %(space)s AND d.asks AND d.hidden_at IS NULL
        AND NOT EXISTS (SELECT FROM workshops_spacedocument n WHERE n.space_id = d.space_id AND n.kind = d.kind AND n.version > d.version
            AND n.hidden_at IS NULL)
        AND NOT EXISTS (SELECT FROM workshops_documentconfirmation c WHERE c.document_id = d.id AND c.person_id = %(person)s)
        AND %(is_member)s) AS to_confirm,
    (SELECT count(*) FROM workshops_post p WHERE p.space_id = %(space)s AND p.parent_id IS NULL AND p.state = 'published'
        AND p.essence_at IS NOT NULL) AS essence,
    (SELECT count(*) FROM workshops_spacecontact c WHERE c.space_id = %(space)s AND c.ended_at IS NULL) AS contacts,
    (SELECT count(*) FROM workshops_space s JOIN workshops_space u ON u.id = s.parent_id
        WHERE s.parent_id = %(space)s AND (s.visibility <> 'hidden' OR u.visibility = 'hidden')) AS lower,
    (SELECT count(*) FROM workshops_spacelink l WHERE %(space)s IN (l.space_id, l.other_id) AND l.accepted_at IS NOT NULL
        AND l.ended_at IS NULL) AS linked,
    (SELECT count(*) FROM workshops_checkin c WHERE c.workshop_id = %(space)s AND c.person_id = %(person)s) AS came,
    (SELECT max(c."on") FROM workshops_checkin c WHERE c.workshop_id = %(space)s AND c.person_id = %(person)s) AS came_on
"""


@dataclass(frozen=True, kw_only=True)
class Around:
    """How much belongs to a space. `to_confirm`: documents in force she has yet to confirm; `came`: how often she checked in."""

    documents: int
    to_confirm: int
    essence: int
    contacts: int
    lower: int
    linked: int
    came: int
    came_on: date | None


def around(space: Space, *, person_id: int | None) -> Around:
    """Count what belongs to a space (of the workshop, for a sub-workshop). Cost: one query."""
    facts = {"space": space.counted_id, "person": person_id or 0, "is_member": person_id is not None}
    return Around(**sql.rows(_AROUND, facts, plan="kept")[0])


def documents_of(space: Space, *, person_id: int | None = None) -> list[SpaceDocument]:
    """Return the version in force of each document of a space (of the workshop, for a sub-workshop), in the order of their kinds.

    `is_confirmed` tells whether the person confirmed it. Cost: one query.
    """
    newest = Window(RowNumber(), partition_by=[F("kind")], order_by=F("version").desc())
    confirmed = Exists(DocumentConfirmation.objects.filter(document=OuterRef("pk"), person_id=person_id or 0))
    shown = SpaceDocument.objects.filter(space_id=space.counted_id, hidden_at__isnull=True)
    found = shown.annotate(place=newest, is_confirmed=confirmed).filter(place=1)
    order = list(DocumentKind.values)
    return sorted(found.select_related("file").order_by("pk"), key=lambda one: order.index(one.kind))


def versions_of(space: Space, kind: str) -> QuerySet[SpaceDocument]:
    """Return all versions of a document that are not hidden, the newest first. Cost: one query."""
    shown = SpaceDocument.objects.filter(space_id=space.counted_id, kind=kind, hidden_at__isnull=True)
    return shown.select_related("file").order_by("-version")


def confirmations_of(document: SpaceDocument) -> QuerySet[DocumentConfirmation]:
    """Return who confirmed a version, the latest first. Cost: one query."""
    return DocumentConfirmation.objects.filter(document=document).select_related("person__unit").order_by("-confirmed_at", "pk")


def lacking(space: Space, *, on: date) -> list[str]:
    """Return in words what must stand before a space opens and does not yet. Cost: at most 4 queries."""
    missing = []
    shown = SpaceDocument.objects.filter(space=space, hidden_at__isnull=True)
    there = set(shown.values_list("kind", flat=True)) if space.needs else set()
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


def flows_out(post: Post) -> bool:
    """Tell whether a linked space shows the post once it is essence, as `page_of` reads it. Cost: one query."""
    if post.kind == PostKind.CASE or post.space.visibility == Visibility.HIDDEN:
        return False
    kind = LinkKind.RESOURCE if post.kind == PostKind.SHARE else LinkKind.ESSENCE
    found = SpaceLink.objects.filter(
        Q(space_id=post.space_id) | Q(other_id=post.space_id), accepted_at__isnull=False, ended_at__isnull=True
    )
    return found.filter(kinds__contains=[kind]).exists()


def rearrangements_of(workshop: Space) -> QuerySet[Rearrangement]:
    """Return the newest moves of members in a workshop. Cost: one query."""
    return Rearrangement.objects.filter(workshop=workshop).order_by("-moved_at", "-pk")[:5]


def lower_of(space: Space, *, known: QuerySet[Space]) -> QuerySet[Space]:
    """Return what stands next below: lower workshops of a tree; below a community what is of its unit.

    `known`: `permissions.visible_spaces(actor)`; of what is hidden, and of personal spaces not shown to all, only what is among them.
    """
    kept_apart = Q(visibility=Visibility.HIDDEN) | Q(kind=SpaceKind.PERSONAL) & ~Q(visibility=Visibility.PUBLIC)
    found = Space.objects.select_related("org").filter(~kept_apart | Q(pk__in=known.values("pk")))
    if space.kind == SpaceKind.REGIONAL_COMMUNITY:
        kinds = (SpaceKind.TEACHER_WORKSHOP, SpaceKind.SCHOOL_COMMUNITY, SpaceKind.TOPIC_WORKSHOP, SpaceKind.SUBJECT_WORKSHOP)
        below = found.filter(org__path__startswith=space.org.path, kind__in=kinds).exclude(pk=space.pk)
        return below.filter(programme=space.programme).order_by("org__path", "kind", "title", "pk")
    if space.kind == SpaceKind.SCHOOL_COMMUNITY:
        return found.filter(org=space.org_id, kind__in=(SpaceKind.PERSONAL, SpaceKind.TEACHER_WORKSHOP, SpaceKind.CLASS)).order_by(
            "kind", "title", "pk"
        )
    return found.filter(parent_id=space.counted_id).order_by("org__path", "title", "pk")


def to_link(found: QuerySet[Space], space: Space, *, text: str = "") -> QuerySet[Space]:
    """Return spaces with which one might be linked: other main spaces, not linked or asked yet, by title."""
    held = SpaceLink.objects.filter(ended_at__isnull=True)
    taken = Q(pk__in=held.filter(space=space).values("other")) | Q(pk__in=held.filter(other=space).values("space"))
    main = found.exclude(kind__in=(SpaceKind.PERSONAL, SpaceKind.SUB_WORKSHOP)).exclude(pk=space.pk).exclude(taken)
    return (main.filter(title__icontains=text[:40]) if text else main).select_related("org").order_by("title", "pk")


def page_of(space: Space) -> SpacePage:
    """Read the page of a subject or topic (S-13): what its tree and the spaces linked with it have marked as essence. Cost: 3 queries."""
    linked = links_of(space)
    sharing = {kind: [one.space.pk for one in linked if kind in one.link.kinds] for kind in (LinkKind.ESSENCE, LinkKind.RESOURCE)}
    marked = Post.objects.filter(state=PostState.PUBLISHED, parent__isnull=True, essence_at__isnull=False)
    own = Q(space_id=space.counted_id) | Q(space__path__contains=f"/{space.counted_id}/")
    flowing = Q(space__in=sharing[LinkKind.ESSENCE]) & ~Q(kind__in=(PostKind.SHARE, PostKind.CASE))
    flowing |= Q(space__in=sharing[LinkKind.RESOURCE], kind=PostKind.SHARE)
    open_to_all = ~Q(space__visibility=Visibility.HIDDEN)
    newest = Window(RowNumber(), partition_by=[F("kind")], order_by=[F("essence_at").desc(), F("pk").desc()])
    found = marked.filter(open_to_all, own | flowing).annotate(place=newest).filter(place__lte=MOST_SHOWN)
    rows = list(found.select_related("space").order_by("-essence_at", "-pk"))
    kinds = {PostKind.SHARE: "resources", PostKind.CASE: "cases"}
    parts: dict[str, list[Post]] = {"essence": [], "resources": [], "cases": []}
    for row in rows:
        parts[kinds.get(PostKind(row.kind), "essence")].append(row)
    listed = [one for one in linked if one.space.visibility != Visibility.HIDDEN]
    return SpacePage(documents=documents_of(space), linked=listed, **{name: some[:MOST_SHOWN] for name, some in parts.items()})


def community_of(school: Org) -> Space | None:
    """Return the community of a school that is not closed, by a plan or by hand; None when it has none. Cost: one query."""
    open_ones = Space.objects.filter(org=school, kind=SpaceKind.SCHOOL_COMMUNITY).exclude(state=SpaceState.CLOSED)
    return open_ones.select_related("programme").order_by("pk").first()
