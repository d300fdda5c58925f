"""A county with a school, a running programme, one topic workshop with a host and a member."""

from dataclasses import dataclass

import pytest

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.kit.actor import Actor
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.records.models import Tally
from yanxiu.workshops.models import Space


@dataclass(frozen=True)
class Shop:
    county: Org
    school: Org
    other_county: Org
    programme: Programme
    space: Space
    host: Actor
    member: Actor

    @property
    def office(self) -> Actor:
        return programmes.holder("county_admin", self.county)

    def newcomer(self, **facts) -> Person:
        """A participant who has not asked to join yet."""
        return make.participant(self.programme, self.school, **facts).person

    def count(self, metric: str, *, person_id: int | None = None, kind: str | None = None) -> int:
        """The counter of the workshop, or of one person in it."""
        found = Tally.objects.filter(metric=metric, programme_id=self.programme.pk, space_id=self.space.pk)
        if person_id is not None:
            found = found.filter(person_id=person_id)
        if kind is not None:
            found = found.filter(kind=kind)
        return sum(found.values_list("count", flat=True))


def build() -> Shop:
    nation = programmes.org(name="中国")
    county = programmes.org(parent=nation, kind=Kind.COUNTY, name="青河县")
    school = programmes.org(parent=county, name="青河一中")
    running = make.programme(county)
    space = make.space(county, programme=running, topic="班级管理", title="班级管理专题工作坊")
    person = make.participant(running, school, name="李雷").person
    make.membership(space, person)
    space.refresh_from_db()
    return Shop(
        county=county,
        school=school,
        other_county=programmes.org(parent=nation, kind=Kind.COUNTY, name="白石县"),
        programme=running,
        space=space,
        host=make.host(space),
        member=programmes.learner(person),
    )


@pytest.fixture
def shop(db) -> Shop:
    return build()
