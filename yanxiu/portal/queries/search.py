"""Search under the hat worn: nothing outside its scope is found, or hinted at."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from yanxiu.access.permissions import Permission
from yanxiu.catalogue.models import Course
from yanxiu.catalogue.permissions import visible_courses
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.orgs import queries as orgs
from yanxiu.orgs.models import Org
from yanxiu.orgs.permissions import visible_units
from yanxiu.people.models import Person
from yanxiu.people.permissions import visible_people
from yanxiu.people.queries import Filters, narrowed
from yanxiu.programmes.models import Programme
from yanxiu.programmes.permissions import visible_programmes
from yanxiu.workshops.permissions import enterable_spaces
from yanxiu.workshops.queries import Hit, first_posts

MOST = 12
MOST_POSTS = 6
LONGEST = 60

# Courses of the own running programmes; whether one has it tells where the hit leads.
_OWN_COURSES = """
SELECT c.id AS course_id, c.title, o.topic, o.hours, e.id AS enrolment_id, g.title AS programme, s.id IS NOT NULL AS is_mine
FROM programmes_enrolment e
JOIN programmes_programme g ON g.id = e.programme_id AND g.state = 'running'
JOIN programmes_offering o ON o.programme_id = e.programme_id
JOIN catalogue_course c ON c.id = o.course_id AND c.state = 'published'
LEFT JOIN learning_selection s ON s.enrolment_id = e.id AND s.offering_id = o.id AND s.dropped_at IS NULL
WHERE e.person_id = %(person)s AND e.state = 'active' AND (c.title ILIKE %(like)s OR o.topic ILIKE %(like)s)
ORDER BY s.id IS NULL, c.title, c.id LIMIT %(most)s
"""


@dataclass(frozen=True, kw_only=True)
class OwnCourse:
    """A course of one's own programme; `is_mine`: it is in the list."""

    course_id: int
    title: str
    topic: str
    hours: Decimal
    enrolment_id: int
    programme: str
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found, by kind, at most MOST each."""

    people: Sequence[Person] = ()
    units: Sequence[Org] = ()
    courses: Sequence[Course] = ()
    own_courses: Sequence[OwnCourse] = ()
    programmes: Sequence[Programme] = ()
    posts: Sequence[Hit] = ()

    @property
    def count(self) -> int:
        return sum(len(kind) for kind in (self.people, self.units, self.courses, self.own_courses, self.programmes, self.posts))


def search(text: str, *, actor: Actor) -> Found:
    """Search people by name, initials or staff number, units, courses, programmes and what is said in spaces, in the actor's scope.

    Cost: at most 7 queries.
    """
    words = text.strip()[:LONGEST]
    if not words:
        return Found()
    return Found(
        people=_people(words, actor),
        units=_units(words, actor),
        courses=_courses(words, actor),
        own_courses=_own_courses(words, actor),
        posts=first_posts(enterable_spaces(actor), words, most=MOST_POSTS),
        programmes=list(
            visible_programmes(actor).filter(title__icontains=words).select_related("owner").order_by("-created_at", "-pk")[:MOST]
        ),
    )


def _people(words: str, actor: Actor) -> list[Person]:
    if not actor.paths(Permission.PEOPLE_VIEW):
        return []
    found = narrowed(visible_people(actor), Filters(text=words)).select_related("unit")
    return list(found.order_by("sort_key", "pk")[:MOST])


def _units(words: str, actor: Actor) -> list[Org]:
    within: QuerySet[Org] = visible_units(actor)
    return list(orgs.search(words, within=within).select_related("parent")[:MOST]) if actor.paths(Permission.ORGS_VIEW) else []


def _courses(words: str, actor: Actor) -> list[Course]:
    if not actor.may(Permission.CATALOGUE_VIEW):
        return []
    return list(visible_courses(actor).filter(title__icontains=words).select_related("owner").order_by("title", "pk")[:MOST])


def _own_courses(words: str, actor: Actor) -> list[OwnCourse]:
    if actor.person_id is None or actor.grants:
        return []
    like = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [OwnCourse(**row) for row in sql.rows(_OWN_COURSES, {"person": actor.person_id, "like": f"%{like}%", "most": MOST})]
