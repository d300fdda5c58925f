"""Plans of study for their pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from yanxiu.fieldwork.models import ItemKind, PlanItem, PlanLevel, PlanState, StudyPlan
from yanxiu.fieldwork.queries.progress import values_of
from yanxiu.kit import clock

LOADED = ("programme", "unit", "person", "parent", "follows")


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """An item of a plan with how much of it is done; `serves` is the item above that it takes up."""

    item: PlanItem
    value: Decimal
    is_late: bool

    @property
    def is_done(self) -> bool:
        return self.value >= self.item.target

    @property
    def due_at(self) -> datetime | None:
        """The end of the day by which it is meant to be done."""
        return clock.end_of(self.item.due) if self.item.due else None

    @property
    def status(self) -> str:
        """The word of the `duty` component."""
        return "met" if self.is_done else "late" if self.is_late else "open" if self.value else "todo"


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """A plan with its items; `above` are the items of the plan it rests on, with whether some item here takes them up."""

    plan: StudyPlan
    lines: Sequence[ItemLine]
    above: Sequence[tuple[PlanItem, bool]]

    @property
    def done(self) -> int:
        return sum(line.is_done for line in self.lines)

    @property
    def late(self) -> int:
        return sum(line.is_late and not line.is_done for line in self.lines)

    @property
    def covered(self) -> int:
        return sum(taken for _, taken in self.above)


def plan_page(plan: StudyPlan, *, person_id: int | None, at: datetime) -> PlanPage:
    """Return a plan with its items, counted for a person, and what of the plan above they cover. Cost: at most 3 queries."""
    items = list(PlanItem.objects.filter(plan=plan).select_related("course", "serves").order_by("position", "pk"))
    values = values_of(plan, person_id=person_id)
    today: date = clock.day(at)
    lines = [ItemLine(item=one, value=values.get(one.pk, Decimal(0)), is_late=one.due is not None and one.due < today) for one in items]
    return PlanPage(plan=plan, lines=lines, above=_above(plan, {one.serves_id for one in items}))


def own_plans(visible: QuerySet[StudyPlan], person_id: int) -> list[StudyPlan]:
    """Return a person's own plans, the newest programme and the draft first. Cost: one query."""
    found = visible.filter(person_id=person_id, level=PlanLevel.PERSONAL).exclude(state=PlanState.REPLACED)
    return list(found.select_related(*LOADED).order_by("-programme__created_at", "-programme_id", "-version", "-pk")[:20])


def shared_plans(visible: QuerySet[StudyPlan], *, words: str = "") -> QuerySet[StudyPlan]:
    """Return the plans of schools and groups, drafts and those in force. Cost: one query a page."""
    found = visible.filter(level__in=[PlanLevel.SCHOOL, PlanLevel.GROUP]).exclude(state=PlanState.REPLACED)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(unit__name__icontains=words) | Q(group__icontains=words))
    return found.select_related(*LOADED).order_by("-programme__created_at", "unit_path", "-level", "group", "-version", "pk")


def earlier_plan(plan: StudyPlan) -> StudyPlan | None:
    """Return the last plan of the same owner in another programme, to be copied from. Cost: one query."""
    found = StudyPlan.objects.filter(level=plan.level, group=plan.group, state__in=[PlanState.PUBLISHED, PlanState.CLOSED])
    found = found.filter(person_id=plan.person_id) if plan.person_id else found.filter(unit_id=plan.unit_id)
    return found.exclude(programme_id=plan.programme_id).order_by("-published_at", "-pk").first()


def versions_of(plan: StudyPlan) -> list[StudyPlan]:
    """Return the versions of a plan that were in force, the newest first. Cost: one query."""
    found = owned(plan.programme_id, plan.unit_id, level=plan.level, group=plan.group, person_id=plan.person_id)
    return list(found.exclude(state=PlanState.DRAFT).order_by("-version")[:20])


def owned(programme_id: int, unit_id: int, *, level: str, group: str, person_id: int | None) -> QuerySet[StudyPlan]:
    """Return all versions of one plan: of a school, a group, or a person there."""
    found = StudyPlan.objects.filter(programme_id=programme_id, unit_id=unit_id, level=level, group=group)
    return found.filter(person__isnull=True) if person_id is None else found.filter(person_id=person_id)


def _above(plan: StudyPlan, served: set[int | None]) -> list[tuple[PlanItem, bool]]:
    if plan.parent_id is None:
        return []
    rows = to_take_up(plan.parent_id)
    return [(one, one.pk in served) for one in rows]


def to_take_up(plan_id: int | None) -> QuerySet[PlanItem]:
    """Return the items of a plan that those below take up; what nobody counts is for its own keepers to do."""
    return PlanItem.objects.filter(plan_id=plan_id).exclude(kind=ItemKind.OTHER).order_by("position", "pk")
