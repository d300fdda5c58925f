"""Writing, counting, voiding and rebuilding records."""

import contextlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.records import actions, metrics, queries
from yanxiu.records.events import EventType
from yanxiu.records.models import MetricSource, Record, Tally

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


class TrialEvent(EventType):
    WRITTEN = ("written", "trial_essay", "写文章")
    JUDGED = ("judged", "trial_essay", "评文章")


@pytest.fixture(autouse=True)
def _trial_metrics(monkeypatch):
    known = {
        **metrics.registry(),
        "trial.written": metrics.Metric(key="trial.written", zh="文章", counts=(TrialEvent.WRITTEN,)),
        "trial.judged": metrics.Metric(key="trial.judged", zh="评阅", counts=(TrialEvent.JUDGED,), for_actor=True),
    }
    monkeypatch.setattr(metrics, "_REGISTRY", known)
    actions.store_metrics(by=SYSTEM, at=AT)


def person(number: int) -> Actor:
    return Actor(person_id=number, label=f"教师{number}")


def write(number: int = 1, **facts) -> int:
    return actions.record(TrialEvent.WRITTEN, object_id=facts.pop("object_id", "e1"), by=person(number), at=facts.pop("at", AT), **facts)


def tallies() -> dict[tuple, tuple]:
    return {(t.person_id, t.metric, t.kind, t.slice): (t.count, t.amount) for t in Tally.objects.all() if t.count}


def test_a_record_is_counted_for_the_person_concerned_with_its_measure():
    write(1, kind="散文", measure=Decimal("2.5"))
    write(1, kind="散文", measure=Decimal(1))

    assert tallies() == {(1, "trial.written", "散文", 0): (2, Decimal("3.5"))}


def test_a_metric_for_the_actor_counts_who_did_it_not_whom_it_concerns():
    actions.record(TrialEvent.JUDGED, object_id="e1", person_id=1, by=person(9), at=AT)

    assert list(tallies()) == [(9, "trial.judged", "", 0)]


def test_a_key_makes_it_happen_once():
    write(1, key="essay:1")

    with pytest.raises(actions.AlreadyRecorded), transaction.atomic():
        write(1, key="essay:1")

    assert Record.objects.count() == 1
    assert tallies() == {(1, "trial.written", "", 0): (1, 0)}


def test_voiding_lets_the_count_fall_and_happens_once():
    number = write(1, kind="散文", measure=3)

    actions.void(record_id=number, reason="抄袭", by=SYSTEM, at=AT)

    assert tallies() == {}
    assert queries.differences() == []
    with pytest.raises(actions.AlreadyRecorded), transaction.atomic():
        actions.void(record_id=number, reason="再来", by=SYSTEM, at=AT)


@pytest.mark.parametrize("statement", ["UPDATE records_record SET verb = 'x'", "DELETE FROM records_record"])
def test_the_database_refuses_to_change_or_delete_a_record(statement):
    write()

    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        sql.run(statement)


@pytest.fixture
def as_the_web():
    """`with as_the_web():` what the web's own role may do, and no more, in a transaction that is rolled back with the test's."""
    from yanxiu.records.management.commands import setup

    sql.run(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'yanxiu_app') THEN CREATE ROLE yanxiu_app LOGIN; END IF; END $$"
    )
    sql.run(setup._GRANTS)
    sql.run("REVOKE UPDATE, DELETE, TRUNCATE ON records_record FROM yanxiu_app")

    @contextlib.contextmanager
    def role():
        with transaction.atomic():
            sql.run("SET LOCAL ROLE yanxiu_app")
            yield
            sql.run("RESET ROLE")

    return role


def test_the_web_role_may_not_change_records(as_the_web):
    write()
    with pytest.raises(DatabaseError, match="permission denied"), as_the_web():
        sql.run("DELETE FROM records_record")


def test_the_web_role_takes_the_figures_of_a_table_anew(as_the_web):
    write(5, programme_id=7)
    known = "SELECT reltuples::int AS rows FROM pg_class WHERE oid = 'records_tally'::regclass"
    before = sql.rows(known)[0]["rows"]
    with as_the_web():
        sql.analyze("records_tally", "programme_id")
    assert before != sql.rows(known)[0]["rows"] == Tally.objects.count()
    for table in ("pg_catalog.pg_authid", "records_record_programme"):
        with pytest.raises(DatabaseError, match="no table of ours"), as_the_web():
            sql.analyze(table)


def test_slices_cut_the_counts_at_the_boundaries_and_a_new_cut_recounts():
    for days in (0, 1, 2, 3):
        write(1, programme_id=7, at=AT + timedelta(days=days))
    actions.slice_programme(programme_id=7, boundaries=[AT + timedelta(days=2)], by=SYSTEM, at=AT)

    assert tallies() == {(1, "trial.written", "", 0): (2, 0), (1, "trial.written", "", 1): (2, 0)}
    assert not actions.slice_programme(programme_id=7, boundaries=[AT + timedelta(days=2)], by=SYSTEM, at=AT)
    actions.slice_programme(programme_id=7, boundaries=[AT + timedelta(days=1)], by=SYSTEM, at=AT)
    assert tallies() == {(1, "trial.written", "", 0): (1, 0), (1, "trial.written", "", 1): (3, 0)}
    assert queries.differences() == []


def test_a_counter_changed_behind_the_back_is_named_and_rebuilt():
    write(1, kind="散文")
    Tally.objects.filter(person_id=1).update(count=5)

    (difference,) = queries.differences()

    assert (difference.person_id, difference.stored_count, difference.record_count) == (1, 5, 1)
    actions.rebuild(by=SYSTEM, at=AT)
    assert queries.differences() == []


def test_metrics_are_stored_as_rows():
    assert MetricSource.objects.filter(metric="trial.judged", verb="judged", for_actor=True).exists()


@pytest.mark.slow  # Hypothesis: 25 random histories
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["", "散文", "诗"]), st.integers(0, 5), st.integers(0, 9), st.booleans()), max_size=12
    )
)
def test_tallies_equal_a_recount_after_any_history(history):
    with transaction.atomic():
        actions.slice_programme(programme_id=7, boundaries=[AT + timedelta(days=2), AT + timedelta(days=5)], by=SYSTEM, at=AT)
        for number, kind, measure, day, voided in history:
            one = write(number, kind=kind, measure=measure, programme_id=7, at=AT + timedelta(days=day))
            if voided:
                actions.void(record_id=one, reason="撤回", by=SYSTEM, at=AT)

        assert queries.differences() == []
        transaction.set_rollback(True)
