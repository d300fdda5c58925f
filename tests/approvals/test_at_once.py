"""A step is decided once, whoever presses at the same moment, and nobody decides a step that she did not see."""

import pytest

from tests.approvals.factories import AT, TOLD, office, places, started, teacher
from tests.together import at_once, metrics_again  # noqa: F401 - the fixture
from yanxiu.approvals import actions
from yanxiu.approvals.models import Chain, ChainState, ChainStep, StepState
from yanxiu.records.models import Record

OK, BACK = StepState.APPROVED, StepState.RETURNED


@pytest.mark.django_db(transaction=True)
def test_a_step_that_two_decide_at_the_same_moment_is_decided_once():
    _school, county, city = places()
    above = [office(city, person_id=number, role="city_admin") for number in (3, 4, 5)]  # may decide for the county, and for the city

    def decide(chain, verdict, by):
        seen = ChainStep.objects.get(chain=chain, position=1)
        return lambda: actions.decide(chain=chain, verdict=verdict, opinion="情况属实", seen=seen.pk, by=by, at=AT)

    same = started(county, city)
    ends = at_once([decide(same, OK, one) for one in above])
    assert ends == {"": 1, "NotOpen": 2}
    assert list(ChainStep.objects.filter(chain=same).order_by("position").values_list("state", flat=True)) == ["approved", "waiting"]
    assert Record.objects.filter(object_type="approval", verb="approved").count() == 1

    TOLD.clear()
    other = started(county, city)
    ends = at_once([decide(other, OK, above[0]), decide(other, BACK, above[1])])
    assert ends == {"": 1, "NotOpen": 1}
    state = Chain.objects.get(pk=other.pk).state
    steps = list(ChainStep.objects.filter(chain=other).order_by("position").values_list("state", flat=True))
    assert (state, steps) in [(ChainState.OPEN, ["approved", "waiting"]), (ChainState.RETURNED, ["returned", "coming"])]
    assert TOLD in [[("区县", "approved")], [("区县", "returned"), ("end", "returned")]]

    taken = started(county, city)
    ends = at_once([decide(taken, OK, above[0]), lambda: actions.withdraw(chain=taken, by=teacher(), at=AT)])
    assert ends[""] in (1, 2)  # approved before it was taken back, or taken back before
    assert Chain.objects.get(pk=taken.pk).state == ChainState.WITHDRAWN
