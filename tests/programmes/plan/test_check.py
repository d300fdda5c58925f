"""Spoiled plans: each case has its line, its key and its reason, and one mistake is said once."""

import pytest

from tests.programmes.plan.texts import SMALL, line_of, small, spoil, text_of
from yanxiu.programmes.plan.reading import read

SHAPE = [
    ("learn:\n  - {id: cases,", "learn:\n  - {idd: cases,", "learn[0].idd", "unknown-key", "是不是 id", 2),
    ("hours: 6", "hors: 6", "learn[cases].hors", "unknown-key", "是不是 hours", 1),
    ("hours: 6", "hours: six", "learn[cases].hours", "type", "", 1),
    ("hours: 6", "hours: -1", "learn[cases].hours", "range", "", 1),
    ("hours: 6", "hours: 2001", "learn[cases].hours", "range", "", 1),
    ("hours: 6", "hours: true", "learn[cases].hours", "type", "", 1),
    ("count: 3", "count: 0", "learn[cases].items.count", "range", "", 1),
    ("count: 3", "count: 2.5", "learn[cases].items.count", "type", "", 1),
    ("kind: elective", "kind: electiv", "learn[electives].kind", "unknown-word", "是不是 elective", 1),
    ("label: 课例, kind: compulsory", "label: 课例", "learn[cases]", "missing-key", "补上这个键", 1),
    ("label: 课例", 'label: ""', "learn[cases].label", "empty", "删去", 1),
    ("id: study,", "id: 学习,", "phases[学习].id", "form", "小写字母", 1),
    ("from: 2026-09-21", "from: 2026/9/21", "phases[study].from", "form", "2020-11-06", 1),
    ("for: [learner], do: [choose_courses]", "for: learner, do: [choose_courses]", "phases[courses].for", "type", "写成 [learner]", 1),
    ("topic_host:\n", "topik_host:\n", "duties.topik_host", "unknown-word", "topic_host", 1),
    ("kind: rule", "kind: roule", "assess[learner].kind", "unknown-word", "rule", 1),
    ("{kind: course, id: course", "{id: course", "assess[course]", "missing-key", "decision", 1),
    ("needs: [steps, test]", "needs: [steps, exam]", "assess[course].needs[1]", "unknown-word", "homework", 1),
    ("lock_at: study.from}", "lock_at: study}", "choose[0].lock_at", "form", "窗口编号.from", 1),
    ("title: 小方案, ", "", "programme", "missing-key", "补上", 1),
    ("level: school", "level: village", "programme.level", "unknown-word", "county", 1),
    ("orgs: {chain: [county, school]}", "orgs: [county, school]", "orgs", "type", "", 1),
    ("orgs:", "organs:", "organs", "unknown-key", "是不是 orgs", 1),
    ("to: [learner], all_or_nothing", "to: [], all_or_nothing", "credit.awards[courses].to", "too-few", "", 1),
    ("label: 文稿", "label: " + "长" * 201, "submit[summary].pieces[text].label", "too-long", "", 1),
    ("window: study, hours: 6", "window: null, hours: null", "", "", "", 0),
    ("amount: 2", "amount: null", "fees[fee]", "fee", "amount", 1),
    ("title: 小方案", "title: 小方案, clause: 第一条, 第二条", "programme.第二条", "unknown-key", "加引号", 1),
]


@pytest.mark.parametrize(("old", "new", "key", "code", "said", "count"), SHAPE)
def test_what_does_not_fit_the_form(old, new, key, code, said, count):
    reading = small((old, new))
    errors = [one for one in reading.complaints if one.severity == "error"]

    assert len(errors) == count
    if count:
        found = next(one for one in errors if one.key == key)
        assert found.code == code
        assert said in found.message + found.hint
        assert found.line == line_of(SMALL, old) + old.rstrip().count("\n")


