"""Reads of research lessons."""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from yanxiu.fieldwork.models import LessonState, ResearchLesson

_LOADED = ("enrolment__person__unit", "enrolment__programme", "evidence")


def own_lessons(visible: QuerySet[ResearchLesson], person_id: int) -> QuerySet[ResearchLesson]:
    """Return the research lessons of a person, the newest first. Cost: one query."""
    return visible.filter(enrolment__person_id=person_id).select_related(*_LOADED).order_by("-given_on", "-pk")


def lessons_to_confirm(visible: QuerySet[ResearchLesson], *, state: str = "") -> QuerySet[ResearchLesson]:
    """Return the lessons of a scope, those that wait first and the oldest of them on top. Cost: one query."""
    found = visible.filter(state=state) if state in LessonState.values else visible
    waits = Case(When(state=LessonState.REGISTERED, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.select_related(*_LOADED).order_by(waits, "registered_at", "pk")
