"""A county with a school and one participant, as learning needs them."""

from dataclasses import dataclass

import pytest

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.kit.actor import Actor
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes.models import Enrolment, Programme


@dataclass(frozen=True)
class Place:
    county: Org
    school: Org
    second_school: Org
    programme: Programme
    enrolment: Enrolment

    @property
    def learner(self) -> Actor:
        return programmes.learner(self.enrolment.person)

    @property
    def school_admin(self) -> Actor:
        return programmes.holder("school_admin", self.school)

    @property
    def office(self) -> Actor:
        return programmes.holder("county_admin", self.county)


def build() -> Place:
    nation = programmes.org(name="中国")
    county = programmes.org(parent=nation, kind=Kind.COUNTY, name="青河县")
    school = programmes.org(parent=county, name="青河一中")
    running = make.programme(county)
    return Place(
        county=county,
        school=school,
        second_school=programmes.org(parent=county, name="青河二中"),
        programme=running,
        enrolment=make.participant(running, school, name="李雷"),
    )


@pytest.fixture
def place(db) -> Place:
    return build()