NAMES = [
    ("id: electives, label", "id: cases, label", "learn[cases].id", "duplicate-id"),
    ("id: briefing,", "id: total,", "duties.topic_host[total].id", "duplicate-id"),
    ("id: courses, label", "id: topics, label", "phases[topics].id", "duplicate-id"),
    ("in: study}", "in: studdy}", "duties.topic_host[briefing].in", "unknown-phase"),
    ("window: study, hours", "window: nowhere, hours", "learn[cases].window", "unknown-phase"),
    ("within: courses", "within: year", "choose[1].within", "unknown-phase"),
    ("lock_at: study.from}", "lock_at: stdy.from}", "choose[0].lock_at", "unknown-phase"),
    ("of: [cases, electives]", "of: [case, electives]", "totals[total].of[0]", "unknown-block"),
    ("block: electives, within: topics", "block: elective, within: topics", "choose[0].block", "unknown-block"),
    ("briefing.issued", "briefings.issued", "duties.topic_host[briefing].metric", "unknown-metric"),
    ("pass: {all: [cases, electives]}", "pass: {all: [cases, elektives]}", "assess[learner].pass.all[1]", "unknown-requirement"),
    ("pass: {all: [cases, electives]}", "pass: {all: [cases, {any: [x]}]}", "assess[learner].pass.all[1].any[0]", "unknown-requirement"),
    ("pass: {all: [cases, electives]}", "pass: {all: [learner]}", "assess[learner].pass.all[0]", "unknown-requirement"),
    ("pass: {all: [cases, electives]}", "pass: {all: [cases], any: [electives]}", "assess[learner].pass", "pass-rule"),
    ("pass: {all: [cases, electives]}", "pass: {}", "assess[learner].pass", "pass-rule"),
    ("pass: {all: [cases, electives]}", "pass: {all: []}", "assess[learner].pass.all", "pass-rule"),
    ("pass: {all: [cases, electives]}", "pass: {at_least: 3, of: [cases, total]}", "assess[learner].pass.at_least", "pass-rule"),
    ("pass: {all: [cases, electives]}", "pass: {at_least: 1}", "assess[learner].pass", "pass-rule"),
    ("needs: [steps, test]", "needs: []", "assess[course].needs", "pass-rule"),
    ("register_only_if: learner", "register_only_if: pupil", "credit.awards[courses].register_only_if", "unknown-assessment"),
    ("label: 证书, if: learner", "label: 证书, if: lerner", "certs[paper].if", "unknown-assessment"),
    ("min_chars: 1000}", "min_chars: 1000, same_lesson_as: plan}", "submit[summary].pieces[text].same_lesson_as", "unknown-piece"),
    ("id: study, label", "id: year, label", "phases[year].id", "reserved-id"),
]


@pytest.mark.parametrize(("old", "new", "key", "code"), NAMES)
def test_names_that_lead_nowhere(old, new, key, code):
    reading = small((old, new))

    found = [one for one in reading.complaints if (one.key, one.code) == (key, code)]
    assert len(found) == 1
    assert found[0].severity == "error"
    assert found[0].line == line_of(SMALL, old)
    assert reading.plan is not None


def test_a_near_name_is_offered():
    reading = small(("in: study}", "in: studdy}"))

    assert reading.complaints[0].hint == "是不是 study"


def test_a_circle_of_windows_is_named_whole():
    reading = small(
        ("id: topics, label: 学校选专题, from: 2026-09-01, to: 2026-09-10", "id: topics, label: 学校选专题, after: study"),
        ("id: study, label: 学习, from: 2026-09-21, to: 2026-11-30", "id: study, label: 学习, after: topics"),
    )

    assert [one.message.split("：")[1] for one in reading.complaints if one.code == "cycle"] == [
        "topics → study → topics",
        "study → topics → study",
    ]


