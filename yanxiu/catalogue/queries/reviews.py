"""Reviews: what waits for an expert, the rounds of a course, its versions and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from yanxiu.catalogue.events import CourseEvent
from yanxiu.catalogue.models import Course, CourseState, GrantedException, Review, ReviewComment
from yanxiu.records import queries as records
from yanxiu.records.models import Record


@dataclass(frozen=True, kw_only=True)
class Round:
    """One round of review with its remarks; `by_step` maps the id of a step to the remarks on it, None to those on the whole."""

    review: Review
    comments: Sequence[ReviewComment]

    @property
    def by_step(self) -> dict[int | None, list[ReviewComment]]:
        found: dict[int | None, list[ReviewComment]] = {}
        for comment in self.comments:
            found.setdefault(comment.step_id, []).append(comment)
        return found


@dataclass(frozen=True, kw_only=True)
class Happened:
    """A line of the course's history."""

    zh: str
    who: str
    at: datetime
    note: str


def waiting(reviewable: QuerySet[Course]) -> QuerySet[Review]:
    """Return the open rounds of these courses, longest wait first."""
    open_rounds = Review.objects.filter(course__in=reviewable.filter(state=CourseState.REVIEW), decided_at__isnull=True)
    return open_rounds.select_related("course__owner").order_by("submitted_at", "pk")


def decided_by(person_id: int) -> QuerySet[Review]:
    """Return the rounds that a person decided, newest first."""
    return Review.objects.filter(decided_by=person_id).select_related("course__owner").order_by("-decided_at", "-pk")


def rounds(course: Course) -> list[Round]:
    """Return the rounds of a course with their remarks, newest first. Cost: 2 queries."""
    reviews = list(Review.objects.filter(course_id=course.pk).order_by("-submitted_at", "-pk")[:10])
    comments = list(ReviewComment.objects.filter(review__in=reviews).order_by("written_at", "pk")) if reviews else []
    return [Round(review=review, comments=[one for one in comments if one.review_id == review.pk]) for review in reviews]


def versions(course: Course) -> list[Course]:
    """Return all versions of a course, newest first. Cost: one query."""
    first = course.family or course.pk
    return list(Course.objects.filter(Q(pk=first) | Q(family=first)).order_by("-version", "-pk"))


def exceptions(course: Course) -> dict[str, GrantedException]:
    """Return the exceptions of a course by their rule. Cost: one query."""
    return {one.rule: one for one in GrantedException.objects.filter(course_id=course.pk).order_by("pk")}


def history(course: Course, *, most: int = 20) -> list[Happened]:
    """Return what happened to the course, newest first. Cost: one query."""
    return [_line(one) for one in records.of_object("course", course.pk)[:most]]


def _line(one: Record) -> Happened:
    return Happened(zh=words_of(one), who=one.actor_label, at=one.at, note=str(one.data.get("reason") or one.data.get("text") or ""))


def words_of(one: Record) -> str:
    """Return the Chinese words of a record of a course."""
    return next((event.zh for event in CourseEvent if (event.verb, event.object_type) == (one.verb, one.object_type)), one.verb)
