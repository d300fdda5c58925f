"""The county of the portal's tests, with an office and two schools."""

from dataclasses import dataclass

import pytest
from django.test import Client

from tests.learning import factories as learning
from tests.portal.conftest import NOW, Study, browser_of, hat_of, november, study  # noqa: F401 - fixtures
from tests.programmes import factories as programmes
from yanxiu.access.queries import bearer
from yanxiu.insight import queries
from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Account, Person


@dataclass(frozen=True, kw_only=True)
class County:
    """The study's county with a second school of two participants; `actor` is its office."""

    study: Study
    second: Org
    office: Person
    actor: Actor
    browser: Client
    school: Client

    def place(self, unit: Org | None = None) -> queries.Place:
        return queries.place_of(self.actor, unit_id=unit.pk if unit else None, programme_id=None, at=NOW)


@pytest.fixture
def county(study) -> County:  # noqa: F811 - the fixture
    second = learning.programmes.org(parent=study.county, kind=Kind.SCHOOL, name="第二中学")
    for name in ("赵一", "钱二"):
        learning.participant(study.programme, second, name=name)
    office = programmes.teacher(study.county, name="林晓岚", stage="")
    learning.account(office)
    hat = hat_of(office, "county_admin", study.county)
    admin = programmes.teacher(study.school, name="韩敏")
    learning.account(admin)
    found = bearer(Account.objects.get(person=office).pk, on=clock.day(NOW))
    return County(
        study=study, second=second, office=office, actor=found.actor(hat), browser=browser_of(office, hat=hat),
        school=browser_of(admin, hat=hat_of(admin, "school_admin", study.school)),
    )  # fmt: skip
