"""The golden examples of the documents (spec 04 §4.6), each through a rehearsal of the shipped plan."""

import json
from pathlib import Path

import pytest

from yanxiu.credits.rehearsal import facts as fact_files
from yanxiu.credits.rehearsal.run import rehearse
from yanxiu.orgs.models import Org
from yanxiu.programmes.plan import reading
from yanxiu.records.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each makes shadow tables and runs a whole programme
PLANS = Path(__file__).resolve().parent.parent.parent / "plans"


def run(plan: str, lines: list[dict], **parameters: int) -> dict[str, dict]:
    source = (PLANS / f"{plan}.yaml").read_text(encoding="utf-8")
    read = reading.read(source.encode(), frameworks={})
    data = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    found = rehearse(plan=read.plan, source=source, parameters=parameters, facts=fact_files.read(data))
    assert not Record.objects.exists(), "a rehearsal touched stored data"
    assert not Org.objects.filter(name="某市").exists()
    return {one["person"]: one for one in json.loads(json.dumps(found, ensure_ascii=False))}


def person(name: str, **more) -> dict:
    return {"person": name, "name": name, "stage": "高中", "subject": "数学", "unit": "某市/某县/某中学", **more}


def completed(who: str, what: str, block: str, hours: float, *, at: str, kind: str = "course", **more) -> dict:
    return {
        "at": at, "actor": who, "verb": "completed", "object": {"type": kind, "id": what, "block": block, "hours": hours, "label": what, **more},
    }  # fmt: skip


def did(who: str, verb: str, type_: str, name: str, *, at: str, space: str = "", person: str = "", **more) -> dict:
    return {"at": at, "actor": who, "verb": verb, "object": {"type": type_, "id": name, **more}, "space": space, "person": person}


def requirement(one: dict, key: str) -> dict:
    return next(row for row in one["requirements"] if row["key"] == key)


def amount(one: dict, state: str = "registered") -> float:
    return sum(float(row["amount"]) for row in one["credits"] if row["state"] == state)


def study_000b(who: str, *, cases: int) -> list[dict]:
    at = "2020-11-20T09:00:00+08:00"
    return [
        *(completed(who, f"n{n}", "national", 2, at=at, kind="lesson_case") for n in range(2)),
        completed(who, "m1", "methods", 2, at=at),
        *(completed(who, f"c{n}", "casework", 3, at=at, kind="lesson_case") for n in range(cases)),
        *(completed(who, f"law{n}", "law", 2, at=at) for n in range(2)),
        *(completed(who, f"e{n}", "electives", hours, at="2020-12-10T09:00:00+08:00") for n, hours in enumerate((3, 4, 4, 3))),
    ]


YEAR_000B = {"Y": 2020, "M0": 9, "ME": 1}


def test_golden_1_33_hours_register_nothing_and_36_register_all():
    found = run("000b", [person("t33"), person("t36"), *study_000b("t33", cases=3), *study_000b("t36", cases=4)], **YEAR_000B)

    short, full = found["t33"], found["t36"]
    assert requirement(short, "total")["value"] == "33"
    assert requirement(short, "casework")["value"] == "9"
    assert requirement(short, "compulsory")["status"] in {"short", "late"}
    assert short["result"]["learner"]["passed"] is False
    assert (amount(short, "provisional"), amount(short)) == (33, 0)
    assert requirement(full, "total") | {"why": ""} == requirement(full, "total") | {"value": "36", "status": "met", "why": ""}
    assert full["result"]["learner"]["passed"] is True
    assert (amount(full, "provisional"), amount(full)) == (0, 36)


def study_001(who: str, *, electives: list[float], cases: int = 3, watch: int = 2) -> list[dict]:
    at = "2020-11-20T09:00:00+08:00"
    return [
        *(completed(who, f"c{n}", "casework", 2, at=at, kind="lesson_case") for n in range(cases)),
        *(completed(who, f"w{n}", "model", 2, at=at, kind="lesson_case") for n in range(watch)),
        *(completed(who, f"e{n}", "electives", hours, at=at) for n, hours in enumerate(electives)),
    ]


