"""Spaces as an office lists them: narrowed by what they are, found by name or unit, in an order."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, DateTimeField, F, IntegerField, Max, OrderBy, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yanxiu.orgs.models import Org, Stage
from yanxiu.workshops.models import Level, Post, PostState, Space, SpaceKind, SpaceState
from yanxiu.workshops.queries.spaces import unanswered, with_org

SORTS: Mapping[str, tuple[str | OrderBy, ...]] = {
    "": ("path",),
    "name": ("title",),
    "members": (F("member_count").desc(),),
    "waiting": (F("waiting").desc(),),
    "last": (F("last_at").desc(nulls_last=True),),
    "quiet": (F("last_at").asc(nulls_first=True),),
}
KINDS = [kind for kind in SpaceKind if kind != SpaceKind.PERSONAL]


@dataclass(frozen=True, kw_only=True)
class SpaceFilters:
    """What a list of spaces is narrowed to; "" and None = all. `text` is looked for in titles and names of units."""

    kind: str = ""
    stage: str = ""
    subject: str = ""
    level: str = ""
    state: str = ""
    programme: int | None = None
    unit: Org | None = None
    text: str = ""
    sort: str = ""


@dataclass(frozen=True, kw_only=True)
class Narrowings:
    """What a list could be narrowed to: subjects, and programmes by id with their titles, that occur in it."""

    subjects: list[str]
    programmes: dict[int, str]


def narrowings(found: QuerySet[Space]) -> Narrowings:
    """Return the subjects and programmes that occur among spaces. Cost: one query."""
    rows = found.order_by().values_list("subject", "programme", "programme__title").distinct()[:2_000]
    subjects, programmes = set(), {}
    for subject, number, title in rows:
        subjects.add(subject)
        if number is not None:
            programmes[number] = title
    return Narrowings(subjects=sorted(subjects - {""}), programmes=dict(sorted(programmes.items(), reverse=True)))


def listed(found: QuerySet[Space]) -> QuerySet[Space]:
    """Return the workshops and communities among spaces: personal ones are found from their people."""
    return found.exclude(kind=SpaceKind.PERSONAL)


def narrowed(found: QuerySet[Space], by: SpaceFilters) -> QuerySet[Space]:
    """Return the spaces that the filters leave, with `waiting` (open questions) and `last_at` (last word), sub-workshops under theirs."""
    for name, values in (("kind", SpaceKind.values), ("stage", Stage.values), ("level", Level.values), ("state", SpaceState.values)):
        if getattr(by, name) in values:
            found = found.filter(**{name: getattr(by, name)})
    if by.subject:
        found = found.filter(subject=by.subject)
    if by.programme is not None:
        found = found.filter(programme=by.programme)
    if by.unit is not None:
        found = found.filter(org__path__startswith=by.unit.path)
    if by.text:
        found = found.filter(Q(title__icontains=by.text) | Q(org__name__icontains=by.text))
    words = Post.objects.filter(space=OuterRef("pk"), state=PostState.PUBLISHED).order_by().values("space")
    open_ones = unanswered(Post.objects.filter(space=OuterRef("pk"))).order_by().values("space").annotate(n=Count("pk")).values("n")
    rows = with_org(found).annotate(
        waiting=Coalesce(Subquery(open_ones, output_field=IntegerField()), 0),
        last_at=Subquery(words.annotate(last=Max("published_at")).values("last"), output_field=DateTimeField()),
    )
    return rows.order_by(*SORTS.get(by.sort, SORTS[""]), "pk")
