"""Settling again: only those for whom something moved are judged, and the ledger is what judging everybody would give."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tests.credits import factories
from tests.programmes import factories as programmes
from yanxiu.credits import actions, changes, settlement
from yanxiu.credits.models import Entry
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation.models import Requirement
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.programmes.models import Enrolment
from yanxiu.records import actions as records

# Rows tell by their transaction whether they are new, so these tests commit; each publishes a whole programme.
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LATER = factories.SETTLED + timedelta(days=1)


@pytest.fixture
def nobody_else(monkeypatch):
    """Pass over transactions that tests beside this one have open in other databases of the server; ours has none."""
    newest = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xid"
    monkeypatch.setattr(changes, "oldest_open", lambda: int(sql.rows(newest)[0]["xid"]))


@pytest.fixture
def settle(programme, monkeypatch):
    """Settle, and return the persons who were judged."""
    whole, seen = settlement.settle_batch, []

    def watched(**facts):
        seen.extend(facts["persons"])
        return whole(**facts)

    def run(at=factories.SETTLED):
        seen.clear()
        with monkeypatch.context() as patched:
            patched.setattr(settlement, "settle_batch", watched)
            done = actions.settle(programme=programme, by=SYSTEM, at=at)
        assert done.settled == done.participants
        assert settlement.differences(programme, as_of=at) == []
        return sorted(seen)

    return run


def test_only_those_for_whom_something_moved_are_judged(programme, school, settle, nobody_else):
    one, two, three = (factories.learner(programme, school, name) for name in ("甲", "乙", "丙"))
    first = factories.study(programme, one)
    factories.study(programme, two, factories.FULL[:-1])
    assert settle() == [one.pk, two.pk, three.pk]
    assert settle() == []

    factories.study(programme, two, factories.FULL[-1:])
    assert settle() == [two.pk]

    records.void(record_id=first[0], reason="代学", by=SYSTEM, at=factories.STUDIED)
    assert settle() == [one.pk]

    late = factories.learner(programme, school, "丁")
    assert settle() == [late.pk]

    enrolment = Enrolment.objects.get(programme=programme, person=three)
    evaluation.waive(enrolment=enrolment, key=_some_key(programme), reason="长期病假", by=SYSTEM, at=factories.STUDIED)
    assert settle() == [three.pk]

    evaluation.judge(programme=programme, key=_some_key(programme), person=three, passed=True, by=SYSTEM, at=factories.STUDIED)
    assert settle() == [three.pk]

    entry = Entry.objects.filter(person_id=two.pk, account="registered").order_by("pk")[0]
    actions.reverse(entry=entry, reason="重复登记", by=SYSTEM, at=factories.STUDIED)
    assert settle() == [two.pk]
    assert settle() == []


def test_what_had_not_happened_yet_is_judged_when_it_has(programme, school, settle, nobody_else):
    one, two = (factories.learner(programme, school, name) for name in ("甲", "乙"))
    factories.study(programme, one, factories.FULL[:1], at=factories.SETTLED + timedelta(hours=1))
    assert settle() == [one.pk, two.pk]
    assert not Entry.objects.exists()

    assert settle(LATER) == [one.pk]
    assert Entry.objects.filter(person_id=one.pk).count() == 1


def test_a_host_is_judged_again_for_what_others_did_in_the_space(programme, school, settle, nobody_else):
    host, member = (factories.learner(programme, school, name) for name in ("甲", "乙"))
    evaluation.give_role(
        programme=programme, person=host, role="topic_host", space_id=77, unit_path=school.path, by=SYSTEM, at=programmes.AT
    )
    assert settle() == [host.pk, member.pk]

    in_a_space(programme, member, 77)
    assert settle() == [host.pk, member.pk]
    in_a_space(programme, member, 78)
    assert settle() == [member.pk]


@pytest.mark.parametrize("what", ["requirements", "tallies", "metrics", "a lost mark"])
def test_everybody_is_judged_when_what_holds_for_all_is_another(programme, school, settle, nobody_else, what):
    one, two = (factories.learner(programme, school, name) for name in ("甲", "乙"))
    factories.study(programme, one)
    assert settle() == [one.pk, two.pk]
    if what == "requirements":
        Requirement.objects.filter(version=programme.current_id, key=_some_key(programme)).update(label="另一个名字")
    elif what == "tallies":
        records.rebuild(by=SYSTEM, at=factories.STUDIED)
    elif what == "metrics":
        records.MetricSource.objects.create(metric="items.completed", verb="kept", object_type="diary", for_actor=False)
    else:
        settlement.Settlement.objects.update(from_xid=None)

    assert settle() == [one.pk, two.pk]
    assert settle() == []


def test_what_was_written_before_and_committed_after_is_not_passed_over(programme, school, settle):
    one, two = (factories.learner(programme, school, name) for name in ("甲", "乙"))
    assert settle() == [one.pk, two.pk]
    is_written, may_commit = threading.Event(), threading.Event()

    def slowly():
        with factories.transaction.atomic():
            factories.study(programme, one)
            is_written.set()
            may_commit.wait(30)
        connection.close()

    other = threading.Thread(target=slowly)
    other.start()
    try:
        assert is_written.wait(30)
        settle()
        assert not Entry.objects.exists()
    finally:
        may_commit.set()
        other.join()

    assert one.pk in settle()
    assert Entry.objects.filter(person_id=one.pk, account="registered").exists()


def in_a_space(programme, person, space_id: int) -> None:
    with factories.transaction.atomic():
        records.record(
            factories.StudyEvent.COURSE_COMPLETED, object_id=f"s{space_id}", by=SYSTEM, at=factories.STUDIED, person_id=person.pk,
            programme_id=programme.pk, space_id=space_id, kind="law", measure=1, unit_path=person.unit_path,
        )  # fmt: skip


def _some_key(programme) -> str:
    return str(Requirement.objects.filter(version=programme.current_id, subject_role="learner").order_by("number")[0].key)
