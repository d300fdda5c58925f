"""What changed between two versions, in sentences, with whom it concerns and which way."""

import pytest

from tests.programmes.plan.texts import LAUNCH, NAMES, SMALL, shipped, spoil, text_of
from yanxiu.programmes.plan.diff import diff
from yanxiu.programmes.plan.reading import load


def changes(*replacements):
    return diff(load(SMALL.encode()), load(spoil(SMALL, *replacements).encode()))


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_does_not_differ_from_itself(name):
    assert diff(shipped(name), shipped(name), LAUNCH.get(name)) == ()


ONE = [
    (("min: 2, per", "min: 3, per"), "duties", "changed", "tighter", "专题工作坊主持人的要求「编发简报」从不少于 2 期改为不少于 3 期"),
    (("min: 2, per", "min: 1, per"), "duties", "changed", "looser", "从不少于 2 期改为不少于 1 期"),
    (("min: 2, per", "min: 2, soft: true, per"), "duties", "changed", "looser", "从不少于 2 期改为原则上不少于 2 期"),
    (("in: study}", "in: year}"), "duties", "changed", "other", "时间从学习改为本年度"),
    (
        ("count: 3, hours_each: 2", "count: 2, hours_each: 3"),
        "learn",
        "changed",
        "other",
        "学员的要求「课例」每项从 2 学时 × 3 改为 3 学时 × 2",
    ),
    (
        ("to: 2026-11-30, do", "to: 2026-11-20, do"),
        "phases",
        "changed",
        "tighter",
        "时间窗口「学习」从 2026-09-21 — 2026-11-30 改为 2026-09-21 — 2026-11-20，涉及所有人",
    ),
    (("to: 2026-11-30, do", "to: 2026-12-20, do"), "phases", "changed", "looser", "改为 2026-09-21 — 2026-12-20"),
    (
        ("unit: credit", 'unit: credit\n  cutoff: "11-30"'),
        "credit",
        "changed",
        "other",
        "学分规则「courses」登记截止从 没有 改为 11-30，涉及学员",
    ),
    (("unit: credit", "unit: credit\n  ratio: 1.5"), "credit", "changed", "looser", "每学时从 1 改为 1.5 学分"),
    ((", register_only_if: learner", ""), "credit", "changed", "other", "合格才登记的条件改了"),
    (
        ("{all: [cases, electives]}", "{all: [cases, electives, total]}"),
        "assess",
        "changed",
        "other",
        "合格规则「learner」从全部（课例、选修）改为全部（课例、选修、合计）",
    ),
    (("title: 小方案", "title: 大方案"), "programme", "changed", "other", "基本信息改了：title"),
    (("topics: [班级管理, 家校沟通]", "topics: [班级管理]"), "learn", "changed", "other", "课程块改了：electives"),
    (("amount: 2, per", "amount: 3, per"), "fees", "changed", "other", "收费改了：fee"),
    (("min_hours: 4, lock", "min_hours: 5, lock"), "choose", "changed", "other", "选课改了：第 2 条"),
    (
        ("for: [learner], do: [choose_courses]", "for: [learner, tutor], do: [choose_courses]"),
        "phases",
        "changed",
        "other",
        "的对象从学员改为学员、指导教师",
    ),
    (("label: 学习,", "label: 研修,"), "phases", "changed", "other", "时间窗口「研修」的名称或开放的事项改了"),
    (("do: [learn]}", "do: [learn], credit_cutoff: 2026-12-31}"), "phases", "changed", "other", "时间窗口「学习」的登记截止改了"),
    (("min: 2, per", "timely: true, per"), "duties", "changed", "looser", "从不少于 2 期改为及时完成"),
    (("min: 2, per", "per"), "duties", "changed", "looser", "从不少于 2 期改为只记数"),
    (
        ("to: [learner], all_or_nothing", "to: [learner, tutor], all_or_nothing"),
        "credit",
        "changed",
        "other",
        "对象改了，涉及学员、指导教师",
    ),
    (
        ("{all: [cases, electives]}", "{any: [cases, {at_least: 1, of: [electives, total]}]}"),
        "assess",
        "changed",
        "other",
        "任一（课例、至少 1 项（选修、合计））",
    ),
    (("label: 文稿", "label: 报告"), "submit", "changed", "other", "的要求「总结」的说明改了"),
]


