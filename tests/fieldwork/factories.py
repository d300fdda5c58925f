"""Research lessons for tests."""

from datetime import UTC, date, datetime
from itertools import count

from tests.programmes import factories as programmes
from yanxiu.fieldwork import actions
from yanxiu.fieldwork.actions import LessonFacts
from yanxiu.fieldwork.models import LessonKind, ResearchLesson
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, Programme

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
_numbers = count(1)


def county_with_school() -> tuple[Org, Org]:
    """A county and a school of it."""
    county = programmes.org(parent=programmes.org(name="中国"), kind=Kind.COUNTY, name="青河县")
    return county, programmes.org(parent=county, name="青河一中")


def programme(owner: Org) -> Programme:
    """The school plan (000b), in which everybody gives one research lesson a school year."""
    return programmes.running(owner, source=programmes.SCHOOL_PLAN, parameters=programmes.MASKED)


def enrolment(one: Programme, person: Person) -> Enrolment:
    return programmes.actions.enrol(person=person, programme=one, by=SYSTEM, at=AT)


def facts(**given) -> LessonFacts:
    return LessonFacts(**{"title": f"牛顿第三定律 {next(_numbers)}", "given_on": date(2026, 11, 18), "kind": LessonKind.SCHOOL, **given})


def research_lesson(place: Enrolment, *, at: datetime = AT, **given) -> ResearchLesson:
    """A lesson registered by the teacher who gave it."""
    return actions.register_research_lesson(enrolment=place, facts=facts(**given), by=programmes.learner(place.person), at=at)