HOURS = [
    (
        "hours_each: 2",
        "hours_each: 3",
        "learn[cases].items.hours_each",
        "hours-sum",
        "error",
        "3 项，每项 3 学时，合计 9，与本块 6 学时不符；每项改为 2 就对上",
    ),
    ("count: 3, hours_each: 2", "count: 7", "learn[cases].items", "hours-sum", "error", "6 学时分给 7 项除不尽"),
    ("count: 3", "titles: [甲, 乙]", "learn[cases].items.hours_each", "hours-sum", "error", "2 项，每项 2 学时，合计 4"),
    ("count: 3", "count: 3, titles: [甲, 乙]", "learn[cases].items.count", "items", "error", "写了 3 项，列名 2 项"),
    ("count: 3, ", "", "learn[cases].items", "items", "error", "没有写几项"),
    ("hours: 10}", "hours: 9}", "totals[total].hours", "hours-sum", "error", "6 + 4 = 10，与合计 9 学时不符"),
    ("hours: 10}", "hours: 11}", "totals[total].hours", "hours-sum", "warn", "还差 1 学时要靠选修多学"),
    (
        "of: [cases, electives], hours: 10",
        "of: [cases], hours: 10",
        "totals[total].hours",
        "hours-sum",
        "error",
        "6 = 6，与合计 10 学时不符",
    ),
    ("of: [cases, electives]", "of: [cases, cases]", "totals[total].of", "hours-sum", "error", "「cases」算了两次"),
    (
        "hours: 6, items: {what: lesson_cases, count: 3, hours_each: 2}",
        "assign: self",
        "learn[cases].hours",
        "hours-unknown",
        "warn",
        "没有写学时",
    ),
    (
        "min_hours: 4, topics",
        "min_hours: 4, hours: 3, topics",
        "learn[electives].min_hours",
        "hours-sum",
        "error",
        "至少 4 学时，本块只有 3 学时",
    ),
    (
        "min_hours: 4, topics",
        "min_hours: 4, catalogue_min_hours: 2, topics",
        "learn[electives].catalogue_min_hours",
        "hours-sum",
        "error",
        "目录只要求 2",
    ),
    ("hours: 6,", "hours: 6, online_hours: 4, offline_hours: 1,", "learn[cases].hours", "hours-sum", "error", "线上 4 + 线下 1 = 5"),
    ("min_hours: 4, lock_at", "min_hours: 3, lock_at", "choose[1].min_hours", "hours-sum", "error", "选满了也不够"),
    ("min_hours: 4, lock_at", "min_hours: 5, lock_at", "choose[1].min_hours", "hours-sum", "warn", "选课至少 5 学时，选修 至少 4 学时"),
    (", topics: [班级管理, 家校沟通]", "", "choose[0].block", "choice", "error", "没有专题可选"),
    ("block: electives, within: courses", "within: courses", "choose[1]", "choice", "error", "没有写从哪个课程块里选"),
    (
        "rule: per_course,",
        "rule: on_pass, if: learner, amount: 9, blocks: [cases, electives],",
        "credit.awards[courses].amount",
        "hours-sum",
        "error",
        "给 9，所含课程块合计 10",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "code", "severity", "said"), HOURS)
def test_hours_that_do_not_add_up(old, new, key, code, severity, said):
    reading = small((old, new))

    found = [one for one in reading.complaints if (one.key, one.code) == (key, code)]
    assert [one.severity for one in found] == [severity]
    assert said in f"{found[0].message}；{found[0].hint}"
    assert reading.is_sound is (severity == "warn")


def test_hours_that_passing_gives_are_those_of_the_block():
    text = spoil(text_of("003"), ("gives: {block: school_course, hours: 12}", "gives: {block: school_course, hours: 10}"))

    found = [one for one in read(text.encode()).complaints if one.severity == "error"]

    assert [(one.key, one.message, one.hint) for one in found] == [
        ("assess[school_based].gives.hours", "合格给 10 学时，校本研培 是 12 学时", "改为 12")
    ]


def test_pieces_of_one_material_have_ids_of_their_own():
    found = small(("pieces: [{id: text, label: 文稿", "pieces: [{id: text, label: 附件}, {id: text, label: 文稿")).complaints

    assert [(one.key, one.code) for one in found] == [("submit[summary].pieces[text].id", "duplicate-id")]


def test_registration_needs_an_assessment_that_can_be_passed():
    found = small(
        ("kind: rule, id: learner, of: [learner], pass: {all: [cases, electives]}", "kind: score, id: learner, label: 分, of: [learner]"),
        ("rule: per_course", "rule: on_pass, amount: 10, if: learner"),
        (", if: learner}\n", "}\n"),
    ).complaints

    assert [one.key for one in found if "没有合格线" in one.message] == [
        "credit.awards[courses].if",
        "credit.awards[courses].register_only_if",
    ]


def test_the_sums_of_the_36_hour_plan_are_kept():
    text = text_of("000b")
    wrong = {
        "hours: 12, assign": ("hours: 11, assign", {"learn[casework].items.hours_each", "totals[compulsory].hours"}),
        "hours: 22,": ("hours: 21,", {"totals[compulsory].hours"}),
        "hours: 36,": ("hours: 35,", {"totals[total].hours"}),
        "min_hours: 14, catalogue": ("min_hours: 15, catalogue", {"totals[total].hours", "choose[1].min_hours"}),
    }
    for old, (new, keys) in wrong.items():
        reading = read(spoil(text, (old, new)).encode())
        assert {one.key for one in reading.complaints if one.severity == "error"} == keys


