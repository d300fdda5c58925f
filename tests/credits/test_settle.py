"""Settling: provisional per course, registered only when qualified, once, resumable, and equal to what the evidence gives."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db.models import Sum

from tests.credits import factories
from tests.programmes import factories as programmes
from yanxiu.credits import actions, permissions, settlement, verification
from yanxiu.credits.models import Entry, Settlement
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation import results, standing
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, NotPermitted
from yanxiu.programmes.models import Enrolment
from yanxiu.programmes.plan import outcomes
from yanxiu.programmes.queries import plan_of
from yanxiu.records import actions as records

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each publishes a whole programme


def balance(person, account: str) -> Decimal:
    return Entry.objects.filter(person_id=person.pk, account=account).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def settle(programme):
    return actions.settle(programme=programme, by=SYSTEM, at=factories.SETTLED)


def test_the_qualified_are_registered_and_the_others_stay_provisional(programme, school):
    full, short = factories.learner(programme, school, "周敏"), factories.learner(programme, school, "李雷")
    factories.study(programme, full)
    factories.study(programme, short, factories.FULL[:-1])

    run = settle(programme)

    assert (balance(full, "provisional"), balance(full, "registered")) == (0, 36)
    assert (balance(short, "provisional"), balance(short, "registered")) == (29, 0)
    assert (run.participants, run.settled, run.qualified) == (2, 2, 1)
    assert verification.faults() == []
    assert settlement.differences(programme, as_of=factories.SETTLED) == []


def test_settling_twice_adds_nothing(programme, school):
    factories.study(programme, factories.learner(programme, school, "周敏"))
    settle(programme)
    before = Entry.objects.count()

    again = settle(programme)

    assert (Entry.objects.count(), again.entries) == (before, 0)


def test_what_is_finished_after_the_cut_off_counts_for_the_next_year(programme, school):
    late = factories.learner(programme, school, "周敏")
    factories.study(programme, late, factories.FULL[:-1])
    factories.study(programme, late, factories.FULL[-1:], at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC))  # 2027-01-01 00:00 Shanghai

    settle(programme)

    years = {
        entry.year: entry.amount for entry in Entry.objects.filter(person_id=late.pk, source_key__startswith="register:").order_by("pk")
    }
    assert set(years) == {2026, 2027}


def test_a_killed_run_goes_on_where_it_stopped(programme, school, monkeypatch):
    for name in ("甲", "乙", "丙"):
        factories.study(programme, factories.learner(programme, school, name))
    monkeypatch.setattr(settlement, "BATCH", 1)
    monkeypatch.setattr(settlement.batches, "__kwdefaults__", {"after": 0, "size": 1})
    whole = settlement.settle_batch
    calls = []

    def dying(**facts):
        if len(calls) == 1:
            raise RuntimeError("killed")
        calls.append(facts["persons"])
        return whole(**facts)

    monkeypatch.setattr(settlement, "settle_batch", dying)
    with pytest.raises(RuntimeError, match="killed"):
        settle(programme)
    monkeypatch.setattr(settlement, "settle_batch", whole)

    run = settle(programme)

    assert Settlement.objects.count() == 1
    assert (run.settled, run.qualified) == (3, 3)
    assert verification.faults() == []
    assert settlement.differences(programme, as_of=factories.SETTLED) == []


def test_a_voided_course_is_taken_back_and_the_others_wait_for_the_gate_again(programme, school):
    """Exactly its hours fall; the honest ones stay, provisional as with anybody who is short (golden example 1)."""
    person = factories.learner(programme, school, "周敏")
    numbers = factories.study(programme, person)
    settle(programme)
    records.void(record_id=numbers[-1], reason="作业查实抄袭", by=SYSTEM, at=factories.SETTLED)

    settle(programme)

    assert (balance(person, "provisional"), balance(person, "registered")) == (29, 0)
    assert settle(programme).entries == 0
    assert settlement.differences(programme, as_of=factories.SETTLED) == []
    assert verification.faults() == []


def test_what_is_studied_anew_after_a_voiding_counts_once_and_registers_all(programme, school):
    person = factories.learner(programme, school, "周敏")
    numbers = factories.study(programme, person)
    settle(programme)
    records.void(record_id=numbers[-1], reason="作业查实抄袭", by=SYSTEM, at=factories.SETTLED)
    settle(programme)
    factories.study(programme, person, factories.FULL[-1:])

    settle(programme)

    assert (balance(person, "provisional"), balance(person, "registered")) == (0, 36)
    assert settle(programme).entries == 0
    assert settlement.differences(programme, as_of=factories.SETTLED) == []
    assert verification.faults() == []


def test_an_amount_slipped_into_the_ledger_is_a_difference(programme, school):
    person = factories.learner(programme, school, "周敏")
    factories.study(programme, person, factories.FULL[:3])
    settle(programme)
    from yanxiu.kit import sql

    sql.run("ALTER TABLE credits_entry DISABLE TRIGGER credits_entry_append_only")
    sql.run("UPDATE credits_entry SET amount = 30 WHERE person_id = %(p)s AND number = 1", {"p": person.pk})
    sql.run("ALTER TABLE credits_entry ENABLE TRIGGER credits_entry_append_only")

    (found,) = settlement.differences(programme, as_of=factories.SETTLED)

    assert (found.person_id, found.in_ledger, found.by_evidence) == (person.pk, Decimal(30), Decimal(2))
    assert verification.faults()[0].what == "content"


def test_only_the_owners_office_settles(programme, school):
    with pytest.raises(NotPermitted):
        actions.settle(programme=programme, by=Actor(person_id=1, label="教师"), at=factories.SETTLED)

    assert not Settlement.objects.exists()


def test_a_programme_without_requirements_is_not_settled(school):
    from yanxiu.programmes import actions as programme_actions

    raw = programme_actions.create_programme(owner=school, code="raw", title="草稿", by=SYSTEM, at=programmes.AT)

    with pytest.raises(Conflict, match="还没有建立好"):
        settle(raw)


def test_a_waived_requirement_counts_as_met_in_standing_and_result(programme, school):
    person = factories.learner(programme, school, "周敏")
    factories.study(programme, person, factories.FULL[:-2])
    enrolment = Enrolment.objects.get(person=person)

    evaluation.waive(enrolment=enrolment, key="electives", reason="产假", by=SYSTEM, at=factories.STUDIED)

    rows = {one.key: one for one in standing.of(versions=[programme.current_id], persons=[person.pk], at=factories.STUDIED)}
    assert rows["electives"].status == "waived"
    (rule,) = [rule for rule in outcomes.pass_rules(plan_of(programme.current_id)) if rule.id == "learner"]
    (result,) = results.of_rule(rule, versions=[programme.current_id], at=factories.STUDIED)
    assert (result.passed, result.missing) == (True, ())
    with pytest.raises(Conflict):
        evaluation.waive(enrolment=enrolment, key="electives", reason="再来", by=SYSTEM, at=factories.STUDIED)


def test_reversing_needs_a_reason_is_done_once_and_keeps_the_chain(programme, school):
    person = factories.learner(programme, school, "周敏")
    factories.study(programme, person, factories.FULL[:2])
    settle(programme)
    entry = Entry.objects.filter(person_id=person.pk).order_by("number").first()
    with pytest.raises(Exception, match="请写明冲销的原因"):
        actions.reverse(entry=entry, reason=" ", by=SYSTEM, at=factories.SETTLED)

    reversal = actions.reverse(entry=entry, reason="重复登记", by=SYSTEM, at=factories.SETTLED)

    assert (reversal.amount, reversal.reverses, reversal.reason) == (-entry.amount, entry.pk, "重复登记")
    assert verification.faults() == []
    with pytest.raises(Conflict):
        actions.reverse(entry=entry, reason="再来一次", by=SYSTEM, at=factories.SETTLED)
    with pytest.raises(Conflict):
        actions.reverse(entry=reversal, reason="冲销冲销", by=SYSTEM, at=factories.SETTLED)


def test_nobody_reverses_his_own_entry(programme, school):
    person = factories.learner(programme, school, "周敏")
    factories.study(programme, person, factories.FULL[:1])
    settle(programme)
    entry = Entry.objects.get(person_id=person.pk)
    me = programmes.holder("province_admin", school, person=person)

    with pytest.raises(NotPermitted, match="不能冲销自己"):
        permissions.check_can_reverse(me, entry, person)
