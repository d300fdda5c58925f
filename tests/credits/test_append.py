"""Entries join their chains once, and a chain changed behind the program's back is named."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yanxiu.credits import ledger, statements, verification
from yanxiu.credits.models import Entry, Head
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 31, 4, tzinfo=UTC)
CLERK = Actor(person_id=9, label="项目办")
SELECT = (
    "SELECT p, 1, 1, 'course', 'provisional', '学时', '', a, 2026, k, '班级管理', '课程学完', '[1]'::jsonb, NULL::bigint "
    "FROM unnest(%(p)s::bigint[], %(a)s::numeric[], %(k)s::text[]) AS t(p, a, k)"
)


def enter(*rows: tuple[int, str, str]) -> ledger.Appended:
    people, amounts, keys = zip(*rows, strict=True)
    with transaction.atomic():
        return ledger.append((SELECT, {"p": list(people), "a": list(amounts), "k": list(keys)}), by=CLERK, at=AT)


def behind_the_back(statement: str) -> None:
    """Change the ledger as a database superuser would: with the trigger switched off."""
    sql.run("ALTER TABLE credits_entry DISABLE TRIGGER credits_entry_append_only")
    sql.run(statement)
    sql.run("ALTER TABLE credits_entry ENABLE TRIGGER credits_entry_append_only")


@pytest.fixture
def three_entries():
    enter((1, "2", "a"), (1, "3", "b"), (2, "4", "c"))
    enter((1, "1.5", "d"))


def test_entries_are_numbered_and_linked_per_person(three_entries):
    mine = list(Entry.objects.filter(person_id=1).order_by("number"))

    assert [(e.number, str(e.amount)) for e in mine] == [(1, "2.00"), (2, "3.00"), (3, "1.50")]
    assert bytes(mine[1].previous_hash) == bytes(mine[0].hash)
    assert bytes(Head.objects.get(pk=1).hash) == bytes(mine[2].hash)
    assert verification.faults() == []


def test_the_same_source_key_adds_nothing(three_entries):
    again = enter((1, "2", "a"), (2, "4", "c"))

    assert again == ledger.Appended(entries=0, people=0)
    assert Entry.objects.count() == 4


@pytest.mark.parametrize("statement", ["UPDATE credits_entry SET amount = 99", "DELETE FROM credits_entry"])
def test_the_database_refuses_to_change_an_entry(three_entries, statement):
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        sql.run(statement)


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE credits_entry SET amount = 30 WHERE person_id = 1 AND number = 2", (1, 2, "content")),
        ("UPDATE credits_entry SET year = 2027 WHERE person_id = 2", (2, 1, "content")),
        ("DELETE FROM credits_entry WHERE person_id = 1 AND number = 1", (1, 2, "gap")),
        ("DELETE FROM credits_entry WHERE person_id = 1 AND number = 3", (1, 3, "missing_end")),
        ("UPDATE credits_entry SET previous_hash = sha256('x') WHERE person_id = 1 AND number = 2", (1, 2, "link")),
        ("UPDATE credits_head SET hash = sha256('x') WHERE person_id = 2", (2, 1, "head")),
        ("DELETE FROM credits_head WHERE person_id = 2", (2, 2, "no_head")),
    ],
)
def test_verification_names_the_first_bad_place(three_entries, tampering, fault):
    behind_the_back(tampering)

    (found,) = verification.faults()

    assert (found.person_id, found.number, found.what) == fault
    assert found.words


def test_a_person_wiped_out_whole_is_missed_against_the_last_root(three_entries):
    from yanxiu.credits.models import Root

    rolled = sql.rows(statements.ROLL)[0]
    Root.objects.create(rolled_at=AT, **rolled)
    behind_the_back("DELETE FROM credits_entry WHERE person_id = 2")
    sql.run("DELETE FROM credits_head WHERE person_id = 2")

    assert [f.what for f in verification.faults()] == ["fewer"]


@pytest.mark.slow  # Hypothesis: 20 random batches
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 400), st.integers(1, 30)), min_size=1, max_size=8), max_size=5)
)
def test_any_sequence_of_batches_leaves_intact_chains_and_each_key_once(batches):
    with transaction.atomic():
        keys = set()
        for batch in batches:
            rows = {f"k{key}": (person, f"{cents / 4:.2f}", f"k{key}") for person, cents, key in batch}
            enter(*rows.values())
            keys |= set(rows)

        assert verification.faults() == []
        assert set(Entry.objects.values_list("source_key", flat=True)) == keys
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "text", ["周敏", 'a"b\\c/d', "tab\tline\nfeed\r\x01\x1f\x7f", "</script>&<>", "𠮷\u2028é", "", " 前后 ", "\\u0041"]
)
@pytest.mark.parametrize(("amount", "evidence", "reverses"), [("2", "[]", None), ("-0.5", "[9007199254740993, 2]", 7)])
def test_links_are_over_the_bytes_they_always_were(db, text, amount, evidence, reverses):
    """Entries of before were hashed over jsonb; what is written now is verified with the same function."""
    facts = {"t": text, "a": amount, "e": evidence, "r": reverses, "at": AT}
    given = (
        "7::bigint, 1::int, 2::bigint, 3::bigint, %(t)s::text, 'registered'::text, '学时'::text, ''::text, {amount}, 2026::int, %(t)s::text, "
        "%(t)s::text, %(t)s::text, %(e)s::jsonb, %(r)s::bigint, NULL::bigint, %(t)s::text, {at}"
    )
    asked = given.format(amount="%(a)s::numeric", at="%(at)s::timestamptz")
    before = given.format(
        amount="round(%(a)s::numeric, 2)::text", at="to_char(%(at)s::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    )

    row = sql.rows(f"SELECT credits_payload({asked}) AS now, jsonb_build_array({before})::text AS before", facts)[0]

    assert row["now"] == row["before"]


def test_a_batch_goes_on_behind_the_entries_of_before(three_entries):
    """Numbers and links within one batch and behind an older one, whatever the order in which the keys came."""
    enter((1, "1", "z"), (3, "1", "y"), (1, "1", "B"), (1, "1", "e"))

    mine = list(Entry.objects.filter(person_id=1).order_by("number"))
    assert [e.source_key for e in mine[3:]] == ["B", "e", "z"]
    assert [bytes(e.previous_hash) for e in mine[1:]] == [bytes(e.hash) for e in mine[:-1]]
    assert verification.faults() == []
