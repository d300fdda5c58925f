"""The county of the demo as its parts find it."""

from datetime import timedelta

import pytest

from yanxiu.demo.town import calendar, ground, season
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.people.models import Account, AccountState
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Enrolment
from yanxiu.records import actions as records


@pytest.fixture
def county(db):
    """The county of the demo without courses: its teachers have accounts and take part; when, where, who."""
    when = calendar.season(now())
    records.ensure_partitions(when.published + timedelta(days=20 * number) for number in range(9))
    records.store_metrics(by=SYSTEM, at=now())
    place = ground.lay(at=when.published)
    ground.appoint(place, at=when.published)
    junior = place.teachers_of(list(place.schools.values())[3])
    titles = ("参训教师", "已达标的教师", "还没选课的教师", "还没激活的教师")
    place.cast |= dict(zip(titles, junior[1:5], strict=True))
    teachers = Account.objects.filter(person__in=[one.pk for one in place.teachers])
    teachers.update(state=AccountState.ACTIVE, activated_at=when.published)
    programme = programmes.create_programme(owner=place.county, code="qinghe", title="青禾县研修", by=SYSTEM, at=when.published)
    source = season.PLAN.read_text(encoding="utf-8")
    programmes.publish(programme=programme, source=source, parameters=when.parameters, by=SYSTEM, at=when.published)
    programme.refresh_from_db()
    programmes.enrol_units(programme=programme, units=[place.county], by=SYSTEM, at=when.published + timedelta(days=1))
    people = Enrolment.objects.filter(programme=programme).select_related("person", "programme").order_by("pk")
    return when, place, programme, list(people)
