"""The benches of the roster, settling, completion, lists and sign-in on small ground: what they make and print. Nothing is timed."""

import pytest

from yanxiu.credits.models import Entry
from yanxiu.demo.bench import completion, exports, inner, login, roster, rosters, settle
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.learning.models import CourseDone
from yanxiu.people.models import Account, Person, RosterRow
from yanxiu.people.passwords import matches
from yanxiu.programmes.models import Enrolment
from yanxiu.records import actions as records


@pytest.fixture
def ready(db):
    records.store_metrics(by=SYSTEM, at=now())


def test_every_bench_that_asks_inside_is_known_there():
    assert set(inner.KNOWN) == {
        "answers-tickets", "answers-writer", "completion", "draw", "exam-count", "exam-hall", "exam-offline", "exports", "growth-costs",
        "growth-lay", "library", "login-hashes", "login-people", "marks", "roster", "roster-files", "search", "seats", "season", "settle",
        "similarity", "spaces-costs", "spaces-lay", "spaces-world", "vacuum",
    }  # fmt: skip


@pytest.mark.slow  # four files are read, judged, imported
def test_rosters_have_their_faults_and_everybody_else_is_enrolled(ready, tmp_path):
    rosters.prepare(tmp_path, [200, 400], 1)

    seen = roster.imported(str(tmp_path))

    table = roster.figure(seen, rounds=1)
    assert list(table.detail["files"]) == ["200 .xlsx", "200 .csv", "400 .xlsx", "400 .csv"]
    assert {one["told_bytes"] > 0 for one in seen["runs"]} == {True}
    assert Person.objects.count() == Enrolment.objects.count() > 1_100
    outcomes = set(RosterRow.objects.values_list("outcome", "reason").distinct())
    assert {("refused", "identity"), ("held", "unit"), ("held", "twice"), ("matched", "known"), ("accepted", "")} <= outcomes


@pytest.mark.slow  # publishes a whole programme
def test_settling_writes_as_many_entries_as_the_statement_by_hand(ready):
    seen = settle.settled(20, 1)

    assert seen["entries"] == Entry.objects.count() == 18 * 33 + 2 * 10
    assert seen["again_entries"] == 0


@pytest.mark.slow  # makes courses and teachers
def test_completions_finish_courses_and_leave_two_records_each(ready):
    seen = completion.completed(40, 1)

    assert seen["done"] == CourseDone.objects.count() > 40
    assert seen["records_each"] == 2


def test_lists_are_told_by_their_rows(monkeypatch):
    monkeypatch.setattr(exports, "_PEOPLE", 7)
    monkeypatch.setattr(exports, "_MANY", 9)

    figure = exports.figure(exports.written(1), rounds=1)

    assert set(figure.detail["lists"]) == set(exports.LISTS)
    assert all(one["grew_mb"] <= 50 for one in figure.detail["lists"].values())


@pytest.mark.slow  # makes courses and teachers
def test_teachers_who_sign_in_have_one_password(ready):
    names, key, address, marker = login.people(40)

    assert len(names) == 39
    assert matches(login.PASSWORD, Account.objects.get(username=names[0]).password)
    assert (len(key), address, marker) == (32, "/learn/", "我的课程")