def test_open_hours_are_said_and_not_guessed():
    reading = read(text_of("003").encode())

    said = next(one for one in reading.complaints if one.key == "totals[total].hours")
    assert said.severity == "warn"
    assert "要 36 学时，已写明 12" in said.message


TIMES = [
    (
        "to: 2026-11-30, do",
        "to: 2026-11-31, do",
        "phases[study].to",
        "date",
        "error",
        "2026 年 11 月只有 30 天，没有 11-31；改为 2026-11-30",
    ),
    ("due: 2026-11-30", "due: 2026-02-29", "submit[summary].due", "date", "error", "改为 2026-02-28"),
    ("due: 2026-11-30", "due: 2026-13-01", "submit[summary].due", "date", "error", "没有 13 月"),
    ("from: 2026-09-21", "from: 2026-09-00", "phases[study].from", "date", "error", "没有 09-00；改为 01"),
    ("to: 2026-11-30, do", "to: 2026-09-20, do", "phases[study].to", "order", "error", "学习 结束 2026-09-20 早于开始 2026-09-21"),
    (
        "from: 2026-09-11, to: 2026-09-20",
        "from: 2026-09-05, to: 2026-09-20",
        "choose[1].within",
        "order",
        "error",
        "学校选专题 2026-09-10 才结束",
    ),
    (
        "from: 2026-09-11, to: 2026-09-20",
        "from: 2026-09-11, to: 2026-09-25",
        "choose[1].lock_at",
        "lock",
        "error",
        "到 2026-09-25 才结束，2026-09-21 就锁定",
    ),
    ("lock_at: study.from}", "lock_at: study.to}", "choose[0].lock_at", "lock", "error", "改为 study.from"),
    ("unit: credit\n", 'unit: credit\n  cutoff: "02-30"\n', "credit.cutoff", "date", "error", "改为 02-28"),
    ("unit: credit\n", 'unit: credit\n  cutoff: "10-31"\n', "phases[study].to", "cutoff", "warn", "学习 到 2026-11-30，登记截止 10-31"),
    ("[learn]}", "[learn], credit_cutoff: 2026-11-30}", "phases[study].credit_cutoff", "cutoff", "error", "台账按 12-31 分年度"),
    (
        "id: study, label: 学习, from: 2026-09-21, to: 2026-11-30",
        "id: study, label: 学习",
        "phases[study]",
        "undated",
        "warn",
        "没有写日期：学习",
    ),
    (", year: 2026}", "}\n#", None, None, None, None),
    ("in: study}", "in: year}", None, None, None, None),
    ("to: 2026-11-30, do", 'to: "${Y}-11-30", do', "phases[study].to", "param-unknown", "error", "在 params 里写 Y: null"),
    (", year: 2026}", ", year: 2026, params: {Z: 3}}", "programme.params.Z", "param-unused", "warn", "没有用到"),
    (", year: 2026}", ', year: "${Y}", params: {Y: 26}}', "programme.params.Y", "param", "error", "年份写四位"),
    (", year: 2026}", ', year: "${Y}", params: {Y: null}}', "programme.params", "param-missing", "warn", "发布时要填：Y"),
    (
        "pieces: [{id: text",
        "repeat: last_friday_of_month, pieces: [{id: text",
        "submit[summary].in",
        "duty-window",
        "error",
        "没有写从哪月到哪月",
    ),
    (
        "to: 2026-11-30, do: [learn]}",
        "to: 2026-11-30, span: year, do: [learn]}",
        "phases[study].span",
        "order",
        "error",
        "又写日期又写 span",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "code", "severity", "said"), TIMES)
def test_times_that_cannot_be(old, new, key, code, severity, said):
    reading = small((old, new))

    if key is None:
        assert reading.complaints == ()
        return
    found = [one for one in reading.complaints if (one.key, one.code) == (key, code)]
    assert [one.severity for one in found] == [severity]
    assert said in f"{found[0].message}；{found[0].hint}"


def test_the_31st_of_april_is_named_with_the_30th():
    text = spoil(text_of("003"), ("to: 2023-04-30", "to: 2023-04-31"))
    reading = read(text.encode())

    found = [one for one in reading.complaints if one.severity == "error"]
    assert [(one.key, one.line) for one in found] == [("phases[opendoor].to", line_of(text, "2023-04-31"))]
    assert found[0].hint == "改为 2023-04-30"


def test_counting_by_year_needs_a_year():
    reading = small((", year: 2026}", "}"), ("in: study}", "in: school_year}"))

    assert [(one.key, one.code) for one in reading.complaints] == [("duties.topic_host[briefing].in", "year-missing")]


