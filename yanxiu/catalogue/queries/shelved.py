"""What stands on the shelf of a library, found by words and narrowed by facets, with how many each value of a facet leaves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from yanxiu.catalogue.models import ResourceWords, ShelfCount, Shelving, ShelvingState
from yanxiu.kit import search, sql
from yanxiu.kit.paging import Page, page_with

SORTS = ("best", "newest", "used", "featured")
FACETS = ("kind", "stage", "subject")
MOST_COUNTED = 2_000  # so many resources with the words are counted and ranked; where more have them, the shelf is walked in its order
SMALL = 2_000  # a shelf of so many is read whole


@dataclass(frozen=True, kw_only=True)
class LibraryFilters:
    """What narrows a library; "" = not asked. `featured`: only the best."""

    text: str = ""
    kind: str = ""
    stage: str = ""
    subject: str = ""
    featured: str = ""
    sort: str = ""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A page of a library, how many each value of a facet leaves (the others as they are), and how many fit.

    `is_more`: `total` and more. `is_uncounted`: the words stand in so many that the facets say what there is, not how often.
    """

    page: Page[Shelving]
    facets: Mapping[str, Counter[str]]
    total: int
    is_more: bool = False
    is_uncounted: bool = False


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """So many of a kind, stage and subject, and which, where that is asked."""

    kind: str
    stage: str
    subject: str
    n: int
    ids: Sequence[int] = ()


_ON_SHELF: Final = "s.org_id = %(org)s AND s.state = 'shelved'"
_SAYS: Final = "w.words @@ to_tsquery('simple', %(asked)s)"
_COLUMNS: Final = "s.id, s.kind, s.stage, s.subject"
_COUNTED: Final = "SELECT kind, stage, subject, count(*) AS n, array_agg(id) AS ids FROM ({}) s GROUP BY kind, stage, subject"
# From the words to the shelf, until there are too many: `OFFSET 0` keeps the planner from walking the shelf.
_BY_WORDS: Final = """
SELECT {columns} FROM (SELECT w.resource_id FROM catalogue_resourcewords w WHERE {says} OFFSET 0) w
JOIN LATERAL (SELECT s.* FROM catalogue_shelving s WHERE s.resource_id = w.resource_id AND {fits} OFFSET 0) s ON TRUE
LIMIT %(most)s
"""
# From the shelf to the words: a question that has one answer a row is never turned into a join.
_BY_SHELF: Final = """
SELECT {columns} FROM catalogue_shelving s
WHERE {fits} AND (SELECT {says} FROM catalogue_resourcewords w WHERE w.resource_id = s.resource_id) {order} LIMIT %(most)s OFFSET %(first)s
"""
_BY_TITLE: Final = """
SELECT {columns} FROM catalogue_shelving s JOIN catalogue_resource r ON r.id = s.resource_id WHERE {fits} AND r.title ILIKE %(like)s
LIMIT %(most)s
"""
_RANKED: Final = """
SELECT s.id AS pk FROM catalogue_shelving s LEFT JOIN catalogue_resourcewords w ON w.resource_id = s.resource_id
WHERE s.id = ANY(%(ids)s::bigint[]) {order} LIMIT %(most)s OFFSET %(first)s
"""
_ALL: Final = "SELECT s.id AS pk FROM catalogue_shelving s WHERE {fits} {order} LIMIT %(most)s OFFSET %(first)s"
_ORDERS: Final = {
    "newest": "ORDER BY s.shelved_at DESC, s.id DESC",
    "used": "ORDER BY s.uses DESC, s.id DESC",
    "featured": "ORDER BY s.featured_at DESC NULLS LAST, s.shelved_at DESC, s.id DESC",
    "best": "ORDER BY ts_rank(w.words, to_tsquery('simple', %(asked)s)) DESC NULLS LAST, s.uses DESC, s.id DESC",
}


def on_shelf(org_id: int) -> QuerySet[Shelving]:
    """Return what stands on the shelf of a unit."""
    return Shelving.objects.filter(org=org_id, state=ShelvingState.SHELVED)


def narrowed(shelvings: QuerySet[Shelving], filters: LibraryFilters) -> QuerySet[Shelving]:
    """Return the shelvings that fit, in no order."""
    if filters.text:
        shelvings = shelvings.filter(_says(filters.text))
    for name in FACETS:
        if value := getattr(filters, name):
            shelvings = shelvings.filter(**{name: value})
    return shelvings.filter(featured_at__isnull=False) if filters.featured else shelvings


def exported(shelvings: QuerySet[Shelving], filters: LibraryFilters) -> QuerySet[Shelving]:
    """Return what a list of a library takes along, the newest first."""
    return narrowed(shelvings, filters).select_related("resource__unit", "from_unit").order_by("-shelved_at", "-pk")


