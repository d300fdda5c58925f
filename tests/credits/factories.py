"""A running 000b with people who have studied: the arrangement most tests of the ledger need."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from tests.programmes import factories as programmes
from yanxiu.credits import actions as credit_actions
from yanxiu.credits import ledger
from yanxiu.credits.models import Certificate, Entry, Head, Root, Settlement
from yanxiu.evaluation import actions as evaluation
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.learning.events import StudyEvent
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes import actions
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import record

STUDIED = datetime(2026, 12, 20, 4, tzinfo=UTC)
SETTLED = datetime(2027, 1, 30, 4, tzinfo=UTC)
FULL = (
    ("lesson_case", "n1", "national", 2), ("lesson_case", "n2", "national", 2), ("course", "m1", "methods", 2),
    *(("lesson_case", f"c{n}", "casework", 3) for n in range(4)), ("course", "l1", "law", 2), ("course", "l2", "law", 2),
    ("course", "e1", "electives", 7), ("course", "e2", "electives", 7),
)  # fmt: skip


def running_programme(unit: Org) -> Programme:
    """000b, published by the unit's parent with its requirements laid down."""
    programme = actions.create_programme(owner=unit, code=f"p{unit.pk}", title="2026 年研修", by=SYSTEM, at=programmes.AT)
    version = actions.publish(programme=programme, source=programmes.SCHOOL_PLAN, parameters=programmes.MASKED, by=SYSTEM, at=programmes.AT)
    evaluation.lay_down(version=version, by=SYSTEM, at=programmes.AT)
    programme.refresh_from_db()
    return programme


def learner(programme: Programme, unit: Org, name: str) -> Person:
    """A senior-high teacher enrolled in the programme."""
    person = programmes.teacher(unit, name=name)
    actions.enrol_units(programme=programme, units=[unit], by=SYSTEM, at=programmes.AT)
    return person


@transaction.atomic
def study(programme: Programme, person: Person, items=FULL, *, at: datetime = STUDIED) -> list[int]:
    """Record that a person finished what is listed; return the record ids."""
    events = {"course": StudyEvent.COURSE_COMPLETED, "lesson_case": StudyEvent.CASE_COMPLETED}
    return [
        record(
            events[kind], object_id=name, object_label=f"学习 {name}", by=Actor(person_id=person.pk, label=person.name),
            at=at + timedelta(minutes=number), programme_id=programme.pk, kind=block, measure=Decimal(hours), unit_path=person.unit_path,
        )
        for number, (kind, name, block, hours) in enumerate(items)
    ]  # fmt: skip


def entry(person: Person, programme: Programme, *, key: str = "earn:test", amount: str = "2.00") -> Entry:
    """One ledger entry through the ledger's own door."""
    select = (
        "SELECT %(person)s::bigint, %(programme)s::bigint, %(version)s::bigint, 'courses', 'registered', '学时', '', %(amount)s::numeric, 2026, "
        "%(key)s::text, '班级管理', '课程学完', '[]'::jsonb, NULL::bigint"
    )
    facts = {"person": person.pk, "programme": programme.pk, "version": programme.current_id or 0, "amount": amount, "key": key}
    with transaction.atomic():
        ledger.append((select, facts), by=SYSTEM, at=STUDIED)
    return Entry.objects.get(source_key=key)


def head(person: Person) -> Head:
    """The end of the chain of somebody with an entry."""
    return Head.objects.get(pk=person.pk)


def root() -> Root:
    """The heads rolled up."""
    return credit_actions.roll(by=SYSTEM, at=STUDIED)


def settlement(programme: Programme) -> Settlement:
    """A finished run of settling."""
    return credit_actions.settle(programme=programme, by=SYSTEM, at=SETTLED)


def certificate(person: Person, programme: Programme) -> Certificate:
    """A certificate of somebody whose hours are registered."""
    return credit_actions.issue(person=person, programme=programme, by=SYSTEM, at=SETTLED)