def test_golden_2_member_reaches_24_and_a_course_with_a_missing_step_gives_nothing():
    unfinished = completed("m2", "缺一道回馈题", "electives", 3, at="2020-11-21T09:00:00+08:00", steps_done=False)

    found = run(
        "001", [person("m1"), person("m2"), *study_001("m1", electives=[3, 4, 4, 3]), *study_001("m2", electives=[4, 4, 3]), unfinished]
    )

    assert amount(found["m1"]) == 24
    assert amount(found["m2"]) == 21
    assert "整门不计" in found["m2"]["refused"][0]["reason"]


@pytest.mark.parametrize(
    ("electives", "watch", "grade", "credits"), [([7, 7], 2, "合格", 48), ([7, 7], 2, "不合格", 24), ([7], 2, "不合格", 17)]
)
def test_golden_3_a_passed_host_counts_double_and_a_failed_one_what_she_finished(electives, watch, grade, credits):
    lines = [
        person("h", roles=["subject_host"], space="w1", level="市"),
        *study_001("h", electives=electives, watch=watch),
        did("h", "graded", "assessment", "host", at="2020-12-30T09:00:00+08:00", grade=grade),
    ]

    found = run("001", lines)["h"]

    assert amount(found) == credits
    assert found["result"]["host"] == {"passed": grade == "合格", "grade": grade}
    assert found["certificate"]["granted"] is (grade == "合格")


def test_golden_7_a_60_hour_card_costs_120_and_locks_the_61st_hour():
    at = "2008-06-01T09:00:00+08:00"
    lines = [person("card", stage="小学", card_hours=60), person("year", stage="小学")]
    lines += [completed("card", f"l{n}", "normative", 12, at=at) for n in range(5)] + [completed("card", "l5", "normative", 1, at=at)]

    found = run("004", lines, Y=2008)

    assert found["card"]["fees"][0]["amount"] == "120"
    assert "卡内 60 学时已用 60" in found["card"]["refused"][0]["reason"]
    assert requirement(found["card"], "normative")["value"] == "60"
    assert found["year"]["fees"][0]["amount"] == "200"


@pytest.mark.parametrize(
    ("scores", "hours", "granted"),
    [({"regular": 60, "final": 60, "comprehensive": 60}, 100, True), ({"regular": 90, "final": "59.99", "comprehensive": 90}, None, False),
     ({"regular": 90, "final": 90}, None, False)],
)  # fmt: skip
def test_three_parts_of_004_all_passed_give_the_hours_and_the_certificate(scores, hours, granted):
    at = "2008-06-01T09:00:00+08:00"
    lines = [person("t", stage="小学"), *(completed("t", f"l{n}", "normative", 10, at=at) for n in range(10))]
    lines += [did("t", "graded", "assessment", key, at="2008-12-20T09:00:00+08:00", score=score) for key, score in scores.items()]

    found = run("004", lines, Y=2008)["t"]

    assert found["certificate"]["granted"] is granted
    assert found["result"]["all"]["passed"] is granted
    assert [one["amount"] for one in found["credits"]] == ([str(hours)] if hours else [])


def offered(who: str, **contents) -> dict:
    return did(who, "offered", "resources", "r", at="2014-06-01T09:00:00+08:00", contents=contents)


def test_golden_8_40_online_hours_need_10_in_short_pieces_80_of_electives_and_no_16_minute_piece():
    lines = [person(name, roles=["institution"]) for name in ("good", "few", "long")]
    lines += [
        offered("good", online_hours=40, mooc_hours=10, elective_hours=80, segments=[12, 15]),
        offered("few", online_hours=40, mooc_hours=9.5, elective_hours=79),
        offered("long", online_hours=40, mooc_hours=10, elective_hours=80, segments=[12, 16]),
    ]

    found = run("002", lines)

    assert found["good"]["refused"] == []
    assert "至少 10 学时" in found["few"]["refused"][0]["reason"]
    assert "至少 80 学时" in found["few"]["refused"][0]["reason"]
    assert "16 分钟，超过 15 分钟" in found["long"]["refused"][0]["reason"]


