"""The library of lesson cases as teachers read it: by level, stage and subject, with search."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from yanxiu.catalogue.models import CaseLevel, LessonCase
from yanxiu.kit.paging import Page, page_of
from yanxiu.orgs.models import Stage

FACETS = {"level": list(CaseLevel.values), "stage": list(Stage.values), "subject": []}


@dataclass(frozen=True, kw_only=True)
class Library:
    """One page of the cases that fit, how many do, and what is left of each facet: value → count."""

    cases: Page[LessonCase]
    total: int
    facets: Mapping[str, Mapping[str, int]]


def library(chosen: Mapping[str, str], words: str, *, number: int) -> Library:
    """Return the published cases that fit what was chosen and searched, by title. Cost: 2 queries."""
    published = LessonCase.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True)
    searched = _search(published, words)
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    total = 0
    for row in searched.values(*FACETS).annotate(count=Count("pk")).order_by(*FACETS):
        fits = {name: not chosen.get(name) or chosen[name] == row[name] for name in FACETS}
        for name in FACETS:
            if all(fit for other, fit in fits.items() if other != name):
                counts[name][row[name]] = counts[name].get(row[name], 0) + row["count"]
        total += row["count"] if all(fits.values()) else 0
    rows = searched.filter(**{name: value for name, value in chosen.items() if value})
    return Library(cases=page_of(rows.order_by("-published_at", "-pk"), number=number), total=total, facets=counts)


def _search(cases: QuerySet[LessonCase], words: str) -> QuerySet[LessonCase]:
    for word in words.split()[:8]:
        named = Q(author_name__icontains=word) | Q(author_school__icontains=word) | Q(commentary__icontains=word)
        cases = cases.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Q(subject__icontains=word) | named)
    return cases
