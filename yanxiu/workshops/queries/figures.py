"""Figures of workshops and communities by unit (monitoring, 002 §四): one look from a unit at what stands next below it."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from yanxiu.kit import sql
from yanxiu.orgs.models import Org
from yanxiu.workshops.models import Space, SpaceKind

SPANS = (30, 90, 365)
COMMUNITIES = (SpaceKind.SCHOOL_COMMUNITY, SpaceKind.REGIONAL_COMMUNITY)

# Of each unit, and of all together (unit NULL). People are counted once a unit, sub-workshops with their workshop; who takes part is a
# member who wrote, checked in or came to an activity in the time.
_FIGURES = """
WITH here AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::bigint[], %(mains)s::bigint[], %(units)s::bigint[]) AS h(id, main, unit)
), home AS MATERIALIZED (SELECT DISTINCT main AS id, unit FROM here),
seat AS MATERIALIZED (
    SELECT h.unit, h.id AS main, m.person_id FROM home h JOIN workshops_membership m ON m.workshop_id = h.id AND m.state = 'member'
), said AS MATERIALIZED (
    SELECT h.unit, h.main, p.id, p.kind, p.author_id, p.published_at >= %(since)s AS is_new
    FROM here h JOIN workshops_post p ON p.space_id = h.id AND p.state = 'published'
    WHERE p.published_at >= %(since)s OR p.kind = 'question'
), came AS (
    SELECT main, author_id AS person_id FROM said WHERE is_new
    UNION SELECT h.id, c.person_id FROM home h JOIN workshops_checkin c ON c.workshop_id = h.id AND c.at >= %(since)s
    UNION SELECT h.main, s.person_id FROM here h JOIN workshops_activityseat s ON s.space_id = h.id AND s.checked_in_at >= %(since)s
)
SELECT unit, sum(spaces)::int AS spaces, sum(members)::int AS members, sum(active)::int AS active, sum(posts)::int AS posts,
       sum(activities)::int AS activities, sum(resources)::int AS resources, sum(waiting)::int AS waiting
FROM (
    SELECT unit, count(*) AS spaces, 0 AS members, 0 AS active, 0 AS posts, 0 AS activities, 0 AS resources, 0 AS waiting
    FROM home GROUP BY GROUPING SETS ((unit), ())
    UNION ALL
    SELECT unit, 0, count(DISTINCT person_id), 0, 0, 0, 0, 0 FROM seat GROUP BY GROUPING SETS ((unit), ())
    UNION ALL
    SELECT s.unit, 0, 0, count(DISTINCT s.person_id), 0, 0, 0, 0 FROM seat s JOIN came c USING (main, person_id)
    GROUP BY GROUPING SETS ((s.unit), ())
    UNION ALL
    SELECT q.unit, 0, 0, 0, count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_new AND kind = 'activity'),
           count(*) FILTER (WHERE is_new AND kind = 'share'),
           count(*) FILTER (WHERE kind = 'question' AND NOT EXISTS (
               SELECT FROM workshops_post a WHERE a.parent_id = q.id AND a.kind = 'answer' AND a.state = 'published'
                   AND a.author_id <> q.author_id))
    FROM said q GROUP BY GROUPING SETS ((q.unit), ())
) x GROUP BY unit
"""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How many spaces, members (each once), members who took part, posts, activities and resources of the time, questions that wait."""

    spaces: int = 0
    members: int = 0
    active: int = 0
    posts: int = 0
    activities: int = 0
    resources: int = 0
    waiting: int = 0

    @property
    def share(self) -> int:
        """Per cent of the members who took part."""
        return self.active * 100 // self.members if self.members else 0


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """A unit next below (or the one looked from: `is_self`) with the figures of all spaces at and below it."""

    unit: Org
    is_self: bool
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class UnitFigures:
    """A unit's figures: `all` together, and row by row."""

    all: Figures
    rows: list[UnitRow]


SORTS = ("unit", *(field.name for field in fields(Figures)))


def unit_figures(found: QuerySet[Space], unit: Org, *, days: int, at: datetime, only: str = "", sort: str = "unit") -> UnitFigures:
    """Return the figures of the spaces at and below a unit, by what stands next below it; `only` "communities" or "workshops".

    A row without any space is left out. Cost: 3 queries.
    """
    found = found.filter(org__path__startswith=unit.path).exclude(kind=SpaceKind.PERSONAL)
    if only:
        kinds = Q(kind__in=COMMUNITIES)
        found = found.filter(kinds if only == "communities" else ~kinds)
    spaces = list(found.order_by().values_list("pk", "kind", "parent", "org__path"))
    below = [_next(path, unit) for *_facts, path in spaces]
    mains = [parent if kind == SpaceKind.SUB_WORKSHOP else pk for pk, kind, parent, _path in spaces]
    facts = {"ids": [row[0] for row in spaces], "mains": mains, "units": below, "since": at - timedelta(days=days)}
    counted = {row.pop("unit"): Figures(**row) for row in sql.rows(_FIGURES, facts)} if spaces else {}
    units = {one.pk: one for one in Org.objects.filter(pk__in=set(below)).order_by("path", "pk")}
    rows = [UnitRow(unit=one, is_self=pk == unit.pk, figures=counted[pk]) for pk, one in units.items() if pk in counted]
    return UnitFigures(all=counted.get(None, Figures()), rows=_sorted(rows, sort))


def _next(path: str, unit: Org) -> int:
    """The unit next below `unit` in which a path lies; `unit` itself for what stands at it."""
    rest = path.removeprefix(unit.path).split("/", 1)[0]
    return int(rest) if rest else unit.pk


def _sorted(rows: list[UnitRow], sort: str) -> list[UnitRow]:
    if sort not in SORTS or sort == "unit":
        return sorted(rows, key=lambda row: not row.is_self)
    return sorted(rows, key=lambda row: -getattr(row.figures, sort))
