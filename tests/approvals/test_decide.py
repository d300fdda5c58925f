"""Handing in, deciding step by step, four eyes, many at once, taking back, reminders."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access import factories as access
from tests.approvals.factories import AT, TOLD, chain_step, office, places, started, teacher
from tests.people import factories as people
from yanxiu.approvals import actions, permissions, queries
from yanxiu.approvals.models import Chain, ChainState, ChainStep, StepState
from yanxiu.kit.actor import ANONYMOUS, SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
OK, BACK, NO = StepState.APPROVED, StepState.RETURNED, StepState.REFUSED


def _decide(chain, verdict, by, opinion="情况属实", at=AT):
    return actions.decide(chain=chain, verdict=verdict, opinion=opinion, by=by, at=at)


def _waiting(chain):
    return ChainStep.objects.get(chain=chain, state=StepState.WAITING)


def test_the_first_station_has_it_at_once_and_the_next_when_it_agreed():
    school, county, city = places()
    chain = started(school, county, city)
    assert (_waiting(chain).level, _waiting(chain).came_at) == ("学校", AT)
    _decide(chain, OK, office(school, person_id=1, role="school_admin"), at=AT + timedelta(hours=1))
    assert (_waiting(chain).level, _waiting(chain).came_at) == ("区县", AT + timedelta(hours=1))
    _decide(chain, OK, office(county, person_id=2))
    _decide(chain, OK, office(city, person_id=3, role="city_admin"))
    chain.refresh_from_db()
    assert (chain.state, chain.ended_at) == (ChainState.APPROVED, AT)
    assert TOLD == [("学校", "approved"), ("区县", "approved"), ("市", "approved"), ("end", "approved")]
    verbs = list(Record.objects.filter(object_type="approval").order_by("pk").values_list("verb", "kind", "actor_id"))
    assert verbs == [("asked", "paper", 7), ("approved", "paper", 1), ("approved", "paper", 2), ("approved", "paper", 3)]


def test_nothing_goes_up_where_nobody_stands():
    with pytest.raises(Invalid, match="没有上级可以送审"):
        actions.start(kind="paper", object_type="paper", object_id=1, title="x", unit_path="/1/", stations=[], by=teacher(), at=AT)


def test_an_object_goes_up_once_at_a_time():
    school, _county, _city = places()
    chain = started(school, object_id=5)
    with pytest.raises(actions.AlreadyAsked, match="已经送审"):
        started(school, object_id=5)
    _decide(chain, BACK, office(school, person_id=1, role="school_admin"))
    assert started(school, object_id=5).pk != chain.pk


@pytest.mark.parametrize(("verdict", "state"), [(BACK, ChainState.RETURNED), (NO, ChainState.REFUSED)])
def test_returning_and_refusing_end_it_and_say_why(verdict, state):
    school, county, _city = places()
    chain = started(school, county)
    clerk = office(school, person_id=1, role="school_admin")
    with pytest.raises(Invalid, match="请写明原因"):
        _decide(chain, verdict, clerk, opinion="  ")
    assert _waiting(chain).level == "学校"
    _decide(chain, verdict, clerk, opinion="缺第 3 页")
    chain.refresh_from_db()
    assert chain.state == state
    assert list(ChainStep.objects.filter(chain=chain).order_by("position").values_list("state", "opinion")) == [
        (verdict, "缺第 3 页"),
        ("coming", ""),
    ]
    with pytest.raises(actions.NotOpen, match="现在没有待审的一步"):
        _decide(chain, OK, office(county, person_id=2))


def test_who_may_decide():
    school, county, city = places()
    chain = started(school, county)
    with pytest.raises(NotPermitted, match="由登录的本人"):
        _decide(chain, OK, SYSTEM)
    with pytest.raises(NotFound):
        _decide(chain, OK, teacher(99))
    with pytest.raises(NotPermitted, match="（学校）审核"):
        _decide(chain, OK, teacher(7))
    with pytest.raises(NotPermitted):
        actions.start(
            kind="paper",
            object_type="paper",
            object_id=9,
            title="x",
            unit_path="/",
            stations=[queries.station_of(city)],
            by=ANONYMOUS,
            at=AT,
        )
    _decide(chain, OK, office(county, person_id=2))  # in place of the school
    with pytest.raises(NotPermitted, match="您已经审过这件的另一步"):
        _decide(chain, OK, office(county, person_id=2))
    _decide(chain, OK, office(county, person_id=3))


def test_who_asked_does_not_decide():
    school, county, _city = places()
    clerk = office(school, person_id=1, role="school_admin")
    chain = started(school, by=clerk)
    with pytest.raises(NotPermitted, match="自己送审的由别人审"):
        _decide(chain, OK, clerk)
    _decide(chain, OK, office(county, person_id=2))


def test_the_database_keeps_four_eyes():
    school, county, _city = places()
    chain = started(school, county)
    ours = ChainStep.objects.filter(chain=chain, position=1)
    done = {"state": "approved", "decided_at": AT}
    with pytest.raises(IntegrityError, match="approvals_step_four_eyes"), transaction.atomic():
        ours.update(decided_by=7, **done)
    ours.update(decided_by=1, **done)
    with pytest.raises(IntegrityError, match="approvals_step_other_eyes"), transaction.atomic():
        ChainStep.objects.filter(chain=chain, position=2).update(decided_by=1, **done)
    chain_step(of=chain, position=3)
    with pytest.raises(IntegrityError, match="approvals_step_one_waiting"), transaction.atomic():
        chain_step(of=chain, position=4)


def test_a_decision_is_taken_back_until_the_next_step_has_acted():
    school, county, _city = places()
    chain = started(school, county)
    clerk, officer = office(school, person_id=1, role="school_admin"), office(county, person_id=2)
    _decide(chain, OK, clerk)
    with pytest.raises(NotPermitted, match="由写的人自己撤回"):
        actions.undo(chain=chain, by=officer, at=AT)
    assert actions.undo(chain=chain, by=clerk, at=AT).state == StepState.WAITING
    assert list(ChainStep.objects.filter(chain=chain).order_by("position").values_list("state", flat=True)) == ["waiting", "coming"]
    _decide(chain, OK, clerk)
    _decide(chain, OK, officer)
    with pytest.raises(Conflict, match="下一步已经审了"):
        actions.undo(chain=chain, by=clerk, at=AT)


def test_the_end_is_taken_back_within_a_day_and_its_kind_hears():
    school, _county, _city = places()
    chain = started(school)
    clerk = office(school, person_id=1, role="school_admin")
    _decide(chain, OK, clerk)
    with pytest.raises(Conflict, match="超过一天"):
        actions.undo(chain=chain, by=clerk, at=AT + timedelta(hours=25))
    actions.undo(chain=chain, by=clerk, at=AT + timedelta(hours=23))
    chain.refresh_from_db()
    assert (chain.state, chain.ended_at, TOLD[-1]) == (ChainState.OPEN, None, ("reopened", "open"))


def test_who_asked_takes_it_back():
    school, county, _city = places()
    chain = started(school, county)
    with pytest.raises(NotPermitted, match="由送审的人自己撤回"):
        actions.withdraw(chain=chain, by=office(school, person_id=1, role="school_admin"), at=AT)
    assert actions.withdraw(chain=chain, by=teacher(), at=AT).state == ChainState.WITHDRAWN
    assert set(ChainStep.objects.filter(chain=chain).values_list("state", flat=True)) == {"skipped"}
    assert TOLD == [("end", "withdrawn")]
    with pytest.raises(actions.NotOpen):
        actions.withdraw(chain=chain, by=teacher(), at=AT)


def test_many_of_a_kind_are_decided_at_once_and_the_rest_is_told():
    school, _county, _city = places()
    clerk = office(school, person_id=1, role="school_admin")
    mine, others = started(school, by=clerk), [started(school), started(school)]
    batch = actions.decide_many(chains=[mine, *others], verdict=OK, by=clerk, at=AT)
    assert (batch.decided, [title for title, _ in batch.left]) == (2, [mine.title])
    assert Chain.objects.filter(state=ChainState.APPROVED).count() == 2
    for chains, said in (([], "还没有选"), ([mine] * 101, "一次最多审 100 件"), ([mine, started(school, kind="other")], "同一类")):
        with pytest.raises(Invalid, match=said):
            actions.decide_many(chains=chains, verdict=OK, by=clerk, at=AT)


def test_whoever_decides_is_reminded_once():
    school, county, _city = places()
    clerk = people.person(school)
    access.appointment(person=clerk, role="school_admin", org=school)
    due, slow, fresh, nobody = started(school), started(school), started(school), started(county)
    ChainStep.objects.filter(chain=due).update(due_at=AT + timedelta(hours=20))
    ChainStep.objects.filter(chain__in=[slow, nobody]).update(came_at=AT - timedelta(days=4))
    assert actions.remind_due(by=SYSTEM, at=AT) == 2
    told = {int(one.object_id): one.data["people"] for one in Record.objects.filter(verb="reminded", object_type="approval")}
    assert told == {due.pk: [clerk.pk], slow.pk: [clerk.pk]}
    assert _waiting(fresh).reminded_at is None
    assert actions.remind_due(by=SYSTEM, at=AT) == 0
    with pytest.raises(NotPermitted):
        actions.remind_due(by=teacher(), at=AT)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_seen_and_what_is_decided_agree_with_their_checks(data):
    school, county, city = places()
    chains = [started(school, county), started(county), started(city, by=office(school, person_id=1, role="school_admin"))]
    decided = _decide(chains[0], OK, office(school, person_id=1, role="school_admin")).chain
    at = data.draw(st.sampled_from([school, county, city]))
    actor = office(
        at, person_id=data.draw(st.sampled_from([1, 2, 7])), role=data.draw(st.sampled_from(["school_admin", "expert", "tutor"]))
    )
    seen = set(permissions.visible_chains(actor).values_list("pk", flat=True))
    may = set(permissions.decidable_steps(actor).values_list("chain_id", flat=True))
    for chain in (decided, *chains[1:]):
        steps = list(ChainStep.objects.filter(chain=chain).select_related("chain"))
        assert (chain.pk in seen) == holds(permissions.check_can_see_chain, actor, chain)
        step = next(one for one in steps if one.state == StepState.WAITING)
        assert (chain.pk in may) == holds(permissions.check_can_decide, actor, step, steps=steps)
    own = set(permissions.own_steps(actor).filter(state=StepState.WAITING).values_list("chain_id", flat=True))
    assert own | set(permissions.lower_steps(actor).values_list("chain_id", flat=True)) == may


def test_what_was_decided_meanwhile_is_told_and_the_next_step_is_not_decided_in_its_place():
    _school, county, city = places()
    chain = started(county, city)
    seen = _waiting(chain)
    _decide(chain, OK, office(county, person_id=2))
    late = office(city, person_id=3, role="city_admin")

    with pytest.raises(actions.NotOpen, match="审过这一步，现在等"):
        actions.decide(chain=chain, verdict=OK, seen=seen.pk, by=late, at=AT)

    assert _waiting(chain).position == 2
    assert actions.decide(chain=chain, verdict=OK, seen=_waiting(chain).pk, by=late, at=AT).position == 2
