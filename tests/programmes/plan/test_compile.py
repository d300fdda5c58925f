"""From the plan to rows: what each document asks for, with its numbers and its place in the text."""

from dataclasses import asdict
from decimal import Decimal

import pytest

from tests.programmes.plan.texts import LAUNCH, NAMES, shipped, small
from yanxiu.kit.errors import Invalid
from yanxiu.programmes.plan.outcomes import awards, certificates, course_rule, fees, pass_rules, sanctions
from yanxiu.programmes.plan.requirements import requirements
from yanxiu.programmes.plan.specs import All, Any, AtLeast, Ref


def rows(name):
    return {spec.key: spec for spec in requirements(shipped(name), LAUNCH.get(name))}


def brief(spec):
    return (spec.kind, spec.per, spec.target, spec.unit, spec.window)


def test_000b_is_22_and_14_and_36():
    found = rows("000b")

    assert {key: (spec.kind, spec.target, spec.each, spec.cap) for key, spec in found.items() if spec.kind in ("hours", "items")} == {
        "national": ("items", 4, 2, 2),
        "methods": ("hours", 2, None, None),
        "casework": ("items", 12, 3, 4),
        "law": ("items", 4, 2, 2),
        "electives": ("hours", 14, None, None),
        "compulsory": ("hours", 22, None, None),
        "total": ("hours", 36, None, None),
    }
    assert found["casework"].window == "compulsory"
    assert found["casework"].note == "每份要交观课报告"
    assert found["casework"].clause == "000b L28"
    assert found["compulsory"].kinds == found["compulsory"].depends == ("national", "methods", "casework", "law")
    assert brief(found["lesson"]) == ("count", "person", 1, "节", "school_year")
    assert found["lesson"].metric == "lesson.research"


def test_000b_registers_only_when_all_is_met():
    plan = shipped("000b")

    (rule,) = pass_rules(plan)
    assert (rule.id, rule.subject_role) == ("learner", "learner")
    assert rule.tree == All((Ref("compulsory"), Ref("electives")))
    (award,) = awards(plan)
    assert (award.rule, award.all_or_nothing, award.register_only_if, award.on_fail) == ("per_course", "course", "learner", "nothing")
    assert (award.ratio, award.cutoff, award.unit) == (1, "12-31", "credit")
    assert course_rule(plan).needs == ("steps", "test", "homework")
    assert course_rule(plan).pass_score == 60
    assert [(one.effects, one.verified, one.term) for one in sanctions(plan)] == [
        (("no_credit", "not_excellent", "no_award"), False, "school_year"),
        (("incident", "ethics_not_excellent"), True, "school_year"),
    ]


def test_000a_gives_20_or_nothing():
    plan = shipped("000a")
    found = rows("000a")

    assert found["learner"].kinds == ("优秀", "合格")
    assert not found["tech_admin"].assessed
    assert found["unit.city"].per == "unit"
    assert {
        award.to: (award.amount, award.credit_class, award.all_or_nothing, award.on_fail, award.condition) for award in awards(plan)
    } == {
        ("learner",): (20, "A", "programme", "nothing", "learner"),
        ("tutor",): (20, "A", "programme", "nothing", "tutor"),
    }
    assert {fee.who: (fee.amount, fee.per, fee.implied) for fee in fees(plan)} == {
        "plan_out": (156, "person", False),
        "plan_in": (0, "person", True),
    }