@pytest.mark.parametrize(("replacement", "section", "kind", "effect", "text"), ONE)
def test_one_change_is_one_sentence(replacement, section, kind, effect, text):
    replacements = [replacement]
    if replacement[0].startswith("amount: 2"):
        replacements.append(("year_amount: 20", "year_amount: 30"))

    (found,) = changes(*replacements)

    assert (found.section, found.kind, found.effect) == (section, kind, effect)
    assert text in found.text


def test_what_comes_and_goes_is_told_with_its_role():
    duty = "    - {id: answers, metric: qa.answered, min: 5, per: person, in: study}\n"
    more = changes(("submit:", f"{duty}submit:"))
    less = diff(load(spoil(SMALL, ("submit:", f"{duty}submit:")).encode()), load(SMALL.encode()))

    assert [(one.kind, one.effect, one.roles, one.text) for one in more] == [
        ("added", "tighter", ("topic_host",), "专题工作坊主持人新增要求「回答问题」，不少于 5 个")
    ]
    assert [(one.kind, one.effect, one.text) for one in less] == [
        ("removed", "looser", "专题工作坊主持人的要求「回答问题」取消，原为不少于 5 个")
    ]


def test_windows_come_and_go():
    phase = "  - {id: extra, label: 补学, from: 2026-12-01, to: 2026-12-10, for: [learner]}\n"
    old, new = load(SMALL.encode()), load(spoil(SMALL, ("choose:", f"{phase}choose:")).encode())

    assert [(one.kind, one.text, one.roles) for one in diff(old, new)] == [
        ("added", "时间窗口「补学」新增，2026-12-01 — 2026-12-10", ("learner",))
    ]
    assert [(one.kind, one.text) for one in diff(new, old)] == [("removed", "时间窗口「补学」取消")]


def test_masked_windows_are_compared_as_printed_and_as_launched():
    old = shipped("000b")
    new = load(spoil(text_of("000b"), ('to: "M2-30"', 'to: "M2-28"')).encode())

    assert [one.text for one in diff(old, new)] == ["时间窗口「必修课学习」从 M1-26 — M2-30 改为 M1-26 — M2-28，涉及参训教师"]
    assert [one.effect for one in diff(old, new, LAUNCH["000b"])] == ["tighter"]


def test_awards_come_and_go_and_change_their_amount():
    award = "    - {id: bonus, rule: on_pass, if: learner, amount: 5, to: [learner]}\n"
    with_award = spoil(SMALL, ("fees:", f"{award}fees:"))
    old, new = load(SMALL.encode()), load(with_award.encode())
    larger = load(with_award.replace("amount: 5", "amount: 6").encode())

    assert [(one.kind, one.text) for one in diff(old, new)] == [("added", "学分规则「bonus」新增，涉及学员")]
    assert [(one.kind, one.text) for one in diff(new, old)] == [("removed", "学分规则「bonus」取消，涉及学员")]
    assert [(one.effect, one.text) for one in diff(new, larger)] == [("looser", "学分规则「bonus」从 5 改为 6 学分，涉及学员")]
    assert [one.effect for one in diff(larger, new)] == ["tighter"]


def test_another_lock_is_told_at_the_choice_and_at_its_window():
    assert [(one.section, one.text) for one in changes(("lock_at: study.from}", "lock_at: courses.from}"))] == [
        ("phases", "时间窗口「学校选专题」的锁定时间改了"),
        ("choose", "选课改了：第 1 条"),
    ]
