"""The plan in sentences: what is read is what the engine does."""

import pytest

from tests.programmes.plan.texts import LAUNCH, NAMES, shipped, small
from yanxiu.programmes.plan.read_back import read_back


def sentences(name, params=None):
    return {(one.section, one.id): one.text for one in read_back(shipped(name), params)}


@pytest.mark.parametrize("name", NAMES)
def test_every_window_block_duty_material_assessment_and_award_has_a_sentence(name):
    plan = shipped(name)
    found = read_back(plan, LAUNCH.get(name))

    wanted = (
        [("phases", one.id) for one in plan.phases]
        + [("learn", one.id) for one in plan.learn]
        + [("totals", one.id) for one in plan.totals]
    )
    wanted += [("duties", duty.id) for duties in plan.duties.values() for duty in duties]
    wanted += [("submit", one.id) for one in plan.submit]
    wanted += [("guide", f"guide{place}") for place, _ in enumerate(plan.guide, start=1)] + [("attend", one.id) for one in plan.attend]
    wanted += [("assess", one.id) for one in plan.assess]
    wanted += [("credit", one.id) for one in plan.credit.awards]
    wanted += [("fees", one.id) for one in plan.fees] + [("certs", one.id) for one in plan.certs]
    assert [(one.section, one.id) for one in found] == wanted
    for one in found:
        assert one.text.endswith("。")
        assert "None" not in one.text
        assert "!" not in one.text
        assert "，，" not in one.text


def test_000b_in_its_own_words():
    found = sentences("000b", LAUNCH["000b"])

    assert found["phases", "courses"] == "教师选课程：2020-10-03 — 2020-10-25 24:00，对参训教师开放教师选课程，必修课学习开始后不能再改。"
    assert found["learn", "casework"] == (
        "学科课例点评（必修，12 学时）：参训教师每人随机后固定，4 个省级课例，每个 3 学时，完成一个计一个，交观课报告才计，在必修课学习期间。"
    )
    assert found["assess", "learner"] == "年度考核：参训教师的必修合计、选修课都达到，即为合格。"
    assert found["credit", "courses"] == "参训教师按课程计学分，一门课程缺一样计 0，先暂记，年度考核合格才登记，12-31 以后的计入下一年度。"


def test_masked_dates_are_shown_as_printed_until_the_launch():
    assert sentences("000b")["phases", "elective"].startswith("选修课学习：M1-26 — ME-25 24:00")
    assert sentences("000a")["submit", "points_roster"] == "市在 ${Y}-${m}-10 24:00 前交教学点数目及所在学校名单。"
    assert sentences("000a", LAUNCH["000a"])["submit", "points_roster"] == "市在 2013-06-10 24:00 前交教学点数目及所在学校名单。"


def test_001_tells_hosts_their_numbers():
    found = sentences("001")

    assert found["duties", "sh_briefing"] == "学科工作坊主持人以工作坊为单位，研修期间：编发简报（研修简报）不少于 3 期。"
    assert found["duties", "th_article"] == "每位专题工作坊主持人，本年度：原则上引领性文章或案例分析不少于 1 篇。"
    assert (
        found["duties", "sh_coverage"] == "市级学科工作坊主持人团队，研修期间：跟进指导下一级工作坊，覆盖全部县级工作坊的 100%，高中除外。"
    )
    assert found["duties", "sh_praise"].endswith("及时表扬，不留待办。")
    assert found["duties", "th_courses"].endswith("只记数，不设下限。")
    assert "单位可以在这段时间里自定起止" in found["phases", "p2"]
    assert "工作坊主持人考核合格的，本领域内乘 2" in found["credit", "courses"]


def test_002_003_004_say_their_own():
    assert "原则上不少于线上学时的 25%，每段原则上不超过 15 分钟" in sentences("002")["learn", "compulsory"]
    assert "原则上不少于线上学时的 2 倍" in sentences("002")["learn", "electives"]
    assert sentences("003")["submit", "s6"].startswith("学校在 2023-05-08 下班（17:30）前交推门听课材料（中学 15 次，小学 11 次）")
    assert "出课照片（3 张）" in sentences("003")["submit", "s6"]
    assert sentences("003")["submit", "s7"].startswith("学校每月最后一个星期五 24:00 前交")
    assert sentences("003")["assess", "school_based"] == "校本研培考核：学校评定学员，合格给 12 学时，进修校认定。"
    assert sentences("004")["fees", "per_hour"] == "学员每学时收费 2 元，每年 100 学时 200 元。"
    assert sentences("004")["certs", "qualified"] == "全部考核通过的，得学习合格证书，由省教师教育网络联盟管理中心印制。"


def test_trees_read_as_they_are_nested():
    reading = small(("{all: [cases, electives]}", "{at_least: 1, of: [total, {any: [cases, summary, briefing]}]}"))

    assert {one.id: one.text for one in read_back(reading.plan)}[
        "learner"
    ] == "考核：学员的合计、（课例、总结、编发简报达到一项）达到 1 项，即为合格。"


def test_rules_of_play_are_read_back():
    played = "window: study, hours: 6, play: {max_rate: 1.25, presence_minutes: 0, no_skip: false},"

    said = next(one.text for one in read_back(small(("window: study, hours: 6,", played)).plan) if one.id == "cases")

    assert "视频最快 1.25 倍，不问“还在看吗”，可以跳着看，看过的才计" in said
