"""进度与催办: lists by rule, reminders in each person's own words."""

import re
from datetime import timedelta

from tests.learning import factories as learning
from tests.portal.conftest import NOW, browser_of
from tests.portal.test_standing import finished
from yanxiu.insight import queries
from yanxiu.notices.models import Delivery
from yanxiu.people.models import Account, AccountState


def _words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_each_rule_names_its_people(county):
    study = county.study
    offered = learning.offering(study.programme, learning.course(study.county), block="electives", topic="班级管理", hours=4)
    learning.selection(study.enrolment, offered, source="chosen")
    finished(study)
    Account.objects.filter(person__name="钱二").update(state=AccountState.INVITED)

    found = {rule: {row.name for row in queries.people(county.place(), rule=rule, at=NOW).rows} for rule in queries.RULES}

    assert found["all"] == {"周淑芬", "赵一", "钱二"}
    assert found["not_chosen"] == {"赵一", "钱二"}
    assert found["not_activated"] == {"钱二"}
    assert found["not_begun"] == {"周淑芬", "赵一", "钱二"}
    assert found["behind"] == {"周淑芬", "赵一", "钱二"}
    assert found["late"] == set()
    assert found["not_passed"] == {"周淑芬", "赵一", "钱二"}


def test_late_after_the_end(county):
    after = NOW + timedelta(days=12)

    assert len(queries.people(county.place(), rule="late", at=after).rows) == 3


def test_counts_of_all_rules_come_with_an_empty_list(county):
    page = queries.people(county.place(), rule="late", at=NOW)

    assert page.rows == []
    assert page.counts["not_passed"] == 3


def test_page_says_what_each_would_read(county, november):
    finished(county.study)

    words = _words(county.browser.get("/insight/laggards/", {"rule": "behind"}))

    assert "必修慢于日程 3 人" in words
    assert "必修还差 8 学时，11 月 30 日 24:00 截止" in words


def test_a_long_list_goes_on(county, november):
    for number in range(20):
        learning.participant(county.study.programme, county.second, name=f"教师{number:02d}")

    first = county.browser.get("/insight/laggards/", {"rule": "all"}).content.decode()
    second = county.browser.get("/insight/laggards/", {"rule": "all", "page": "2"}).content.decode()

    assert "page=2" in first
    assert first.count("/standing/") >= 20
    assert "page=3" not in second
    assert _names(first) & _names(second) == set()
    assert len(_names(first) | _names(second)) == 23


def _names(page: str) -> set[str]:
    return set(re.findall(r"/standing/(\d+)/", page))


def test_finds_by_initials_and_takes_signs_as_they_are(county, november):
    assert "赵一" in _words(county.browser.get("/insight/laggards/", {"rule": "all", "q": "赵"}))
    assert "赵一" not in _words(county.browser.get("/insight/laggards/", {"rule": "all", "q": "%"}))


def test_reminds_those_chosen_in_their_own_words(county, november):
    finished(county.study)

    answer = county.browser.post("/insight/laggards/remind/", {"rule": "behind", "people": [county.study.person.pk], "who": "chosen"})

    assert answer.status_code == 302
    row = Delivery.objects.get()
    assert row.person == county.study.person
    assert row.words.startswith("必修还差 8 学时")
    assert "已催办 1 人" in county.browser.get("/settings/").content.decode()


def test_reminds_nobody_twice_a_day(county, november):
    def again():
        return county.browser.post("/insight/laggards/remind/", {"rule": "behind", "who": "all"})

    assert again().status_code == 302
    answer = again()

    assert answer.status_code == 409
    assert "今天都已经催办过" in answer.content.decode()
    assert Delivery.objects.count() == 3


def test_a_school_reminds_only_its_own(county, november):
    county.school.post("/insight/laggards/remind/", {"rule": "behind", "who": "all"})

    assert [row.person.name for row in Delivery.objects.select_related("person")] == ["周淑芬"]


def test_a_unit_outside_is_not_reminded(county, november):
    answer = county.school.post("/insight/laggards/remind/", {"rule": "behind", "who": "all", "unit": county.second.pk})

    assert answer.status_code == 404
    assert not Delivery.objects.exists()


def test_nobody_chosen_sends_nothing(county, november):
    answer = county.browser.post("/insight/laggards/remind/", {"rule": "behind", "who": "chosen"})

    assert answer.status_code == 422
    assert "还没有选人" in answer.content.decode()


def test_a_rule_that_is_none_is_refused(county, november):
    assert county.browser.post("/insight/laggards/remind/", {"rule": "TRUE; DROP TABLE", "who": "all"}).status_code == 404


def test_a_learner_reminds_nobody(county, november):
    assert browser_of(county.study.person).post("/insight/laggards/remind/", {"rule": "behind", "who": "all"}).status_code == 403


def test_costs_the_same_with_many_people(county, november, assert_same_queries):
    def more():
        for _ in range(30):
            learning.participant(county.study.programme, county.second)

    assert_same_queries(lambda: county.browser.get("/insight/laggards/"), more)