def test_masked_dates_are_wrong_only_when_no_launch_could_be_right():
    text = text_of("000b")

    swapped = read(spoil(text, ('from: "M1-03", to: "M1-25"', 'from: "M1-01", to: "M1-25"')).encode())
    early = read(spoil(text, ('from: "M1-03", to: "M1-25"', 'from: "M1-03", to: "M1-27"')).encode())
    never = read(spoil(text, ('from: "M2-23"', 'from: "M2-32"')).encode())
    outside = read(spoil(text, ('from: "M2-23", to: "M2-24"', 'from: "M0-23", to: "M0-24"')).encode())

    assert [one.code for one in swapped.complaints if one.severity == "error"] == ["order"]
    assert [one.code for one in early.complaints if one.severity == "error"] == ["lock"]
    assert [(one.key, one.code) for one in never.complaints if one.severity == "error"] == [("phases[together].from", "date")]
    assert ("attend[0].window", "overlap", "warn") in [(one.key, one.code, one.severity) for one in outside.complaints]


def test_two_materials_of_one_school_on_one_day_are_said():
    said = [one.message for one in read(text_of("003").encode()).complaints if one.code == "same-day"]

    assert said == ["能力素质提升网报 与研培工作期末总结 都在 2023-06-30 截止"]


RULES = [
    ("label: 证书, if: learner", "label: 证书", "certs[paper]", "cert-no-rule", "error", "没有写凭哪项考核发"),
    (
        "kind: rule, id: learner, of: [learner], pass: {all: [cases, electives]}",
        "kind: decision, id: learner, of: [learner]",
        "certs[paper].if",
        "cert-no-rule",
        "error",
        "它没有合格线",
    ),
    (", in: study}", "}", "duties.topic_host[briefing]", "duty-window", "warn", "没有写在哪个窗口内完成"),
    (", per: workshop", "", "duties.topic_host[briefing]", "duty-per", "warn", "按每人、每坊"),
    ("min: 2, per", "min: 0, per", "duties.topic_host[briefing].min", "range", "error", "大于 0"),
    ("min: 2, per", "min: 2, timely: true, per", "duties.topic_host[briefing].min", "duty", "error", "只留一种"),
    ("min: 2, per", "min: 2, over: 县, per", "duties.topic_host[briefing]", "duty", "warn", "只用于覆盖率"),
    ("briefing.issued", "guidance.coverage", "duties.topic_host[briefing]", "duty", "error", "for_level"),
    ("year_amount: 20", "year_amount: 21", "fees[fee].year_amount", "fee", "error", "2 元 × 10 学时 = 20 元，与全年 21 元不符"),
    ("who: learner, amount", "amount", "fees[fee]", "fee", "error", "收费少了 who"),
    ("who: learner", "who: plan_out", "fees[fee].who", "fee", "error", "参加对象里没有"),
    ("amount: 2,", "record_only: true, amount: 2,", "fees[fee].amount", "fee", "error", "不写价格"),
    ("rule: per_course", "rule: on_pass, amount: 10", "credit.awards[courses]", "award", "error", "没有写哪项考核"),
    ("rule: per_course", "rule: on_pass, if: learner", "credit.awards[courses]", "award", "error", "没有写给多少"),
    (
        "rule: per_course",
        "rule: on_pass, amount: 10, if: course",
        "credit.awards[courses].if",
        "unknown-assessment",
        "error",
        "没有「course」",
    ),
    ("rule: per_course", "rule: per_block", "credit.awards[courses]", "award", "error", "没有写哪些块"),
    ("rule: per_course", "rule: confirmed", "credit.awards[courses]", "award", "warn", "由谁确认"),
    (
        "{kind: course, id: course, needs: [steps, test]}",
        "{kind: score, id: course, label: 分, of: [learner]}",
        "credit.awards[courses].all_or_nothing",
        "award",
        "error",
        "kind: course",
    ),
    (
        "register_only_if: learner",
        "register_only_if: learner, on_fail: courses_done",
        "credit.awards[courses].on_fail",
        "award",
        "error",
        "只留一种",
    ),
    ("certs:", "sanctions:\n  - {id: s, if: [plagiarism], then: [incident]}\ncerts:", "sanctions[s]", "sanction", "error", "查实"),
    (
        "certs:",
        "spaces: [{type: class, split: {by: [host], into: sub_workshop}}]\ncerts:",
        "spaces[0].split",
        "spaces",
        "error",
        "没有写人数上限",
    ),
    ("certs:", "spaces: [{type: subject_workshop, tree: workshop_levels}]\ncerts:", "spaces[0].tree", "levels", "error", "workshop_levels"),
    ("certs:", "solicit: [{id: c, label: 征集, along: workshop_levels}]\ncerts:", "solicit[c].along", "levels", "error", "workshop_levels"),
    (
        "certs:",
        "solicit: [{id: c, label: 征集, along: chain, route: [city]}]\ncerts:",
        "solicit[c].route[0]",
        "unknown-level",
        "error",
        "没有「city」",
    ),
    (
        "certs:",
        "enrol: {withdraw: {label: 报删, apply: self, review: [school, city], due: 2026-10-01}}\ncerts:",
        "enrol.withdraw.review[1]",
        "unknown-level",
        "error",
        "没有「city」",
    ),
    (
        "certs:",
        "enrol: {classes: {by: [subject], never_mix: [plan]}}\ncerts:",
        "enrol.classes.never_mix[0]",
        "classes",
        "error",
        "编班依据",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "code", "severity", "said"), RULES)
