"""Keeping the words by which courses are found."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from yanxiu.catalogue import permissions, wording
from yanxiu.catalogue.models import Course, CourseWords, Module, Step
from yanxiu.kit import search
from yanxiu.kit.actor import Actor

CHUNK = 200
Row = TypeVar("Row", Step, Module)


def reindex(*, course_ids: Sequence[int] | None = None, by: Actor, at: datetime) -> int:
    """Make the words of courses anew, of all that lack them or have an older dictionary's when none are named; return how many.

    Raises NotPermitted. Cost: 4 queries for each 200 courses, and the captions' files.
    """
    permissions.check_can_index(by)
    if course_ids is None:
        current = CourseWords.objects.filter(dictionary=search.DICTIONARY).values("course_id")
        course_ids = list(Course.objects.exclude(pk__in=current).order_by("pk").values_list("pk", flat=True))
    return sum(_index(course_ids[start : start + CHUNK], at=at) for start in range(0, len(course_ids), CHUNK))


@transaction.atomic
def _index(course_ids: Sequence[int], *, at: datetime) -> int:
    courses = list(Course.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=course_ids).order_by("pk"))
    steps_of = _by_course(Step.objects.filter(course_id__in=course_ids).select_related("captions").order_by("course_id", "number", "pk"))
    modules_of = _by_course(Module.objects.filter(course_id__in=course_ids).order_by("course_id", "number", "pk"))
    rows = []
    for course in courses:
        steps = steps_of.get(course.pk, [])
        parts = wording.parts(course, modules_of.get(course.pk, []), steps)
        rows.append(
            CourseWords(
                course=course,
                words=search.vector(parts),
                text="\n".join(text for text, _weight in parts)[: wording.MOST_CHARACTERS],
                initials=wording.initials(course),
                kinds=wording.kinds(steps),
                dictionary=search.DICTIONARY,
                indexed_at=at,
            )
        )
    changed = ["words", "text", "initials", "kinds", "dictionary", "indexed_at"]
    CourseWords.objects.bulk_create(rows, update_conflicts=True, unique_fields=["course"], update_fields=changed)
    return len(rows)


def _by_course(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.course_id, []).append(row)
    return found
