"""Study days in a rehearsal (F-38, D-20): a share of the sessions as a gate, hours per session, reported only."""

import json

import pytest

from yanxiu.credits.rehearsal import facts as fact_files
from yanxiu.credits.rehearsal.run import rehearse
from yanxiu.programmes.plan import reading
from yanxiu.programmes.plan.read_back import read_back

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each makes shadow tables
PLAN = """\
programme: {id: days, title: 集中学习方案, level: school, owner: 某中学, year: 2026}
audience:
  - {id: all, stages: [高中]}
phases:
  - {id: together, label: 统一集中学习, from: 2026-07-23, to: 2026-07-24, for: [learner], do: [attend]}
learn:
  - {id: school, label: 校本研修, kind: activity, hours: 4, window: together}
attend:
  - {window: together, hours: working_day, by: [code, face, spot_check], RULE}
assess:
  - {kind: rule, id: learner, of: [learner], label: 合格, pass: {all: [school, attendance]}}
credit:
  unit: hour
  awards: [{id: hours, rule: per_course, to: [learner], register_only_if: learner}]
"""


def run(rule: str, attended: list[str], missed: list[str] = ()) -> tuple[dict, str]:
    source = PLAN.replace(", RULE", f", {rule}" if rule else "")
    if "min_share" not in rule:
        source = source.replace("all: [school, attendance]", "all: [school]")
    read = reading.read(source.encode(), frameworks={})
    assert read.plan is not None, read.complaints
    lines = [{"person": "t", "name": "李雷", "stage": "高中", "subject": "数学"}]
    for verb, names in (("attended", attended), ("missed", missed)):
        for number, name in enumerate(names):
            hours = {"block": "school", "hours": 2} if verb == "attended" and "block" in rule else {}
            thing = {"type": "session", "id": name, "label": name, **hours}
            lines.append({"at": f"2026-07-2{3 + number % 2}T09:00:00+08:00", "actor": "t", "verb": verb, "object": thing})
    data = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    found = rehearse(plan=read.plan, source=source, parameters={}, facts=fact_files.read(data))
    said = next(one.text for one in read_back(read.plan) if one.section == "attend")
    return json.loads(json.dumps(found[0], ensure_ascii=False)), said


def requirement(one: dict, key: str) -> dict:
    return next(row for row in one["requirements"] if row["key"] == key)


def hours(one: dict, state: str) -> float:
    return sum(float(row["amount"]) for row in one["credits"] if row["state"] == state)


def test_three_of_four_sessions_pass_a_gate_of_three_quarters_and_give_six_hours():
    one, said = run("min_share: 0.75, block: school", ["s1", "s2", "s3"], ["s4"])

    assert requirement(one, "attendance")["value"] == "0.75"
    assert requirement(one, "attendance")["status"] == "met"
    assert requirement(one, "attendance")["why"] == "应到 4 场，出席 3 场"
    assert requirement(one, "school")["value"] == "6"
    assert one["result"]["learner"]["passed"] is True
    assert hours(one, "registered") == 6
    assert said == (
        "集中学习出勤：统一集中学习期间按正常工作日考勤，依据扫码签到、刷脸或门禁、抽查，出勤率不低于 75%，"
        "出席一场，把这场的学时计入校本研修，迟到算出席，准假的场次不算应到。"
    )


def test_two_of_four_sessions_give_hours_that_are_not_registered():
    one, _ = run("min_share: 0.75, block: school", ["s1", "s2"], ["s3", "s4"])

    assert requirement(one, "attendance")["value"] == "0.5"
    assert requirement(one, "attendance")["status"] in {"short", "late"}
    assert requirement(one, "school")["value"] == "4"
    assert one["result"]["learner"]["passed"] is False
    assert (hours(one, "provisional"), hours(one, "registered")) == (4, 0)


def test_without_a_bound_attendance_is_only_reported():
    one, said = run("", ["s1"], ["s2", "s3", "s4"])

    row = requirement(one, "attendance")
    assert (row["value"], row["status"]) == ("1", "met")
    assert "只记数，不设下限" in said
    assert requirement(one, "school")["value"] == "0"


def test_a_gate_names_nobody_before_the_first_session():
    one, _ = run("min_share: 0.75, block: school", [])

    assert requirement(one, "attendance")["why"] == "还没有点过名的场次"
    assert one["result"]["learner"]["passed"] is False


def test_an_unknown_block_is_refused_with_its_place():
    read = reading.read(PLAN.replace("RULE", "block: schule").encode(), frameworks={})

    complaint = next(one for one in read.complaints if one.severity == "error")
    assert complaint.path[:3] == ("attend", 0, "block")