def shelf(org_id: int, filters: LibraryFilters, *, number: int, size: int = 20) -> Shelf:
    """Return a page of the library of a unit with its facets. Cost: 3 queries, 4 or 5 with words; the size of the shelf is no matter."""
    counts = _counts(org_id, featured=bool(filters.featured))
    bounds = {"most": size + 1, "first": (number - 1) * size}
    with sql.planned("fresh"):
        if not filters.text:
            statement = _ALL.format(fits=_fits(filters), order=_ORDERS["newest" if filters.sort in ("", "best") else filters.sort])
            rows = sql.rows(statement, _facts(org_id, filters) | bounds)
            return Shelf(page=_page(rows, number, size), facets=_facets(counts, filters), total=_total(counts, filters))
        return _said(org_id, filters, counts, number=number, size=size, bounds=bounds)


def _said(org_id: int, filters: LibraryFilters, counts: Sequence[_Standing], *, number: int, size: int, bounds: Mapping[str, int]) -> Shelf:
    """Return a page of what has the words."""
    facts, is_uncounted = _facts(org_id, filters), False
    holding = _holding(facts, replace(filters, kind="", stage="", subject=""), counts)
    facets = _facets(holding, filters)
    if sum(one.n for one in holding) > MOST_COUNTED:
        is_uncounted, facets = True, _facets(counts, filters)
        holding = _holding(facts, filters, counts) if _is_narrowed(filters) else holding
    fitting = [pk for one in _fitting(holding, filters) for pk in one.ids]
    order = _ORDERS.get(filters.sort, _ORDERS["best"])
    if len(fitting) > MOST_COUNTED and facts["asked"]:
        order = _ORDERS["used"] if order is _ORDERS["best"] else order
        rows = sql.rows(_BY_SHELF.format(columns="s.id AS pk", fits=_fits(filters), says=_SAYS, order=order), {**facts, **bounds})
    else:
        ids = "{" + ",".join(map(str, fitting)) + "}"
        rows = sql.rows(_RANKED.format(order=order), {**facts, **bounds, "ids": ids}) if fitting else []
    return Shelf(
        page=_page(rows, number, size), facets=facets, total=min(len(fitting), MOST_COUNTED), is_more=len(fitting) > MOST_COUNTED,
        is_uncounted=is_uncounted,
    )  # fmt: skip


def _holding(facts: Mapping[str, object], filters: LibraryFilters, counts: Sequence[_Standing]) -> list[_Standing]:
    """Return what has the words, one more than are counted at most. Signs alone are looked for in titles."""
    by_words = _BY_SHELF if _total(counts, filters) <= SMALL else _BY_WORDS
    statement = by_words if facts["asked"] else _BY_TITLE
    written = statement.format(columns=_COLUMNS, fits=_fits(filters), says=_SAYS, order="")
    return [_Standing(**row) for row in sql.rows(_COUNTED.format(written), {**facts, "most": MOST_COUNTED + 1, "first": 0})]


def _counts(org_id: int, *, featured: bool) -> list[_Standing]:
    name = "featured" if featured else "shelved"
    rows = ShelfCount.objects.filter(org=org_id, **{f"{name}__gt": 0}).order_by("kind", "stage", "subject")
    return [_Standing(kind=kind, stage=stage, subject=subject, n=n) for kind, stage, subject, n in rows.values_list(*FACETS, name)]


def _facets(standing: Iterable[_Standing], filters: LibraryFilters) -> dict[str, Counter[str]]:
    counted: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for one in standing:
        unfit = [name for name in FACETS if getattr(filters, name) not in ("", getattr(one, name))]
        for name in FACETS:
            if not unfit or unfit == [name]:
                counted[name][getattr(one, name)] += one.n
    return counted


def _fitting(standing: Iterable[_Standing], filters: LibraryFilters) -> list[_Standing]:
    return [one for one in standing if all(getattr(filters, name) in ("", getattr(one, name)) for name in FACETS)]


def _total(standing: Iterable[_Standing], filters: LibraryFilters) -> int:
    return sum(one.n for one in _fitting(standing, filters))


def _is_narrowed(filters: LibraryFilters) -> bool:
    return any(getattr(filters, name) for name in FACETS)


def _fits(filters: LibraryFilters) -> str:
    """Return the condition on a shelving, words left out."""
    asked = [_ON_SHELF, *(f"s.{name} = %({name})s" for name in FACETS if getattr(filters, name))]
    return " AND ".join([*asked, "s.featured_at IS NOT NULL"] if filters.featured else asked)


def _facts(org_id: int, filters: LibraryFilters) -> dict[str, object]:
    like = filters.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    facets = {name: getattr(filters, name) for name in FACETS}
    return {"org": org_id, "asked": search.query(filters.text), "like": f"%{like}%", **facets}


def _page(rows: Sequence[Mapping[str, int]], number: int, size: int) -> Page[Shelving]:
    ids = page_with([row["pk"] for row in rows], number=number, size=size)
    held = Shelving.objects.select_related("resource__unit").in_bulk(ids.rows)
    return Page(rows=[held[pk] for pk in ids.rows if pk in held], number=number, has_more=ids.has_more)


def _says(text: str) -> Q:
    """The words asked for stand in it; signs alone are looked for in titles."""
    asked = search.query(text)
    if not asked:
        return Q(resource__title__icontains=text)
    query = SearchQuery(asked, search_type="raw", config="simple")
    return Q(resource__in=ResourceWords.objects.filter(words=query).values("resource_id"))
