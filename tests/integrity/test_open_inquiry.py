"""A person of an office opens an inquiry."""

import pytest

from tests.integrity import factories as make
from tests.integrity import steps
from tests.integrity.factories import AT
from tests.programmes import factories as programmes
from yanxiu.integrity import actions
from yanxiu.integrity.models import Handling, Inquiry
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.orgs.models import Kind
from yanxiu.records.models import Record


def test_the_office_that_opens_decides_and_the_next_one_up_hears_appeals(place):
    one = make.signal(place.teacher, programme_id=7, programme_title="2026 年研修")

    inquiry = actions.open_inquiry(signals=[one], by=steps.office(place), at=AT)

    assert (inquiry.state, inquiry.seat, inquiry.appeal_seat) == ("open", place.county, place.city)
    assert (inquiry.person, inquiry.programme_id, inquiry.opened_by) == (place.teacher, 7, steps.OFFICE)
    assert Handling.objects.get(signal=one).inquiry == inquiry
    assert Record.objects.get(verb="opened", object_type="inquiry").person_id == place.teacher.pk


def test_a_direct_school_is_one_up(place):
    direct = programmes.teacher(programmes.org(parent=place.city, name="市直属中学"))

    inquiry = actions.open_inquiry(signals=[make.signal(direct)], by=steps.above(place), at=AT)

    assert (inquiry.seat, inquiry.appeal_seat) == (place.city, place.province)


def test_at_the_top_the_seat_stays_and_another_person_will_hear(place):
    nation = programmes.org(name="中国", kind=Kind.NATION)
    teacher = programmes.teacher(programmes.org(parent=nation, name="部属中学"))

    inquiry = actions.open_inquiry(signals=[make.signal(teacher)], by=programmes.holder("province_admin", nation), at=AT)

    assert inquiry.seat == inquiry.appeal_seat == nation


@pytest.mark.parametrize(
    ("who", "error"), [("learner", NotPermitted), ("school_admin", NotPermitted), ("stranger", NotFound), ("system", NotPermitted)]
)
def test_only_a_person_of_an_office_above_opens(place, who, error):
    stranger = programmes.holder("county_admin", programmes.org(parent=place.city, kind=Kind.COUNTY, name="邻县"))
    by = {"stranger": stranger, "system": SYSTEM}.get(who) or getattr(place, who)

    with pytest.raises(error):
        actions.open_inquiry(signals=[make.signal(place.teacher)], by=by, at=AT)

    assert not Inquiry.objects.exists()


def test_colleagues_of_the_same_office_do_not_inquire_into_each_other(place):
    colleague = programmes.teacher(place.county, stage="")

    with pytest.raises(NotPermitted, match="上一级"):
        actions.open_inquiry(signals=[make.signal(colleague)], by=steps.office(place), at=AT)

    assert actions.open_inquiry(signals=[make.signal(colleague)], by=steps.above(place), at=AT).seat == place.city


def test_nobody_opens_an_own_case(place):
    me = Actor(person_id=place.teacher.pk, label="李雷", grants=place.office.grants)

    with pytest.raises(NotPermitted, match="自己"):
        actions.open_inquiry(signals=[make.signal(place.teacher)], by=me, at=AT)


def test_one_inquiry_runs_at_a_time(place):
    steps.opened(place)

    with pytest.raises(Conflict, match="没有结"):
        steps.opened(place)

    assert Inquiry.objects.count() == 1
    assert Handling.objects.count() == 1
