"""Search finds only what lies in the scope of the hat, and does not hint at the rest."""

import re

from tests.learning import factories as learning
from tests.portal.conftest import browser_of, hat_of
from tests.programmes import factories as programmes
from yanxiu.orgs.models import Kind


def _words(browser, text: str) -> str:
    answer = browser.get("/search/", {"q": text})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def _admin(study):
    person = programmes.teacher(study.school, name="韩敏")
    learning.account(person)
    return browser_of(person, hat=hat_of(person, "school_admin", study.school))


def test_a_school_finds_its_people_by_name(study, november):
    assert "周淑芬" in _words(_admin(study), "周淑")


def test_finds_nobody_outside(study, november):
    other = learning.programmes.org(parent=study.county, kind=Kind.SCHOOL, name="邻校")
    programmes.teacher(other, name="周大福")

    words = _words(_admin(study), "周大")

    assert "没有找到“周大”" in words


def test_a_teacher_finds_courses_but_no_people(study, november):
    owned = learning.course(study.county, title="班级管理的艺术")
    learning.offering(study.programme, owned, block="electives", topic="班级管理")
    programmes.teacher(study.school, name="班级管理员")

    words = _words(browser_of(study.person), "班级管理")

    assert "班级管理的艺术" in words
    assert "可以选" in words
    assert "班级管理员" not in words


def test_signs_are_taken_as_they_are(study, november):
    learning.offering(study.programme, learning.course(study.county, title="甲"), block="electives", topic="班级管理")
    browser = browser_of(study.person)

    assert "没有找到“%”" in _words(browser, "%")
    assert "没有找到“_”" in _words(browser, "_")
    assert "没有找到" in _words(browser, "<script>alert(1)</script>")
    assert "搜索" in _words(browser, "\x00")


def test_costs_the_same_with_many_hits(study, november, assert_same_queries):
    browser = _admin(study)

    def more():
        for _ in range(20):
            programmes.teacher(study.school, name="周某人")

    assert_same_queries(lambda: browser.get("/search/", {"q": "周"}), more)