def test_001_counts_the_duties_of_hosts():
    found = rows("001")

    assert {
        key: (spec.per, spec.target, spec.window) for key, spec in found.items() if spec.metric and spec.assessed and not spec.timely
    } == {
        "lesson.learner": ("person", 1, "school_year"),
        "lesson.subject_host": ("person", 1, "school_year"),
        "sh_briefing": ("workshop", 3, "p2"),
        "sh_article": ("person", 1, "p2"),
        "sh_crowdsource": ("workshop", 3, "p2"),
        "sh_answers": ("person", 5, "p2"),
        "sh_coverage": ("team", 1, "p2"),
        "sh3_briefing": ("workshop", 2, "p3"),
        "sh3_crowdsource": ("workshop", 2, "p3"),
        "sh3_answers": ("person", 5, "p3"),
        "sh3_coverage": ("team", 1, "p3"),
        "sh3_lesson_followed": ("person", 1, "p3"),
        "th_briefing": ("workshop", 5, "year"),
        "th_article": ("person", 1, "year"),
        "th_crowdsource": ("workshop", 5, "year"),
        "th_answers": ("person", 10, "year"),
    }
    assert [key for key, spec in found.items() if spec.soft] == ["th_article"]
    assert found["sh3_briefing"].kinds == ("创课指导简报",)
    assert (found["sh_coverage"].level, found["sh_coverage"].over, found["sh_coverage"].except_stages) == ("市", "县", ("高中",))
    assert {key for key, spec in found.items() if spec.timely} == {
        *("sh_moderation", "sh_praise", "sh3_moderation", "sh3_praise"),
        *("th_join", "th_moderation", "th_praise"),
    }
    assert not found["th_courses"].assessed
    assert not found["m_checkin"].assessed


def test_001_a_members_and_a_hosts_study_are_apart():
    found = rows("001")

    assert {key: spec.target for key, spec in found.items() if spec.id in ("casework", "model", "electives", "compulsory", "total")} == {
        "casework.learner": 6,
        "casework.subject_host": 6,
        "model.learner": 4,
        "model.subject_host": 4,
        "electives.learner": 14,
        "electives.subject_host": 14,
        "electives.topic_host": 14,
        "compulsory.learner": 10,
        "compulsory.subject_host": 10,
        "total.learner": 24,
        "total.subject_host": 24,
    }
    assert found["total.subject_host"].depends == ("casework.subject_host", "model.subject_host", "electives.subject_host")


def test_001_doubles_for_passed_hosts_in_their_own_domain():
    plan = shipped("001")

    assert [(rule.subject_role, rule.tree) for rule in pass_rules(plan)] == [
        ("subject_host", Ref("host.subject_host")),
        ("topic_host", Ref("host.topic_host")),
    ]
    (award,) = awards(plan)
    assert [(one.condition, one.grade, one.x, one.domain) for one in award.multipliers] == [
        ("host", "合格", 2, "own"),
        ("host", "不合格", 1, "own"),
    ]
    assert award.on_fail == "courses_done"
    assert [(one.condition, one.grade, one.issued_by) for one in certificates(plan)] == [("host", "合格", "山东省中小学师资培训中心")]
    assert course_rule(plan).needs == ("steps",)


def test_002_asks_for_20_pushes_in_principle():
    pushed = rows("002")["pushed"]

    assert (pushed.target, pushed.per, pushed.soft) == (20, "workshop", True)
    assert fees(shipped("002")) == ()


def test_003_counts_packs_by_stage_and_pieces_by_teacher():
    found = rows("003")

    assert {key: (spec.per, spec.target, spec.unit, spec.stages) for key, spec in found.items() if spec.kind == "slots"} == {
        "s1_5": ("unit", 5, "份", ()),
        "s6.secondary": ("unit", 15, "次", ("初中", "高中")),
        "s6.primary": ("unit", 11, "次", ("小学",)),
        "s7": ("unit", 5, "次", ()),
        "s8": ("unit", 1, "份", ()),
        "t5": ("person", 5, "份", ()),
    }
    assert found["s6.primary"].kinds == ("s6",)
    assert found["t5"].kinds[-1] == "t5.reflection"


def test_003_confirms_12_of_36():
    plan = shipped("003")
    found = rows("003")

    assert (found["school_course"].target, found["total"].target) == (12, 36)
    assert found["school_course"].depends == ("school_based",)
    assert found["total"].depends == ("school_course",)
    assert [rule.id for rule in pass_rules(plan)] == ["school_based"]
    assert [(award.rule, award.confirm, award.unit) for award in awards(plan)] == [("confirmed", "进修校", "hour")]
    assert not found["admin"].assessed
    assert "winter_course" not in found


