"""Who takes part: of a person, of a programme, counted by unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from yanxiu.kit import sql
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, EnrolmentState, Programme, Withdrawal
from yanxiu.programmes.queries.audience import admission
from yanxiu.programmes.queries.plans import plan_of


@dataclass(frozen=True, kw_only=True)
class UnitCount:
    """Teachers of one unit and all below it. `eligible`: the plan admits them; `enrolled` and `left` are participants."""

    id: int
    name: str
    path: str
    is_self: bool
    teachers: int
    eligible: int
    enrolled: int
    left: int
    waiting: int

    @property
    def share(self) -> float | None:
        """Share enrolled of those the plan admits; None when it admits nobody here."""
        return self.enrolled / self.eligible if self.eligible else None


_UNIT_COUNTS = """
WITH audience AS (
    SELECT DISTINCT stage, subject FROM unnest(%(stages)s::text[], %(subjects)s::text[]) AS a(stage, subject)
), teachers AS (
    SELECT COALESCE(NULLIF(split_part(p.unit_path, '/', %(depth)s), ''), '0')::bigint AS child,
           e.state,
           EXISTS (SELECT 1 FROM audience a WHERE a.stage = t.stage AND a.subject IN ('', t.subject)) AS eligible
    FROM people_person p
    LEFT JOIN people_teaching t ON t.person_id = p.id AND t.is_main
    LEFT JOIN programmes_enrolment e ON e.person_id = p.id AND e.programme_id = %(programme_id)s
    WHERE p.unit_path LIKE %(prefix)s
), counts AS (
    SELECT child, count(*) AS teachers,
           count(*) FILTER (WHERE eligible OR state IS NOT NULL) AS eligible,
           count(*) FILTER (WHERE state = 'active') AS enrolled,
           count(*) FILTER (WHERE state = 'left') AS "left",
           count(*) FILTER (WHERE eligible AND state IS NULL) AS waiting
    FROM teachers GROUP BY child
)
SELECT o.id, o.name, o.path, o.id = %(unit_id)s AS is_self, COALESCE(c.teachers, 0) AS teachers, COALESCE(c.eligible, 0) AS eligible,
       COALESCE(c.enrolled, 0) AS enrolled, COALESCE(c."left", 0) AS "left", COALESCE(c.waiting, 0) AS waiting
FROM orgs_org o
LEFT JOIN counts c ON c.child = CASE WHEN o.id = %(unit_id)s THEN 0 ELSE o.id END
WHERE (o.parent_id = %(unit_id)s AND o.closed_on IS NULL) OR o.id = %(unit_id)s
ORDER BY o.id <> %(unit_id)s, o.id
"""


def unit_counts(programme: Programme, unit: Org) -> list[UnitCount]:
    """Count teachers, admitted, enrolled and left for a unit's own staff (`is_self`, first) and each unit below. Cost: one query."""
    if programme.current_id is None:
        return []
    allowed = admission(plan_of(programme.current_id))
    depth = unit.path.count("/") + 1
    found = sql.rows(
        _UNIT_COUNTS,
        {
            "stages": allowed.stages,
            "subjects": allowed.subjects,
            "depth": depth,
            "programme_id": programme.pk,
            "prefix": unit.path + "%",
            "unit_id": unit.pk,
        },
    )
    return [UnitCount(**row) for row in found]


def programmes_of_person(person_id: int) -> QuerySet[Enrolment]:
    """Return a person's enrolments in all programmes, newest first, with programme, owner and unit (F-02). Cost: one query."""
    return Enrolment.objects.filter(person_id=person_id).select_related("programme__owner", "unit").order_by("-enrolled_at", "-pk")


def active_enrolment(person_id: int, programme_id: int) -> Enrolment | None:
    """Return the person's place in a programme unless left. Cost: one query."""
    found = Enrolment.objects.filter(person_id=person_id, programme_id=programme_id, state=EnrolmentState.ACTIVE)
    return found.select_related("programme", "unit").order_by("pk").first()


def participants(
    found: QuerySet[Enrolment], *, words: str = "", state: str = "", unit_path: str = "", stage: str = ""
) -> QuerySet[Enrolment]:
    """Narrow visible participants by name or initials, state, unit and stage; in order of unit and name."""
    if words:
        found = found.filter(Q(person__name__icontains=words) | Q(person__initials__istartswith=words) | Q(person__staff_number=words))
    if state in EnrolmentState.values:
        found = found.filter(state=state)
    if unit_path:
        found = found.filter(unit_path__startswith=unit_path)
    if stage:
        found = found.filter(stage=stage)
    return found.select_related("person", "unit", "version").defer("version__source").order_by("unit_path", "person__sort_key", "pk")


def candidates(programme: Programme, *, words: str, paths: Sequence[str]) -> list[Person]:
    """Find at most 20 people by name, initials or staff number under the paths who are not taking part now. Cost: one query."""
    words = words.strip()
    if not words or not paths:
        return []
    place = Q(pk__in=[])
    for path in paths:
        place |= Q(unit_path__startswith=path)
    named = Q(name__icontains=words) | Q(initials__istartswith=words) | Q(staff_number=words)
    here = Enrolment.objects.filter(programme=programme, person=OuterRef("pk"), state=EnrolmentState.ACTIVE)
    found = Person.objects.filter(place, named, ~Exists(here), unit_path__startswith=programme.owner_path)
    return list(found.select_related("unit").order_by("sort_key", "pk")[:20])


def withdrawals(found: QuerySet[Withdrawal], *, state: str = "") -> QuerySet[Withdrawal]:
    """Return applications to leave with person, unit and programme, oldest waiting first."""
    if state:
        found = found.filter(state=state)
    return found.select_related("enrolment__person", "enrolment__unit", "enrolment__programme").order_by("-state", "applied_at", "pk")
