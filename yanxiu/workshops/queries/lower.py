"""Reads of guidance downward: the workshops below with who follows them and when they were reached; the log of one; followed lessons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateTimeField, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yanxiu.workshops.models import FollowStage, FollowStep, GuideDuty, GuideVisit, LessonFollow, Space, SpaceKind
from yanxiu.workshops.queries.people import hosts_of

SORTS = {"place": "title", "last": "last_at", "visits": "visits", "guide": "guide"}


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How many workshops below there are, how many were reached, how many have nobody who follows them."""

    total: int
    reached: int
    without_guide: int

    @property
    def missing(self) -> int:
        return self.total - self.reached

    @property
    def share(self) -> int:
        """In whole percent, rounded down: a hundred is said only when it is true."""
        return self.reached * 100 // self.total if self.total else 0


def lower(upper: Space) -> QuerySet[Any, Any]:
    """Return the workshops next below with `guide_id`, `guide`, `visits` that count and `last_at`."""
    duty = GuideDuty.objects.filter(lower=OuterRef("pk"), ended_at__isnull=True).order_by("pk")
    seen = GuideVisit.objects.filter(lower=OuterRef("pk"), upper=upper, record_id__isnull=False).order_by().values("lower")
    found = Space.objects.filter(parent=upper).exclude(kind=SpaceKind.SUB_WORKSHOP).exclude(level="")
    return found.select_related("org", "parent").annotate(
        guide_id=Subquery(duty.values("host")[:1], output_field=IntegerField()),
        guide=Subquery(duty.values("host__name")[:1]),
        visits=Coalesce(Subquery(seen.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        last_at=Subquery(seen.annotate(last=Max("visited_at")).values("last"), output_field=DateTimeField()),
    )


def narrowed(found: QuerySet[Any, Any], *, show: str = "", text: str = "", sort: str = "") -> QuerySet[Any, Any]:
    """Narrow and order what `lower` returns: `missing` not reached, `alone` nobody follows; by words; not reached ones first by default."""
    if show == "missing":
        found = found.filter(visits=0)
    elif show == "alone":
        found = found.filter(guide_id__isnull=True)
    if text:
        found = found.filter(Q(title__icontains=text[:40]) | Q(org__name__icontains=text[:40]) | Q(guide__icontains=text[:40]))
    order = SORTS.get(sort)
    if order is None:
        return found.order_by("visits", "org__path", "title", "pk")
    return found.order_by(order, "org__path", "pk")


def coverage(upper: Space) -> Coverage:
    """Count the workshops next below and those reached (C-40). Cost: one query."""
    seen = GuideVisit.objects.filter(lower=OuterRef("pk"), upper=upper, record_id__isnull=False)
    duty = GuideDuty.objects.filter(lower=OuterRef("pk"), ended_at__isnull=True)
    found = Space.objects.filter(parent=upper).exclude(kind=SpaceKind.SUB_WORKSHOP).exclude(level="")
    counted = found.aggregate(n=Count("pk"), reached=Count("pk", filter=Exists(seen)), alone=Count("pk", filter=~Exists(duty)))
    return Coverage(total=counted["n"], reached=counted["reached"], without_guide=counted["alone"])


def hosts(upper: Space, *, on: date) -> list[tuple[int, str]]:
    """Return the hosts among whom the work is divided: id and name. Cost: one query."""
    return [(one.person_id, one.person.name) for one in hosts_of(upper, on=on)]


def visits(space: Space) -> QuerySet[GuideVisit]:
    """Return the log of a workshop's guidance from above, the latest first."""
    return GuideVisit.objects.filter(lower=space).select_related("post__parent", "guide__unit").order_by("-visited_at", "-pk")


def held(upper: Space) -> dict[int, int]:
    """Return who follows which workshop now: id of the lower -> id of the host. Cost: one query."""
    return dict(GuideDuty.objects.filter(upper=upper, ended_at__isnull=True).values_list("lower", "host"))


def follows(space: Space) -> QuerySet[LessonFollow]:
    """Return the followed lessons of a workshop with the number of `stages` noted, those going on first."""
    noted = FollowStep.objects.filter(follow=OuterRef("pk")).order_by().values("follow")
    count = Subquery(noted.annotate(n=Count("stage", distinct=True)).values("n"), output_field=IntegerField())
    rows = LessonFollow.objects.filter(space=space.counted_id).select_related("host", "teacher__unit", "summary")
    return rows.annotate(stages=Coalesce(count, 0)).order_by(F("ended_at").desc(nulls_first=True), "-started_at", "-pk")


def steps(follow: LessonFollow) -> list[FollowStep]:
    """Return what was noted of a lesson, by day. Cost: one query."""
    return list(FollowStep.objects.filter(follow=follow).select_related("post").order_by("on", "noted_at", "pk"))


def stages_of(noted: Sequence[FollowStep]) -> list[tuple[FollowStage, FollowStep | None]]:
    """Return every stage of a lesson with its last note. No query."""
    last = {step.stage: step for step in noted}
    return [(stage, last.get(stage.value)) for stage in FollowStage]
