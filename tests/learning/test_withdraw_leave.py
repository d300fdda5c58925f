"""Leave is taken back by who asked, while it waits; afterwards she asks anew."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from tests.learning.hall import AT, make_hall
from tests.learning.test_attend_pages import browser
from yanxiu.kit.errors import Conflict, NotPermitted
from yanxiu.learning.actions import leaving
from yanxiu.learning.models import Finding, LeaveRequest, LeaveState
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
EARLY = AT - timedelta(hours=3)


@pytest.fixture
def hall(db):
    with time_machine.travel(EARLY, tick=False):
        yield make_hall()


def ask(hall, reason: str = "孩子发烧，去医院") -> LeaveRequest:
    return leaving.ask_leave(attendance=hall.of(), reason=reason, by=hall.who(), at=EARLY)


def test_what_waits_is_taken_back_once_and_nobody_decides_it(hall):
    request = ask(hall)

    for _ in range(2):
        leaving.withdraw_leave(request=request, by=hall.who(), at=EARLY)

    assert LeaveRequest.objects.get().state == LeaveState.WITHDRAWN
    assert Record.objects.filter(verb="withdrew", object_type="leave").count() == 1
    with pytest.raises(Conflict, match="本人已撤回"):
        leaving.grant_leave(request=request, opinion="", by=hall.school_admin, at=AT)
    assert hall.of().state == Finding.PENDING


def test_she_asks_anew_after_taking_back_and_after_a_refusal(hall):
    leaving.withdraw_leave(request=ask(hall), by=hall.who(), at=EARLY)
    second = ask(hall, "改到下午去医院")
    leaving.refuse_leave(request=second, opinion="请错开时间", by=hall.school_admin, at=EARLY)

    assert ask(hall, "医生只有上午在").state == LeaveState.APPLIED
    assert sorted(LeaveRequest.objects.values_list("state", flat=True)) == ["applied", "refused", "withdrawn"]


@pytest.mark.parametrize(("verb", "words"), [(leaving.grant_leave, "仍按到场计"), (leaving.refuse_leave, "再请一次")])
def test_what_is_decided_is_not_taken_back(hall, verb, words):
    request = ask(hall)
    verb(request=request, opinion="已阅", by=hall.school_admin, at=EARLY)

    with pytest.raises(Conflict, match=words):
        leaving.withdraw_leave(request=request, by=hall.who(), at=EARLY)


def test_nobody_takes_back_for_another(hall):
    request = ask(hall)

    for other in (hall.who(1), hall.school_admin):
        with pytest.raises(NotPermitted, match="本人"):
            leaving.withdraw_leave(request=request, by=other, at=EARLY)


def test_from_the_page(hall):
    request = ask(hall)
    client = browser(hall.people[0].person)
    where = reverse("learning:withdraw_leave", args=[request.pk])
    assert where in shown(client)
    assert browser(hall.people[1].person).post(where).status_code == 404

    client.post(where)

    assert reverse("learning:ask_leave", args=[hall.session.pk]) in shown(client)


def shown(client) -> str:
    return client.get(reverse("learning:my_sessions")).content.decode()
