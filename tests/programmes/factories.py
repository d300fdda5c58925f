"""Programmes for tests: a small region, its teachers, and a running programme of the school plan (000b)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

from yanxiu.access.permissions import Permission
from yanxiu.access.roles import ROLES
from yanxiu.catalogue.models import Course, CourseState
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person, Teaching
from yanxiu.programmes import actions
from yanxiu.programmes.models import Draft, Enrolment, EnrolmentState, Offering, PlanVersion, Programme, Window, Withdrawal

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
PLANS = Path(__file__).parents[2] / "plans"
SCHOOL_PLAN = (PLANS / "000b.yaml").read_text(encoding="utf-8")
MASKED = {"Y": 2026, "M0": 9, "ME": 1}
_numbers = count(1)

SMALL_PLAN = """\
programme: {id: small, title: 小方案, level: county, owner: 东岭县教育局, year: 2026}
audience:
  - {id: all, stages: [初中, 高中]}
phases:
  - {id: join, label: 报名, from: 2026-11-01, to: 2026-11-30, do: [enrol]}
  - {id: study, label: 研修, from: 2026-11-06, to: 2026-12-31, do: [learn], unit_dates_within: true}
learn:
  - {id: electives, label: 选修课, kind: elective, window: study, min_hours: 2, catalogue_min_hours: 6, topics: [班级管理, 信息技术]}
  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 2}
"""


def org(*, parent: Org | None = None, kind: Kind = Kind.SCHOOL, name: str = "") -> Org:
    """A unit below `parent`; without one a nation."""
    number = next(_numbers)
    kind = kind if parent else Kind.NATION
    row = Org.objects.create(name=name or f"单位{number}", kind=kind, parent=parent, path=f"new-{number}", code=f"test-{number}")
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    return row


def teacher(unit: Org, *, stage: str = "高中", subject: str = "物理", name: str = "") -> Person:
    """A person working at the unit with one main teaching; `stage` "" leaves the teaching out."""
    number = next(_numbers)
    name = name or f"教师{number}"
    person = Person.objects.create(name=name, sort_key=f"jiaoshi{number:06d}", initials="js", unit=unit, unit_path=unit.path, created_at=AT)
    if stage:
        Teaching.objects.create(person=person, stage=stage, subject=subject, is_main=True)
    return person


def holder(role: str, unit: Org, *, person: Person | None = None) -> Actor:
    """Somebody who wears the role at the unit."""
    grant = Grant(role=role, permissions=frozenset(ROLES[role].permissions), path=unit.path)
    return Actor(person_id=person.pk if person else 900_000 + next(_numbers), label=ROLES[role].zh, grants=(grant,))


def learner(person: Person) -> Actor:
    return Actor(person_id=person.pk, label=person.name)


def allowed(*permissions: Permission, path: str) -> Actor:
    """Somebody with exactly these permissions at a path."""
    return Actor(person_id=1, label="有权的人", grants=(Grant(role="test", permissions=frozenset(permissions), path=path),))


def programme(owner: Org, *, code: str = "", title: str = "东岭县研修") -> Programme:
    """A draft programme without a plan."""
    return actions.create_programme(owner=owner, code=code or f"p-{next(_numbers)}", title=title, by=SYSTEM, at=AT)


def draft(one: Programme, *, source: str = SMALL_PLAN, parameters: dict | None = None) -> Draft:
    return actions.save_draft(programme=one, source=source, parameters=parameters or {}, launch_dates={}, by=SYSTEM, at=AT)


def running(owner: Org, *, source: str = SMALL_PLAN, parameters: dict | None = None, code: str = "") -> Programme:
    """A programme with its first version published."""
    one = programme(owner, code=code)
    actions.publish(programme=one, source=source, parameters=parameters or {}, by=SYSTEM, at=AT)
    one.refresh_from_db()
    return one


def plan_version(owner: Org, **facts) -> PlanVersion:
    return running(owner, **facts).current


def window(version: PlanVersion, *, unit: Org, key: str = "study") -> Window:
    """A unit's own dates of a window, as the unit set them."""
    return actions.set_unit_dates(
        programme=version.programme, unit=unit, key=key, starts_on=date(2026, 11, 10), ends_on=date(2026, 12, 10), by=SYSTEM, at=AT
    )


def enrolment(one: Programme, person: Person) -> Enrolment:
    return actions.enrol(person=person, programme=one, by=SYSTEM, at=AT)


def course(owner: Org, *, title: str = "", hours: int = 2, state: str = CourseState.PUBLISHED) -> Course:
    return Course.objects.create(
        title=title or f"课程{next(_numbers)}", hours=Decimal(hours), owner=owner, state=state, created_at=AT,
        published_at=AT if state in (CourseState.PUBLISHED, CourseState.ARCHIVED) else None,
    )  # fmt: skip


def offering(one: Programme, *, block: str = "electives", topic: str = "班级管理", hours: int = 2) -> Offering:
    return actions.offer_course(programme=one, block=block, topic=topic, course=course(one.owner, hours=hours), by=SYSTEM, at=AT)


def withdrawal(one: Enrolment, *, reason: str = "手术住院三个月，有证明") -> Withdrawal:
    return actions.apply_to_leave(enrolment=one, reason=reason, by=learner(one.person), at=AT)


def left(one: Enrolment) -> Enrolment:
    Enrolment.objects.filter(pk=one.pk).update(state=EnrolmentState.LEFT, left_at=AT)
    one.refresh_from_db()
    return one