def test_004_needs_three_exams_for_100_hours_and_the_certificate():
    plan = shipped("004")
    rules = {rule.id: rule.tree for rule in pass_rules(plan)}

    assert rules["all"] == All((Ref("regular"), Ref("final"), Ref("comprehensive")))
    assert rules["final"] == Ref("final")
    assert {key: spec.target for key, spec in rows("004").items() if spec.kind == "score"} == {
        "regular": 60,
        "final": 60,
        "comprehensive": 60,
    }
    assert rows("004")["normative"].target == 100
    assert [(award.rule, award.amount, award.condition) for award in awards(plan)] == [("on_pass", 100, "all")]
    assert [(one.label, one.condition) for one in certificates(plan)] == [("学习合格证书", "all")]
    assert [(fee.amount, fee.per, fee.year_amount) for fee in fees(plan)] == [(2, "hour", 200)]


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_whole(name):
    specs = requirements(shipped(name), LAUNCH.get(name))
    keys = [spec.key for spec in specs]

    assert len(set(keys)) == len(keys)
    for spec in specs:
        assert isinstance(spec.target, Decimal)
        assert spec.label
        assert spec.unit
        assert spec.clause, spec.key
        assert spec.target > 0 or spec.timely or not spec.assessed
        assert (spec.metric is not None) == (spec.kind in ("count", "coverage"))
        assert (spec.each is not None) == (spec.kind == "items")
        assert set(spec.depends) <= {*keys, *(one.id for one in specs)}
        assert hash(spec)
        assert asdict(spec)


@pytest.mark.parametrize("name", NAMES)
def test_pass_rules_name_rows_that_exist(name):
    plan = shipped(name)
    keys = {spec.key for spec in requirements(plan, LAUNCH.get(name))}

    def leaves(node):
        return {node.key} if isinstance(node, Ref) else {key for one in node.of for key in leaves(one)}

    for rule in pass_rules(plan):
        assert leaves(rule.tree) <= keys


def test_trees_keep_their_forms_and_materials_by_stage_fold_together():
    reading = small(
        ("pass: {all: [cases, electives]}", "pass: {any: [cases, {at_least: 1, of: [summary, briefing]}]}"),
        ("due: 2026-11-30", "due: 2026-11-30, count: {中学: 2, 小学: 1}"),
    )

    assert pass_rules(reading.plan)[0].tree == Any(
        (Ref("cases"), AtLeast(1, (All((Ref("summary.secondary"), Ref("summary.primary"))), Ref("briefing"))))
    )


def test_a_rule_reads_the_rows_of_its_own_role():
    reading = small(
        ("kind: compulsory, window", "kind: compulsory, for: [learner, topic_host], window"),
        ("of: [learner], pass", "of: [learner, topic_host], pass"),
    )

    assert [(rule.subject_role, rule.tree) for rule in pass_rules(reading.plan)] == [
        ("learner", All((Ref("cases.learner"), Ref("electives")))),
        ("topic_host", All((Ref("cases.topic_host"), Ref("electives")))),
    ]


def test_a_monthly_material_of_a_masked_window_needs_the_launch():
    reading = small(
        (", year: 2026}", ', year: "${Y}", params: {Y: null}}'),
        ("from: 2026-09-21, to: 2026-11-30", 'from: "${Y}-09-21", to: "${Y}-11-30"'),
        ("due: 2026-11-30", "repeat: last_friday_of_month, in: study"),
    )

    with pytest.raises(Invalid, match="还没有填参数 Y"):
        requirements(reading.plan)
    found = {spec.key: spec for spec in requirements(reading.plan, {"Y": 2026})}
    assert (found["summary"].target, found["summary"].unit) == (3, "次")


def test_what_has_no_pass_line_gives_no_rule_and_silence_means_all_steps():
    reading = small(
        ("  - {kind: course, id: course, needs: [steps, test]}\n", "  - {kind: decision, id: group, of: [group]}\n"),
        ("all_or_nothing: course, ", ""),
    )

    assert [rule.id for rule in pass_rules(reading.plan)] == ["learner"]
    assert course_rule(reading.plan).needs == ("steps",)
    assert {spec.key: spec.per for spec in requirements(reading.plan)}["group"] == "team"
