"""Reads of libraries: how large they are, how what stands there is used, how far units are with what is asked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from yanxiu.catalogue.models import LibraryQuota, QuotaUse, Resource, ResourceReader, ResourceUse, ShelfCount, Shelving, ShelvingState
from yanxiu.kit import clock
from yanxiu.kit.paging import Page, page_of
from yanxiu.orgs.models import Kind, Org


@dataclass(frozen=True, kw_only=True)
class LibraryCount:
    """A library with how much stands there, and how much of it is featured."""

    org: Org
    count: int
    featured: int


def libraries(orgs: QuerySet[Org], *, ids: set[int]) -> list[LibraryCount]:
    """Return the libraries of these units with their size, the widest first. Cost: one query."""
    sums = ShelfCount.objects.filter(org=OuterRef("pk")).order_by().values("org")
    rows = orgs.filter(pk__in=ids).exclude(kind=Kind.NATION).order_by("path", "pk")
    counted = rows.annotate(
        n=Coalesce(Subquery(sums.annotate(n=Sum("shelved")).values("n")), 0),
        best=Coalesce(Subquery(sums.annotate(n=Sum("featured")).values("n")), 0),
    )
    order = {Kind.PROVINCE: 0, Kind.CITY: 1, Kind.COUNTY: 2, Kind.ZONE: 2}
    found = [LibraryCount(org=one, count=one.n, featured=one.best) for one in counted]
    return sorted(found, key=lambda one: (-order.get(Kind(one.org.kind), 3), one.org.path))


def quotas(org: Org) -> list[LibraryQuota]:
    """Return what a library asks now or will, the first to end first. Cost: one query."""
    found = LibraryQuota.objects.filter(org=org, ended_at__isnull=True).select_related("org")
    return list(found.order_by("until_on", "kind", "pk"))


def quota_rows(quota: LibraryQuota, *, number: int) -> Page[Org]:
    """Return a page of the units directly below a library with what each has `taken`, got `shelved`, is `short` of. Cost: 1 query."""
    use = QuotaUse.objects.filter(quota=quota, unit=OuterRef("pk")).values("taken")[:1]
    shelved = (
        Shelving.objects.filter(org=quota.org_id, from_unit=OuterRef("pk"), state=ShelvingState.SHELVED)
        .filter(_of_kind(quota.kind), shelved_at__gte=clock.start_of(quota.from_on), shelved_at__lt=clock.end_of(quota.until_on))
        .order_by().values("from_unit").annotate(n=Count("pk")).values("n")
    )  # fmt: skip
    below = Org.objects.filter(parent=quota.org_id, closed_on__isnull=True)
    rows = below.annotate(taken=Coalesce(Subquery(use), 0), shelved=Coalesce(Subquery(shelved), 0))
    rows = rows.annotate(short=Greatest(Value(quota.at_least) - F("taken"), 0))
    return page_of(rows.order_by("taken", "name", "pk"), number=number, size=50)


def places_left(unit: Org, *, at: datetime) -> list[tuple[LibraryQuota, int]]:
    """Return the quotas that bind a unit now, each with how many places it has taken. Cost: two queries."""
    on = clock.day(at)
    bound = LibraryQuota.objects.filter(org=unit.parent_id or 0, ended_at__isnull=True, from_on__lte=on, until_on__gte=on)
    found = list(bound.select_related("org").order_by("until_on", "kind", "pk"))
    taken = dict(QuotaUse.objects.filter(quota__in=found, unit=unit).values_list("quota_id", "taken")) if found else {}
    return [(quota, taken.get(quota.pk, 0)) for quota in found]


@dataclass(frozen=True, kw_only=True)
class Use:
    """How a resource is used: people, pages opened, files taken along, and what those who rated it think."""

    people: int
    views: int
    downloads: int
    favourites: int
    stars: float | None
    ratings: int


def with_use(found: QuerySet[Resource]) -> QuerySet[Resource]:
    """Return the resources with how each was used since it is there; `use_of` reads it."""
    from_days = ResourceUse.objects.filter(resource=OuterRef("pk")).order_by().values("resource")
    return found.annotate(
        views=Coalesce(Subquery(from_days.annotate(n=Sum("views")).values("n")), 0),
        downloads=Coalesce(Subquery(from_days.annotate(n=Sum("downloads")).values("n")), 0),
        people=_readers(Count("pk")), favourites=_readers(Count("favourite_at")), ratings=_readers(Count("stars")),
        stars=_readers(Avg("stars"), nothing=None),
    )  # fmt: skip


def use_of(resource: Resource) -> Use:
    """Return how a resource was used since it is there. Cost: one query, none when it came `with_use`."""
    row = resource if hasattr(resource, "ratings") else with_use(Resource.objects.filter(pk=resource.pk)).get()
    return Use(**{name: getattr(row, name) for name in ("people", "views", "downloads", "favourites", "stars", "ratings")})


def unit_counts(org: Org, *, since: date) -> list[Any]:
    """Return what each unit below brought to a library since a day: recommended, shelved, featured, used; most first. Cost: one query."""
    rows = Shelving.objects.filter(org=org, from_unit__isnull=False, asked_at__gte=clock.start_of(since)).order_by()
    is_shelved = Q(state=ShelvingState.SHELVED)
    return list(
        rows.values("from_unit", "from_unit__name")
        .annotate(
            recommended=Count("pk"), shelved=Count("pk", filter=is_shelved), featured=Count("featured_at"),
            returned=Count("pk", filter=Q(state__in=[ShelvingState.RETURNED, ShelvingState.REFUSED])),
            uses=Coalesce(Sum("uses", filter=is_shelved), 0),
        )
        .order_by("-shelved", "from_unit__name", "from_unit")
    )  # fmt: skip


def _readers(aggregate: Count | Avg, *, nothing: int | None = 0) -> object:
    readers = ResourceReader.objects.filter(resource=OuterRef("pk"))
    rows = readers.order_by().values("resource").annotate(n=aggregate).values("n")
    return Subquery(rows) if nothing is None else Coalesce(Subquery(rows), nothing)


def _of_kind(kind: str) -> Q:
    return Q(kind=kind) if kind else Q()
