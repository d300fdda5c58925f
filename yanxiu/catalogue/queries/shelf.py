"""The shelf: courses found by words and narrowed by facets, with how many each value would leave."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yanxiu.catalogue.models import Course, CourseWords, LessonCase
from yanxiu.kit import search
from yanxiu.orgs.models import Kind

HOURS = (("2", 0, 2), ("5", 2, 5), ("10", 5, 10), ("more", 10, 10_000))  # (value, more than, at most)
SORTS = ("best", "newest", "hours", "title")
PLACES = {
    "nation": (Kind.NATION,),
    "province": (Kind.PROVINCE,),
    "city": (Kind.CITY,),
    "county": (Kind.COUNTY, Kind.ZONE),
    "school": (Kind.SCHOOL, Kind.POINT),
    "institution": (Kind.INSTITUTION,),
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a shelf; "" = not asked. `state`, `provider`, `place`, `hours`, `kind`, `sort` for courses, `level` for lesson cases."""

    text: str = ""
    topic: str = ""
    stage: str = ""
    subject: str = ""
    state: str = ""
    level: str = ""
    provider: str = ""
    place: str = ""
    hours: str = ""
    kind: str = ""
    sort: str = ""


@dataclass(frozen=True, kw_only=True)
class Facets:
    """How many courses each value of a facet leaves, the other facets as they are; `total` with all of them."""

    total: int
    of: dict[str, Counter[str]]


@dataclass(frozen=True, kw_only=True)
class _Facts:
    topic: str
    stages: Sequence[str]
    subjects: Sequence[str]
    state: str
    provider: str
    owner_kind: str
    hours: Decimal
    kinds: Sequence[str]


def found_courses(courses: QuerySet[Course], text: str) -> QuerySet[Course]:
    """Return the courses in which all words stand, by title before the index knows them, or by initials: yxgk. No words: all."""
    if not text:
        return courses
    by_words = Q(pk__in=CourseWords.objects.filter(words=_asked(text)).values("course_id")) if search.query(text) else Q()
    found = by_words | Q(title__icontains=text)
    if text.isascii() and text.isalpha() and len(text) > 1:
        initials = CourseWords.objects.filter(Q(initials__startswith=text.lower()) | Q(initials__contains=f" {text.lower()}"))
        found |= Q(pk__in=initials.values("course_id"))
    return courses.filter(found)


def narrowed_courses(courses: QuerySet[Course], filters: Filters) -> QuerySet[Course]:
    """Return the courses that fit; a course without subjects is for all of them."""
    courses = found_courses(courses, filters.text)
    conditions: dict[str, Callable[[str], Q]] = {
        "topic": lambda value: Q(topic=value),
        "stage": lambda value: Q(stages__contains=[value]),
        "subject": lambda value: Q(subjects__contains=[value]) | Q(subjects=[]),
        "state": lambda value: Q(state=value),
        "provider": lambda value: Q(provider=value) | Q(provider="", owner__name=value),
        "place": lambda value: Q(owner__kind__in=PLACES[value]),
        "hours": _of_hours,
        "kind": lambda value: Q(pk__in=CourseWords.objects.filter(kinds__contains=[value]).values("course_id")),
    }
    for name, condition in conditions.items():
        if value := getattr(filters, name):
            courses = courses.filter(condition(value))
    return courses


def shelf(courses: QuerySet[Course], filters: Filters) -> QuerySet[Course]:
    """Return the courses that fit with their owners and, in `found_text`, what they were found in; sorted as asked."""
    fitting = narrowed_courses(courses, filters).select_related("owner")
    if filters.text:
        words = CourseWords.objects.filter(course_id=OuterRef("pk"))
        rank = words.values(rank=SearchRank(F("words"), _asked(filters.text)))[:1]
        fitting = fitting.annotate(found_text=Subquery(words.values("text")[:1]), rank=Coalesce(Subquery(rank), 0.0))
    orders = {"newest": ("-published_at", "-created_at"), "hours": ("-hours", "title"), "title": ("title",)}
    best = ("-rank", "title") if filters.text else ("topic", "title")
    return fitting.order_by(*orders.get(filters.sort, best), "pk")


def facets(courses: QuerySet[Course], filters: Filters) -> Facets:
    """Count what each value would leave. Cost: one query over all that is visible and has the words; some thousand courses are 50 ms."""
    words = CourseWords.objects.filter(course_id=OuterRef("pk")).values("kinds")[:1]
    rows = found_courses(courses, filters.text).order_by().annotate(kinds=Subquery(words))
    names = ("topic", "stages", "subjects", "state", "provider", "owner__name", "owner__kind", "hours", "kinds")
    everything = [
        _Facts(
            topic=topic, stages=stages, subjects=subjects, state=state, provider=provider or owner, owner_kind=kind, hours=hours,
            kinds=kinds or (),
        )
        for topic, stages, subjects, state, provider, owner, kind, hours, kinds in rows.values_list(*names)
    ]  # fmt: skip
    counted = {}
    for name, values_of in _VALUES.items():
        left = replace(filters, **{name: ""})
        counted[name] = Counter(value for facts in everything if _fits(facts, left) for value in set(values_of(facts)) if value)
    return Facets(total=sum(_fits(facts, filters) for facts in everything), of=counted)


def state_counts(courses: QuerySet[Course]) -> dict[str, int]:
    """Return how many courses are in each state. Cost: one query."""
    return dict(courses.order_by().values_list("state").annotate(n=Count("pk", distinct=True)))


def narrowed_cases(cases: QuerySet[LessonCase], filters: Filters) -> QuerySet[LessonCase]:
    """Return the lesson cases that fit, by level, stage, subject and title."""
    if filters.text:
        cases = cases.filter(title__icontains=filters.text) | cases.filter(author_name__icontains=filters.text)
    for name in ("stage", "subject", "level"):
        value = getattr(filters, name)
        if value:
            cases = cases.filter(**{name: value})
    return cases.select_related("owner").order_by("level", "stage", "subject", "title", "pk")


def _asked(text: str) -> SearchQuery:
    return SearchQuery(search.query(text), search_type="raw", config="simple")


def _of_hours(value: str) -> Q:
    return next(Q(hours__gt=more, hours__lte=most) for name, more, most in HOURS if name == value)


def _hours_of(hours: Decimal) -> str:
    return next(name for name, more, most in HOURS if more < hours <= most)


_VALUES: dict[str, Callable[[_Facts], Sequence[str]]] = {
    "topic": lambda facts: (facts.topic,),
    "stage": lambda facts: facts.stages,
    "subject": lambda facts: facts.subjects,
    "state": lambda facts: (facts.state,),
    "provider": lambda facts: (facts.provider,),
    "place": lambda facts: tuple(place for place, kinds in PLACES.items() if facts.owner_kind in kinds),
    "hours": lambda facts: (_hours_of(facts.hours),),
    "kind": lambda facts: facts.kinds,
}


def _fits(facts: _Facts, filters: Filters) -> bool:
    if filters.subject and facts.subjects and filters.subject not in facts.subjects:
        return False
    return all(value in values_of(facts) for name, values_of in _VALUES.items() if name != "subject" and (value := getattr(filters, name)))