PACK = {"sign_in": True, "lesson_plan": True, "photos": 3, "notes": True, "comments": True}


def pack(who: str, number: int, **changed) -> dict:
    return did(who, "submitted", "material", f"z{number}", at="2023-05-08T10:00:00+08:00", space=who, kind="s6", contents=PACK | changed)


def test_golden_9_14_packs_are_incomplete_two_photos_and_999_characters_are_refused():
    school = person("s", stage="初中", roles=["school"], space="s")
    lines = [school, person("t", stage="初中"), *(pack("s", n) for n in range(14)), pack("s", 14, photos=2)]
    lines += [
        did(
            "t",
            "submitted",
            "material",
            f"r{characters}",
            at="2023-04-20T10:00:00+08:00",
            kind="t5.reflection",
            contents={"characters": characters},
        )
        for characters in (999, 1000)
    ]

    found = run("003", lines)

    packs = next(row for row in found["s"]["requirements"] if row["key"].startswith("s6") and row["target"] == "15")
    assert (packs["value"], packs["status"] in {"short", "late"}) == ("14", True)
    assert found["s"]["refused"][0]["reason"] == "出课照片要 3 张，收到 2 张"
    assert [one["reason"] for one in found["t"]["refused"]] == ["反思不少于 1000 字，现有 999 字"]
    assert requirement(found["t"], "t5")["value"] == "1"


def test_golden_10_the_last_fridays_of_2023():
    school = person("s", stage="初中", roles=["school"], space="s")

    due = requirement(run("003", [school])["s"], "s7")["due"]

    assert [moment[:10] for moment in due][:4] == ["2023-03-31", "2023-04-28", "2023-05-26", "2023-06-30"]


def test_golden_11_without_a_pass_the_learner_gets_nothing_and_the_qualified_tutor_20():
    at = "2014-08-20T09:00:00+08:00"
    lines = [
        person("in_plan", subject="物理", plan="in"), person("tutor", roles=["tutor"]),
        did("in_plan", "graded", "assessment", "learner", at=at, grade="不合格", score=59), did("tutor", "graded", "assessment", "tutor", at=at, grade="合格"),
    ]  # fmt: skip

    found = run("000a", lines, Y=2014, m=6)

    assert found["in_plan"]["credits"] == []
    assert [(row["amount"], row["class"]) for row in found["tutor"]["credits"]] == [("20", "A")]


@pytest.mark.parametrize(("guided", "status"), [(11, {"short", "late"}), (12, {"met"})])
def test_golden_12_eleven_of_twelve_county_workshops_are_not_all(guided, status):
    lines = [person("h", stage="初中", roles=["subject_host"], space="city", level="市")]
    lines += [{"set": "县", "space": "city", "members": [f"k{n}" for n in range(12)]}]
    lines += [did("h", "guided", "space", f"k{n}", at="2020-12-01T09:00:00+08:00", space="city") for n in range(guided)]

    found = run("001", lines)["h"]

    coverage = next(row for row in found["requirements"] if row["key"] == "sh_coverage")
    assert coverage["status"] in status
    assert f"{guided} / 12" in coverage["why"]


def test_golden_13_a_withdrawal_that_arrives_on_12_12_is_refused_and_the_teacher_stays_in_the_denominator():
    lines = [
        person("late"), person("in_time"),
        did("late", "applied", "withdrawal", "w", at="2020-12-12T09:00:00+08:00"), did("in_time", "applied", "withdrawal", "w", at="2020-12-11T23:59:00+08:00"),
    ]  # fmt: skip

    found = run("001", lines)

    assert found["late"]["in_denominator"] is True
    assert "截止" in found["late"]["refused"][0]["reason"]
    assert found["in_time"]["in_denominator"] is False
