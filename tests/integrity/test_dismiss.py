"""An office sets signals aside for a reason."""

import pytest

from tests.integrity import factories as make
from tests.integrity import steps
from tests.integrity.factories import AT
from tests.programmes import factories as programmes
from yanxiu.integrity import actions, permissions
from yanxiu.integrity.models import Handling
from yanxiu.integrity.queries.inbox import suspects
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

REASON = "机房轮流使用，与课表相符"


def test_signals_set_aside_wait_no_more(place):
    signals = [make.signal(place.teacher), make.signal(place.teacher)]
    kept = make.signal(place.teacher)

    assert actions.dismiss(signals=signals, reason=REASON, by=steps.office(place), at=AT) == 2

    found = suspects(permissions.visible_signals(place.office))
    assert [(one.person, one.count) for one in found] == [(place.teacher, 1)]
    assert Handling.objects.filter(signal=kept).count() == 0
    written = Record.objects.get(verb="dismissed")
    assert (written.person_id, written.measure, written.data["reason"]) == (place.teacher.pk, 2, REASON)


@pytest.mark.parametrize(
    ("who", "error"), [("learner", NotPermitted), ("school_admin", NotPermitted), ("stranger", NotFound), ("system", NotPermitted)]
)
def test_only_an_office_above_sets_aside(place, who, error):
    stranger = programmes.holder("county_admin", programmes.org(parent=place.city, name="邻县"))
    by = {"stranger": stranger, "system": SYSTEM}.get(who) or getattr(place, who)

    with pytest.raises(error):
        actions.dismiss(signals=[make.signal(place.teacher)], reason=REASON, by=by, at=AT)

    assert not Handling.objects.exists()


def test_an_empty_reason_is_refused(place):
    with pytest.raises(Invalid, match="理由"):
        actions.dismiss(signals=[make.signal(place.teacher)], reason=" 无 ", by=steps.office(place), at=AT)


def test_what_somebody_handled_is_not_handled_again(place):
    one = make.signal(place.teacher)
    actions.dismiss(signals=[one], reason=REASON, by=steps.office(place), at=AT)

    with pytest.raises(Conflict, match="刷新"):
        actions.dismiss(signals=[one, make.signal(place.teacher)], reason=REASON, by=steps.office(place), at=AT)

    assert Handling.objects.count() == 1


def test_signals_about_several_people_are_not_mixed(place):
    other = programmes.teacher(place.school)

    with pytest.raises(Conflict, match="同一位"):
        actions.dismiss(signals=[make.signal(place.teacher), make.signal(other)], reason=REASON, by=steps.office(place), at=AT)
