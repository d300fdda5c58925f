"""An attended session can be listed in a decision: its hours fall, the school cannot put them back, an appeal can."""

import pytest

from tests.learning.deciding import LATER, decide, lift
from tests.learning.hall import AT, make_hall
from yanxiu.integrity.queries import countable_records
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict
from yanxiu.learning.actions import leaving, signalling, signing
from yanxiu.learning.models import Attendance
from yanxiu.learning.models import Finding as State

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(db):
    hall = make_hall()
    hall.scan()
    hall.scan(1)
    hall.settle()
    return hall


@pytest.fixture
def decision(hall):
    person = hall.people[0].person
    (counting,) = countable_records(person.pk, hall.programme.pk)
    assert (counting.object_type, counting.hours) == ("session", hall.session.hours)
    return decide(person, seat=hall.place.county, record_id=counting.id)


def test_exactly_the_listed_attendance_stops_counting(hall, decision):
    assert hall.tally("hours.earned") == (0, 0)
    assert hall.tally("sessions.attended") == (0, 0)
    assert hall.tally("hours.earned", 1) == (1, hall.session.hours)


def test_the_school_cannot_correct_it_back(hall, decision):
    with pytest.raises(Conflict, match="申诉"):
        signing.correct_attendance(attendance=hall.of(), finding=State.LATE, reason="当时在场", by=hall.school_admin, at=LATER)
    signing.call_roll(session=hall.session, ids=[hall.of().pk], finding=State.LATE, reason="当时在场", by=hall.host, at=LATER)

    assert hall.tally("hours.earned") == (0, 0)
    assert hall.of().state == State.PRESENT


def test_an_appeal_gives_it_back_once_and_corrections_work_again(hall, decision):
    assert [lift(decision), signalling.reinstate(decision=decision, by=SYSTEM, at=LATER)] == [1, 0]
    assert hall.tally("hours.earned") == (1, hall.session.hours)

    signing.correct_attendance(attendance=hall.of(), finding=State.ABSENT, reason="提前离场", by=hall.school_admin, at=LATER)

    assert hall.tally("hours.earned") == (0, 0)
    assert hall.records() == ["missed"]


def test_what_was_said_meanwhile_takes_effect_with_the_appeal(hall, decision):
    signing.strike_sign_ins(session=hall.session, ids=[hall.of().pk], reason="代签", by=hall.host, at=LATER)
    assert hall.of().state == State.PRESENT

    lift(decision)

    assert (hall.of().state, hall.records()) == (State.ABSENT, ["missed"])


def test_others_of_the_session_are_untouched_by_it(hall, decision):
    request = leaving.ask_leave(attendance=hall.of(2), reason="孩子发烧，去医院", by=hall.who(2), at=AT)
    leaving.grant_leave(request=request, opinion="", by=hall.school_admin, at=LATER)

    states = dict(Attendance.objects.values_list("enrolment__person__name", "state"))
    assert states == {"李雷": "present", "韩雪": "present", "赵敏": "leave"}