def test_rules_that_do_not_hold_together(old, new, key, code, severity, said):
    found = [one for one in small((old, new)).complaints if (one.key, one.code) == (key, code)]

    assert [one.severity for one in found] == [severity]
    assert said in f"{found[0].message}；{found[0].hint}"


def test_grades_and_weights_are_those_of_the_assessment():
    host = "{kind: decision, id: host, of: [topic_host], grades: [合格, 不合格], pass_grade: 及格}"
    unit = "{kind: score, id: unit, label: 单位, of: [school], parts: [host], weights: {host: 0.5, other: 0.4}}"
    multiplied = "register_only_if: learner, multipliers: [{if: host, grade: 优秀, x: 2}, {if: host, grade: 优秀, x: 1}]"

    reading = small(("credit:", f"  - {host}\n  - {unit}\ncredit:"), ("register_only_if: learner", multiplied))

    assert {(one.key, one.code) for one in reading.complaints} == {
        ("assess[host].pass_grade", "unknown-grade"),
        ("assess[unit].weights.other", "unknown-assessment"),
        ("assess[unit].weights", "weights"),
        ("credit.awards[courses].multipliers[0].grade", "unknown-grade"),
        ("credit.awards[courses].multipliers[1].grade", "unknown-grade"),
        ("credit.awards[courses].multipliers[1]", "award"),
    }


def test_coverage_covers_a_lower_level():
    upward = spoil(text_of("001"), ("for_level: 市, over: 县", "for_level: 县, over: 市"), ("min: 1.0", "min: 1.5"))

    found = {one.key: one.message for one in read(upward.encode()).complaints if one.severity == "error"}

    assert found == {
        "duties.subject_host[sh_coverage].over": "市级不在县级下面",
        "duties.subject_host[sh_coverage].min": "覆盖率 1.5 超过 1",
    }


def test_all_mistakes_are_said_together_in_order_of_lines():
    reading = small(
        ("level: school", "level: skool"),
        ("in: study}", "in: studdy}"),
        ("hours_each: 2", "hours_each: 3"),
        ("briefing.issued", "briefing.isued"),
        ("year_amount: 20", "year_amount: 21"),
        ("unit: credit", "unit: points"),
    )

    lines = [one.line for one in reading.complaints]
    assert lines == sorted(lines)
    assert {one.code for one in reading.complaints} >= {"unknown-word", "unknown-phase", "hours-sum", "unknown-metric", "fee"}
    assert reading.plan is None


@pytest.mark.parametrize(
    ("play", "key", "code", "severity", "said"),
    [
        ("{max_rate: 4}", "learn[cases].play.max_rate", "range", "error", "2"),
        ("{presence_minutes: -1}", "learn[cases].play.presence_minutes", "range", "error", "0"),
        ("{presence_minutes: 2}", "learn[cases].play.presence_minutes", "play", "warn", "每 2 分钟问一次"),
    ],
)
def test_rules_of_play_stay_within_bounds(play, key, code, severity, said):
    reading = small(("window: study, hours: 6,", f"window: study, hours: 6, play: {play},"))

    found = [one for one in reading.complaints if (one.key, one.code) == (key, code)]
    assert [one.severity for one in found] == [severity]
    assert said in f"{found[0].message}；{found[0].hint}"
