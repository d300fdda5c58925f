"""Reads of the catalogue: shelves, a course with its steps, and a step as a learner sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils.safestring import SafeString

from yanxiu.catalogue import content
from yanxiu.catalogue.content import AskedQuestion, Homework, QuestionSet, Test
from yanxiu.catalogue.models import Course, LessonCase, Step, StepKind
from yanxiu.files import queries as files
from yanxiu.files.models import StoredFile
from yanxiu.kit import rich_text

FILM_LINK_SECONDS = 4 * 3600


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a shelf; "" = not asked. `state` for courses, `level` for lesson cases."""

    text: str = ""
    topic: str = ""
    stage: str = ""
    subject: str = ""
    state: str = ""
    level: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A step as a learner sees it: no answers, no explanations. Links end after four hours; "" = there is none."""

    number: int
    title: str
    kind: str
    seconds: int
    body: SafeString
    film_url: str
    captions_url: str
    poster_url: str
    questions: Sequence[AskedQuestion]
    test: Test | None
    homework: Homework | None


def narrowed_courses(courses: QuerySet[Course], filters: Filters) -> QuerySet[Course]:
    """Return the courses that fit; a course without subjects is for all of them."""
    if filters.text:
        courses = courses.filter(title__icontains=filters.text)
    if filters.topic:
        courses = courses.filter(topic=filters.topic)
    if filters.stage:
        courses = courses.filter(stages__contains=[filters.stage])
    if filters.subject:
        courses = courses.filter(subjects__contains=[filters.subject]) | courses.filter(subjects=[])
    if filters.state:
        courses = courses.filter(state=filters.state)
    return courses


def shelf(courses: QuerySet[Course], filters: Filters) -> QuerySet[Course]:
    """Return the courses that fit with their owners, by topic and title."""
    return narrowed_courses(courses, filters).select_related("owner").order_by("topic", "title", "pk")


def state_counts(courses: QuerySet[Course]) -> dict[str, int]:
    """Return how many courses are in each state. Cost: one query."""
    return dict(courses.order_by().values_list("state").annotate(n=Count("pk", distinct=True)))


def topics(courses: QuerySet[Course]) -> list[str]:
    """Return the topics of the courses, sorted. Cost: one query."""
    return list(courses.exclude(topic="").order_by("topic").values_list("topic", flat=True).distinct())


def steps_of(course: Course, *, with_content: bool = False) -> list[Step]:
    """Return the steps in order; without `with_content` neither texts nor answers are read. Cost: one query."""
    steps = Step.objects.filter(course_id=course.pk).select_related("media", "captions").order_by("number", "pk")
    return list(steps if with_content else steps.defer("content", "body"))


def narrowed_cases(cases: QuerySet[LessonCase], filters: Filters) -> QuerySet[LessonCase]:
    """Return the lesson cases that fit, by level, stage, subject and title."""
    if filters.text:
        cases = cases.filter(title__icontains=filters.text) | cases.filter(author_name__icontains=filters.text)
    for name in ("stage", "subject", "level"):
        value = getattr(filters, name)
        if value:
            cases = cases.filter(**{name: value})
    return cases.select_related("owner").order_by("level", "stage", "subject", "title", "pk")


def preview(step: Step, *, person_id: int, at: datetime) -> Preview:
    """Return the step as a learner would see it. The step brings its files (select_related); no query."""
    asked: tuple[AskedQuestion, ...] = ()
    test = homework = None
    if step.kind == StepKind.QUESTION:
        asked = content.asked(content.read(step.content, QuestionSet).questions)
    elif step.kind == StepKind.TEST:
        test = content.read(step.content, Test)
        asked = content.asked(test.questions)
    elif step.kind == StepKind.HOMEWORK:
        homework = content.read(step.content, Homework)
    return Preview(
        number=step.number,
        title=step.title,
        kind=step.kind,
        seconds=step.seconds,
        body=rich_text.shown(step.body),
        film_url=film_link(step.media, person_id=person_id, at=at),
        captions_url=film_link(step.captions, person_id=person_id, at=at),
        poster_url=film_link(step.poster, person_id=person_id, at=at),
        questions=asked,
        test=test,
        homework=homework,
    )


def film_link(file: StoredFile | None, *, person_id: int, at: datetime) -> str:
    """Return a link that lasts for a long sitting before a film; "" when there is no file."""
    return files.link(file, person_id=person_id, at=at, seconds=FILM_LINK_SECONDS) if file else ""
