"""A participant who studies, and a browser in which somebody is signed in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from tests.learning import factories as learning
from tests.orgs import factories as orgs
from yanxiu.evaluation import actions as evaluation
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Org
from yanxiu.people import sessions
from yanxiu.people.models import Account, Person
from yanxiu.programmes.models import Enrolment, Programme

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)

PLAN = """\
programme: {id: study, title: 县级研修, level: county, owner: 县教育局, year: 2026}
audience:
  - {id: all, stages: [初中, 高中]}
phases:
  - {id: topics, label: 学校选专题, from: 2026-09-01, to: 2026-09-30, for: [school_admin], do: [choose_topics]}
  - {id: courses, label: 教师选课程, from: 2026-10-01, to: 2026-12-05, for: [learner], do: [choose_courses]}
  - {id: compulsory, label: 必修课学习, from: 2026-11-01, to: 2026-11-30, for: [learner], do: [learn]}
  - {id: elective, label: 选修课学习, from: 2026-11-01, to: 2026-12-31, for: [learner], do: [learn]}
choose:
  - {what: topic, by: school_admin, from: block_topics, block: electives, within: topics}
  - {what: course, by: learner, from: chosen_topics, block: electives, within: courses, min_hours: 4}
learn:
  - {id: law, label: 法律法规, kind: compulsory, window: compulsory, hours: 4, assign: auto_by_stage_subject}
  - {id: casework, label: 课例点评, kind: compulsory, window: compulsory, hours: 6, assign: random_per_learner,
     items: {what: lesson_cases, count: 2, level: 省级, mode: review, hours_each: 3}, produce: [{name: 观课报告}]}
  - {id: electives, label: 选修课, kind: elective, window: elective, min_hours: 4, assign: self_in_school_topics,
     topics: [班级管理, 信息技术]}
assess:
  - {kind: course, id: course, needs: [steps, test, homework]}
  - {kind: rule, id: learner, of: [learner], label: 年度考核, pass: {all: [law, casework, electives]}}
credit: {unit: hour, ratio: 1, cutoff: "12-31", awards: [{id: courses, rule: per_course, to: [learner], register_only_if: learner}]}
"""


@dataclass(frozen=True, kw_only=True)
class Study:
    """A county with a school, a running programme, and one participant of the school."""

    county: Org
    school: Org
    programme: Programme
    enrolment: Enrolment

    @property
    def person(self) -> Person:
        return self.enrolment.person


@pytest.fixture
def study(db) -> Study:
    """周淑芬 of a school, enrolled in a programme whose windows surround 2026-11-20."""
    *_, county, school = orgs.county_tree()
    programme = learning.programme(county, source=PLAN)
    evaluation.lay_down(version=programme.current, by=SYSTEM, at=NOW)
    return Study(county=county, school=school, programme=programme, enrolment=learning.participant(programme, school, name="周淑芬"))


@pytest.fixture
def november(time_machine) -> datetime:
    """The evening of the pages: noon of 2026-11-20 in Shanghai."""
    time_machine.move_to(NOW, tick=False)
    return NOW


def browser_of(person: Person, *, hat: str = "learner") -> Client:
    """A browser in which the person is signed in."""
    account = Account.objects.get(person=person)
    client = Client()
    session = client.session
    sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
    session[sessions.HAT] = hat
    session.save()
    client.cookies["session"] = session.session_key
    return client


def hat_of(person: Person, role: str, unit: Org, **place: object) -> str:
    """Appoint the person and return the hat's id."""
    from yanxiu.access import actions

    made = actions.appoint(person=person, role=role, org=unit, from_on=date(2020, 1, 1), by=SYSTEM, at=NOW, **place)
    return str(made.pk)
