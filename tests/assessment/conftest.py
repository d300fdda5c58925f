"""A county with two schools, one participant, a course with test and homework, a case and a rubric."""

from dataclasses import dataclass

import pytest

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment.models import Rubric
from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.kit.actor import Actor
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes.models import Enrolment, Programme


@dataclass(frozen=True)
class Place:
    county: Org
    school: Org
    second_school: Org
    elsewhere: Org
    programme: Programme
    enrolment: Enrolment
    test: Step
    homework: Step
    case: LessonCase
    rubric: Rubric

    @property
    def learner(self) -> Actor:
        return make.learner(self.enrolment)

    @property
    def tutor(self) -> Actor:
        return make.tutor(self.county)


@pytest.fixture
def place(db) -> Place:
    nation = programmes.org(name="中国")
    county = programmes.org(parent=nation, kind=Kind.COUNTY, name="青河县")
    school = programmes.org(parent=county, name="青河一中")
    programme = make.programme(county)
    course = make.course(programme)
    return Place(
        county=county,
        school=school,
        second_school=programmes.org(parent=county, name="青河二中"),
        elsewhere=programmes.org(parent=nation, kind=Kind.COUNTY, name="白石县"),
        programme=programme,
        enrolment=make.participant(programme, school, name="李雷"),
        test=make.quiz_step(course),
        homework=make.homework_step(course),
        case=make.case(county),
        rubric=make.rubric(county),
    )
