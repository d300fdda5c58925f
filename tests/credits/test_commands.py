"""The commands that prove the ledger and rehearse plans, as people call them."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.credits import factories
from tests.programmes import factories as programmes
from yanxiu.kit import sql
from yanxiu.orgs.models import Kind
from yanxiu.records.models import Tally

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each publishes a whole programme
PLANS = Path(__file__).resolve().parent.parent.parent / "plans"


def call(*words: str) -> str:
    output = StringIO()
    call_command(*words, stdout=output)
    return output.getvalue()


@pytest.fixture
def settled():
    school = programmes.org(parent=programmes.org(parent=programmes.org(), kind=Kind.COUNTY))
    programme = factories.running_programme(school)
    person = factories.learner(programme, school, "周敏")
    factories.study(programme, person, at=programmes.AT)
    call("settle", programme.code)
    return programme, person


def test_settle_says_what_it_did_and_the_second_time_that_nothing_is_new(settled):
    programme, _ = settled

    again = json.loads(call("settle", programme.code, "--json"))

    assert again == {"programme": programme.code, "participants": 1, "settled": 1, "qualified": 1, "entries": 0}


def test_settle_names_the_programmes_when_the_code_is_wrong(settled):
    with pytest.raises(CommandError, match="没有编号为 nope 的方案"):
        call("settle", "nope")


def test_an_intact_ledger_verifies_and_rebuilds_equal(settled):
    assert "台账完好" in call("ledger", "verify")
    assert "与台账一致" in call("ledger", "rebuild", "--check")
    assert "计数与记录一致" in call("records", "rebuild", "--check")
    assert json.loads(call("ledger", "roll", "--json"))["people"] == 1


def test_verify_names_the_person_and_entry_that_were_changed(settled, capsys):
    _, person = settled
    sql.run("ALTER TABLE credits_entry DISABLE TRIGGER credits_entry_append_only")
    sql.run("UPDATE credits_entry SET amount = 40 WHERE person_id = %(p)s AND number = 5", {"p": person.pk})
    sql.run("ALTER TABLE credits_entry ENABLE TRIGGER credits_entry_append_only")
    output = StringIO()

    with pytest.raises(SystemExit):
        call_command("ledger", "verify", stdout=output)

    assert "周敏" in output.getvalue()
    assert "第 5 笔" in output.getvalue()
    assert "内容与封存时不同" in output.getvalue()


def test_a_changed_count_is_named_and_a_rebuild_mends_it(settled):
    Tally.objects.update(count=9)
    output = StringIO()

    with pytest.raises(SystemExit):
        call_command("records", "rebuild", "--check", stdout=output)

    assert "存 9，记录" in output.getvalue()
    call("records", "rebuild")
    assert "计数与记录一致" in call("records", "rebuild", "--check")


def rehearse(tmp_path, *lines: str, plan: str = "001", more: tuple[str, ...] = ()) -> str:
    facts = tmp_path / "facts.jsonl"
    facts.write_text("\n".join(lines), encoding="utf-8")
    return call("plan", "rehearse", str(PLANS / f"{plan}.yaml"), "--facts", str(facts), *more)


def test_rehearse_prints_an_object_for_each_participant(tmp_path):
    fact = {
        "at": "2020-11-20T09:00:00+08:00",
        "actor": "t1",
        "verb": "completed",
        "object": {"type": "course", "id": "e1", "block": "electives", "hours": 3},
    }

    (line,) = rehearse(tmp_path, '{"person": "t1", "name": "李雷"}', json.dumps(fact), more=("--json",)).splitlines()

    one = json.loads(line)
    assert (one["person"], one["credits"][0]["amount"]) == ("t1", "3")
    assert {"requirements", "result", "credits", "certificate"} <= set(one)
    assert "李雷" in rehearse(tmp_path, '{"person": "t1", "name": "李雷"}')


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"person": "t1"}', "第 1 行：缺少键 name"),
        ('{"person": "t1", "name": "李雷", "age": 3}', "第 1 行：没有 age 这个键"),
        ("not json", "第 1 行不是一个 JSON 对象"),
        ('["t1"]', "第 1 行应是一个 JSON 对象"),
        (
            '{"at": "2020-11-20T09:00:00", "actor": "t1", "verb": "completed", "object": {"type": "course", "id": "x"}}',
            "第 1 行：at 要带时区",
        ),
        (
            '{"at": "2020-11-20T09:00:00+08:00", "actor": "t9", "verb": "completed", "object": {"type": "course", "id": "x"}}',
            "没有编号为 t9 的人",
        ),
    ],
)
def test_bad_facts_are_refused_with_their_line(tmp_path, line, reason):
    with pytest.raises(CommandError, match=reason):
        rehearse(tmp_path, line)
