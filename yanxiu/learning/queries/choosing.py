"""Reads for choosing: the learner's choice, the school's topics, and who has not chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from yanxiu.catalogue.models import Course
from yanxiu.catalogue.queries import found_courses
from yanxiu.kit import sql
from yanxiu.learning.models import SchoolTopic, TopicWish
from yanxiu.learning.queries import curriculum
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.programmes.queries.plans import plan_of

_SHELF = """
SELECT o.id AS offering_id, o.topic, o.hours, c.id AS course_id, c.title, c.provider,
       (SELECT count(*)::int FROM catalogue_step t WHERE t.course_id = c.id AND t.kind = 'video') AS films,
       EXISTS (SELECT 1 FROM catalogue_step t WHERE t.course_id = c.id AND t.kind = 'test') AS has_test,
       EXISTS (SELECT 1 FROM catalogue_step t WHERE t.course_id = c.id AND t.kind = 'homework') AS has_homework,
       (SELECT count(*)::int FROM learning_selection s JOIN programmes_enrolment e ON e.id = s.enrolment_id AND e.unit_id = %(unit)s
            WHERE s.offering_id = o.id AND s.dropped_at IS NULL) AS takers,
       EXISTS (SELECT 1 FROM learning_selection s WHERE s.offering_id = o.id AND s.enrolment_id = %(enrolment)s
            AND s.dropped_at IS NULL) AS is_chosen
FROM programmes_offering o
JOIN catalogue_course c ON c.id = o.course_id AND c.state = 'published'
WHERE o.programme_id = %(programme)s AND o.block = ANY(%(blocks)s)
  AND (cardinality(%(topics)s::text[]) = 0 OR o.topic = ANY(%(topics)s::text[]))
  AND (cardinality(c.stages) = 0 OR %(stage)s = ANY(c.stages))
ORDER BY o.topic, takers DESC, c.title, o.id
"""

_TOPICS = """
SELECT o.topic, count(*)::int AS courses, COALESCE(sum(o.hours), 0) AS hours,
       (SELECT count(DISTINCT s.enrolment_id)::int FROM learning_selection s JOIN programmes_offering x ON x.id = s.offering_id
            JOIN programmes_enrolment e ON e.id = s.enrolment_id AND e.unit_id = %(school)s
            WHERE x.programme_id = %(programme)s AND x.topic = o.topic AND s.dropped_at IS NULL) AS takers
FROM programmes_offering o WHERE o.programme_id = %(programme)s AND o.topic <> '' GROUP BY o.topic
"""

# By topic: how many teachers of the school wish for it, and whether the school has decided on it.
_WISHES = """
SELECT topic, count(*) FILTER (WHERE is_wish)::int AS wishes, bool_or(NOT is_wish) AS is_chosen
FROM (
    SELECT w.topic, TRUE AS is_wish FROM learning_topicwish w JOIN programmes_enrolment e ON e.id = w.enrolment_id
    WHERE e.programme_id = %(programme)s AND e.unit_id = %(school)s
    UNION ALL SELECT topic, FALSE FROM learning_schooltopic WHERE programme_id = %(programme)s AND school_id = %(school)s
) x GROUP BY topic
"""

# A teacher has not chosen enough when the hours of the own choice stay under what the plan asks (W-19). Units are taken in the order of
# the page, and of each only those who lack: the statement ends as soon as the page is full. Where fewer lack than the page holds (`few`
# is then all of them), only their units are looked at.
_NOT_CHOSEN = """
WITH few AS MATERIALIZED (
    SELECT unit_id FROM learning_uptake WHERE programme_id = %(programme)s AND is_active AND chosen_hours < %(least)s
    LIMIT %(limit)s + %(offset)s
)
SELECT x.enrolment_id, x.name, u.name AS unit, x.stage, x.subject, x.hours
FROM (
    SELECT id, name FROM orgs_org
    WHERE path LIKE ANY(%(paths)s::text[])
      AND ((SELECT count(*) FROM few) = %(limit)s + %(offset)s OR id IN (SELECT unit_id FROM few))
    ORDER BY name, id
) u
CROSS JOIN LATERAL (
    SELECT e.id AS enrolment_id, p.name, p.sort_key, e.stage, e.subject, w.chosen_hours AS hours
    FROM learning_uptake w
    JOIN programmes_enrolment e ON e.id = w.enrolment_id AND e.role = 'learner' AND e.unit_path LIKE ANY(%(paths)s::text[])
    JOIN people_person p ON p.id = e.person_id
    WHERE w.programme_id = %(programme)s AND w.unit_id = u.id AND w.is_active AND w.chosen_hours < %(least)s
    ORDER BY p.sort_key, e.id LIMIT %(limit)s + %(offset)s
) x
ORDER BY u.name, u.id, x.sort_key, x.enrolment_id
LIMIT %(limit)s OFFSET %(offset)s
"""
# Those who lack are counted, not those who have: once courses and cases are given out, they are few (ADR 0019).
_ARRANGED = """
SELECT EXISTS (SELECT FROM learning_uptake WHERE programme_id = %(programme)s AND is_active) AS has_people,
       (SELECT count(*)::int FROM learning_uptake WHERE programme_id = %(programme)s AND is_active AND pushed = 0) AS without_courses,
       (SELECT count(*)::int FROM learning_uptake WHERE programme_id = %(programme)s AND is_active AND cases = 0) AS without_cases
