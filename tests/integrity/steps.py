"""An inquiry brought as far as a test needs it, through the verbs."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from tests.integrity import factories as make
from tests.integrity.factories import AT, Place
from yanxiu.integrity import actions
from yanxiu.integrity.models import Finding, Inquiry
from yanxiu.kit.actor import Actor
from yanxiu.learning.events import StudyEvent
from yanxiu.people.models import Person
from yanxiu.records.actions import record

QUESTION = "11 月 19 日您的账号与另外两个账号在同一台设备上学习，请说明当时的情况。"
ANSWER = "当天在机房集中研修，三个人轮流用一台机器。"
REASON = "签到表与说明不符，两个账号同时播放。"
OFFICE = 800_001
ABOVE = 800_002


def office(place: Place, number: int = OFFICE) -> Actor:
    """The county's administrator, the same person each time."""
    return Actor(person_id=number, label="教务", grants=place.office.grants)


def above(place: Place, number: int = ABOVE) -> Actor:
    """The city's."""
    return Actor(person_id=number, label="市教务", grants=place.above.grants)


def opened(place: Place, **facts) -> Inquiry:
    return actions.open_inquiry(signals=[make.signal(place.teacher, **facts)], by=office(place), at=AT)


def asked(place: Place, **facts) -> Inquiry:
    return actions.ask(inquiry=opened(place, **facts), question=QUESTION, by=office(place), at=AT)


def answered(place: Place, **facts) -> Inquiry:
    inquiry = asked(place, **facts)
    actions.answer(inquiry=inquiry, text=ANSWER, by=place.learner, at=AT + timedelta(days=1))
    inquiry.refresh_from_db()
    return inquiry


def decided(place: Place, finding: Finding = Finding.HOURS, *, records: list[int] | None = None) -> Inquiry:
    inquiry = answered(place)
    named = (records if records is not None else completed(place.teacher)) if finding == Finding.HOURS else []
    actions.decide(inquiry=inquiry, finding=finding, reason=REASON, record_ids=named, by=office(place), at=AT + timedelta(days=2))
    inquiry.refresh_from_db()
    return inquiry


def appealed(place: Place, **facts) -> Inquiry:
    inquiry = decided(place, **facts)
    actions.appeal(inquiry=inquiry, reason="签到表可以证明我在场。", by=place.learner, at=AT + timedelta(days=3))
    inquiry.refresh_from_db()
    return inquiry


@transaction.atomic
def completed(person: Person, *, number: int = 2, programme_id: int | None = None, hours: int = 2) -> list[int]:
    """Courses that a person completed; return the ids of their records."""
    learner = Actor(person_id=person.pk, label=person.name)
    return [
        record(
            StudyEvent.COURSE_COMPLETED, object_id=f"c{one}", object_label=f"课堂观察 {one}", by=learner, at=AT - timedelta(days=2 + one),
            programme_id=programme_id, kind="electives", measure=Decimal(hours), unit_path=person.unit_path,
        )
        for one in range(number)
    ]  # fmt: skip
