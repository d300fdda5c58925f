"""Who has answered the needs survey that a plan may put before a choice (W-14): on the page of choosing, or in a space of the programme."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from yanxiu.kit import sql
from yanxiu.learning.queries import curriculum
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.queries.plans import plan_of

# Answers in spaces are counted by whoever holds the spaces, under this metric with the kind of the survey.
_SAID = """(EXISTS (SELECT FROM learning_topicwish w WHERE w.enrolment_id = e.id) OR EXISTS (
    SELECT FROM records_tally t WHERE t.programme_id = e.programme_id AND t.person_id = e.person_id
        AND t.metric = 'survey.answered' AND t.kind = 'needs' AND t.count > 0))"""
_OWN = _SAID.replace(" e.", ' "programmes_enrolment".')
_ANSWERED = f"SELECT e.id FROM programmes_enrolment e WHERE e.id = ANY(%(enrolments)s) AND {_SAID}"
_OF_SCHOOL = f"""
SELECT count(*)::int AS people, count(*) FILTER (WHERE {_SAID})::int AS answered
FROM programmes_enrolment e
WHERE e.programme_id = %(programme)s AND e.unit_id = %(school)s AND e.role = 'learner' AND e.state = 'active'
"""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """How many participants of a school there are, and how many of them have said what they need."""

    people: int
    answered: int


def asks_needs(plan: Plan) -> bool:
    """Tell whether the plan puts the needs survey before any choice: then it stands first on the road."""
    return any(curriculum.comes_after_needs(choice) for choice in (curriculum.topic_choice(plan), curriculum.course_choice(plan)))


def answered(enrolments: Collection[Enrolment]) -> set[int]:
    """Return which participations have answered the needs survey. Cost: one query, none where no plan asks."""
    asked = [one.pk for one in enrolments if asks_needs(plan_of(one.version_id))]
    return {row["id"] for row in sql.rows(_ANSWERED, {"enrolments": asked})} if asked else set()


def has_answered() -> RawSQL:
    """Return whether a participation has answered, as an annotation of Enrolment: for who reads participations anyway."""
    return RawSQL(_OWN, (), output_field=BooleanField())  # noqa: S611 - our own words, without values


def needs_of_school(programme: Programme, school: Org) -> Needs | None:
    """Return how far the survey before choosing topics has come at a school; None where the plan asks for none. Cost: one query."""
    if not curriculum.comes_after_needs(curriculum.topic_choice(plan_of(programme.current_id or 0))):
        return None
    return Needs(**sql.rows(_OF_SCHOOL, {"programme": programme.pk, "school": school.pk})[0])
