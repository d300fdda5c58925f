"""The homes of tutors and designers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yanxiu.assessment.permissions import markable_submissions
from yanxiu.assessment.queries.homework import Queue, queue_of
from yanxiu.catalogue.models import Course, CourseState
from yanxiu.catalogue.permissions import visible_courses
from yanxiu.kit.actor import Actor
from yanxiu.programmes.models import Programme
from yanxiu.programmes.permissions import visible_programmes
from yanxiu.programmes.queries import programme_list

_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """What a designer works on: programmes with their versions, and courses that are not published yet."""

    programmes: Sequence[Programme]
    courses: Sequence[Course]


def marking(actor: Actor, *, at: datetime) -> Queue:
    """Return what waits for the actor's mark and lies on nobody else's desk, oldest first. Cost: 2 queries."""
    return queue_of(markable_submissions(actor), number=1, person_id=actor.person_id, at=at)


def workbench(actor: Actor) -> Workbench:
    """Return what a designer has in hand, newest first. Cost: 2 queries."""
    unfinished = visible_courses(actor).filter(state__in=[CourseState.DRAFT, CourseState.REVIEW]).select_related("owner")
    return Workbench(
        programmes=list(programme_list(visible_programmes(actor))[:_SHOWN]),
        courses=list(unfinished.order_by("-created_at", "-pk")[:_SHOWN]),
    )