"""


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """Whether anybody takes part, how many of them have no compulsory course in their list, how many no lesson case."""

    has_people: bool
    without_courses: int
    without_cases: int


@dataclass(frozen=True, kw_only=True)
class OfferedCourse:
    """A course one may choose, with how many of the own school have it."""

    offering_id: int
    course_id: int
    topic: str
    hours: Decimal
    title: str
    provider: str
    films: int
    has_test: bool
    has_homework: bool
    takers: int
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Vote:
    """A topic with how many teachers of the school wish for it; `is_wished` by the one who asks."""

    topic: str
    wishes: int
    is_chosen: bool
    is_wished: bool


@dataclass(frozen=True, kw_only=True)
class Choosing:
    """The page 选课: `topic_names` are the school's topics (empty: not decided), `least` the hours asked for."""

    topic_names: Sequence[str]
    offered: Sequence[OfferedCourse]
    least: Decimal
    votes: Sequence[Vote]

    @property
    def mine(self) -> list[OfferedCourse]:
        return [one for one in self.offered if one.is_chosen]

    @property
    def hours(self) -> Decimal:
        return sum((one.hours for one in self.mine), Decimal(0))

    @property
    def lacking(self) -> Decimal:
        return max(self.least - self.hours, Decimal(0))


@dataclass(frozen=True, kw_only=True)
class TopicLine:
    """A topic before the school: what it holds, who wishes for it, who would lose a choice if it went."""

    topic: str
    courses: int
    hours: Decimal
    wishes: int
    takers: int
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Laggard:
    """A participant whose choice is under the hours asked for."""

    enrolment_id: int
    name: str
    unit: str
    stage: str
    subject: str
    hours: Decimal


def choosing(enrolment: Enrolment) -> Choosing:
    """Return what the participant may choose from, and has chosen. Cost: 3 queries, 1 more at the plan's first use."""
    plan = plan_of(enrolment.version_id)
    blocks = curriculum.chosen_blocks(plan)
    by_school = any(block.assign == "self_in_school_topics" for block in blocks)
    names = list(
        SchoolTopic.objects.filter(programme_id=enrolment.programme_id, school_id=enrolment.unit_id)
        .order_by("topic", "pk")
        .values_list("topic", flat=True)
    )
    offered: list[OfferedCourse] = []
    if names or not by_school:
        parameters = {
            "programme": enrolment.programme_id,
            "enrolment": enrolment.pk,
            "unit": enrolment.unit_id,
            "stage": enrolment.stage,
            "blocks": [block.id for block in blocks],
            "topics": names if by_school else [],
        }
        offered = [OfferedCourse(**row) for row in sql.rows(_SHELF, parameters)]
    school = TopicWish.objects.filter(enrolment__programme_id=enrolment.programme_id, enrolment__unit_id=enrolment.unit_id)
    own = Count("pk", filter=Q(enrolment=enrolment))
    wished = {row["topic"]: row for row in school.values("topic").annotate(n=Count("pk"), own=own).order_by("topic")}
    votes = [
        Vote(
            topic=topic, wishes=wished[topic]["n"] if topic in wished else 0, is_chosen=topic in names,
            is_wished=topic in wished and wished[topic]["own"] > 0,
        )
        for topic in curriculum.topics(plan)
    ]  # fmt: skip
    return Choosing(
        topic_names=[topic for topic in curriculum.topics(plan) if topic in names], offered=offered,
        least=curriculum.least_hours(plan), votes=sorted(votes, key=lambda vote: -vote.wishes),
    )  # fmt: skip


def matching(offered: Sequence[OfferedCourse], words: str) -> list[OfferedCourse]:
    """Return what the search of the catalogue finds among the offered courses, of whatever topic. Cost: one query."""
    among = Course.objects.filter(pk__in=[one.course_id for one in offered])
    found = set(found_courses(among, words).values_list("pk", flat=True))
    return [one for one in offered if one.course_id in found]


def school_topics(programme: Programme, school: Org) -> list[TopicLine]:
    """Return the plan's topics as the school weighs them, in the plan's order. Cost: 2 queries."""
    plan = plan_of(programme.current_id or 0)
    where = {"programme": programme.pk, "school": school.pk}
    nothing: dict[str, Any] = {"courses": 0, "hours": Decimal(0), "takers": 0, "wishes": 0, "is_chosen": False}
    found: dict[str, dict[str, Any]] = {topic: {**nothing, "topic": topic} for topic in curriculum.topics(plan)}
    for row in (*sql.rows(_TOPICS, where), *sql.rows(_WISHES, where)):
        if row["topic"] in found:
            found[row["topic"]].update(row)
    return [TopicLine(**line) for line in found.values()]


def arranged(programme: Programme) -> Arranged:
    """Return how far courses and cases have reached the participants. Cost: one query."""
    return Arranged(**sql.rows(_ARRANGED, {"programme": programme.pk})[0])


def not_chosen(programme: Programme, paths: Sequence[str], *, number: int, size: int = 50) -> tuple[list[Laggard], bool]:
    """Return one page of participants under the paths whose choice is too small, by unit and name, and whether more follow.

    Cost: one query.
    """
    plan = plan_of(programme.current_id or 0)
    parameters = {
        "programme": programme.pk,
        "paths": [path + "%" for path in paths],
        "least": curriculum.least_hours(plan),
        "limit": size + 1,
        "offset": (number - 1) * size,
    }
    found = [Laggard(**row) for row in sql.rows(_NOT_CHOSEN, parameters)]
    return found[:size], len(found) > size
