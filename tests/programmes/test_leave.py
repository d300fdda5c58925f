"""apply_to_leave, approve_leave, return_leave: works / who may / refuses / edge."""

from datetime import UTC, datetime

import pytest

from tests.programmes import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.programmes import actions
from yanxiu.programmes.models import EnrolmentState, Withdrawal, WithdrawalState
from yanxiu.records.models import Record

DUE = make.SMALL_PLAN + (
    "orgs: {chain: [county, school]}\n"
    "enrol: {withdraw: {label: 报删, apply: self, review: [school], due: 2026-12-11, forms: [excel], personal_ok: false}}\n"
)


@pytest.fixture
def place(region):
    return make.enrolment(make.running(region.county), make.teacher(region.school, name="李雷"))


@pytest.fixture
def school(region):
    return make.holder("school_admin", region.school)


def test_the_teacher_applies_and_the_school_agrees(place, school):
    application = make.withdrawal(place)

    actions.approve_leave(withdrawal=application, by=school, at=make.AT)

    place.refresh_from_db()
    application.refresh_from_db()
    assert (place.state, place.left_at) == (EnrolmentState.LEFT, make.AT)
    assert (application.state, application.decided_by) == (WithdrawalState.APPROVED, school.person_id)
    assert Record.objects.get(verb="left").person_id == place.person_id
    assert set(Record.objects.filter(object_type="withdrawal").values_list("verb", flat=True)) == {"applied", "approved"}


def test_returned_with_what_is_missing_it_may_be_sent_again(place, school):
    actions.return_leave(withdrawal=make.withdrawal(place), opinion="住院证明缺公章，请补盖后重交", by=school, at=make.AT)

    place.refresh_from_db()
    assert place.state == EnrolmentState.ACTIVE
    make.withdrawal(place)
    assert Withdrawal.objects.filter(enrolment=place).count() == 2


def test_nobody_is_deregistered_by_others(place, school):
    with pytest.raises(NotPermitted, match="本人申请"):
        actions.apply_to_leave(enrolment=place, reason="手术住院三个月，有证明", by=school, at=make.AT)


def test_nobody_agrees_to_the_own_application(region, place):
    application = make.withdrawal(place)

    with pytest.raises(NotPermitted, match="自己"):
        actions.approve_leave(withdrawal=application, by=make.holder("school_admin", region.school, person=place.person), at=make.AT)


def test_another_school_does_not_see_it(region, place):
    application = make.withdrawal(place)

    with pytest.raises(NotFound):
        actions.approve_leave(withdrawal=application, by=make.holder("school_admin", region.second_school), at=make.AT)


@pytest.mark.parametrize("reason", ["", "忙", "  没空  ", "长" * 501])
def test_a_reason_is_needed(place, reason):
    with pytest.raises(Invalid):
        make.withdrawal(place, reason=reason)
    assert not Withdrawal.objects.exists()


def test_one_application_waits_at_a_time(place):
    make.withdrawal(place)

    with pytest.raises(Conflict, match="已有一份"):
        make.withdrawal(place)


def test_a_decision_is_final(place, school):
    application = make.withdrawal(place)
    actions.approve_leave(withdrawal=application, by=school, at=make.AT)

    with pytest.raises(Conflict, match="不能再改"):
        actions.return_leave(withdrawal=application, opinion="再看看，缺证明", by=school, at=make.AT)
    with pytest.raises(Conflict, match="已经报删"):
        make.withdrawal(place)


def test_returning_needs_words(place, school):
    with pytest.raises(Invalid, match="为什么退回"):
        actions.return_leave(withdrawal=make.withdrawal(place), opinion=" ", by=school, at=make.AT)


def test_the_plans_last_day_counts_to_24_00(region):
    place = make.enrolment(make.running(region.county, source=DUE), make.teacher(region.school))
    late = datetime(2026, 12, 11, 16, tzinfo=UTC)

    with pytest.raises(actions.LeaveClosed, match="报删 12 月 11 日 24:00 已截止"):
        actions.apply_to_leave(enrolment=place, reason="手术住院三个月", by=make.learner(place.person), at=late)
    in_time = datetime(2026, 12, 11, 15, 59, tzinfo=UTC)
    assert actions.apply_to_leave(enrolment=place, reason="手术住院三个月", by=make.learner(place.person), at=in_time)
