"""Figures of a unit and what lies below it: one statement, levels agree."""

import re

from tests.learning import factories as learning
from tests.portal.conftest import NOW
from tests.portal.test_standing import finished
from yanxiu.evaluation import actions as evaluation
from yanxiu.insight import queries
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Kind
from yanxiu.programmes.models import Enrolment


def test_counts_everybody_once(county):
    board = queries.board(county.place(), at=NOW)

    assert {row.name: row.people for row in board.rows} == {"演示县实验中学": 1, "第二中学": 2}
    assert board.all.people == 3


def test_levels_agree_to_the_last_digit(county):
    finished(county.study)
    together = queries.board(county.place(), at=NOW)
    below = [queries.board(county.place(unit), at=NOW).all for unit in (county.study.school, county.second)]

    assert together.all.people == sum(one.people for one in below)
    assert together.all.sums == tuple(sum(one.sums[number] for one in below) for number in range(len(together.columns)))


def test_what_is_over_one_requirement_does_not_make_up_for_another(county):
    """Nine hours of law (4 asked) and none of casework (6 asked) are four tenths of the compulsory part."""
    finished(county.study, block="law", hours=9)

    row = next(row for row in queries.board(county.place(), at=NOW).rows if row.name == "演示县实验中学")

    assert row.share(0) == 0.4


def test_who_left_is_in_no_figure(county):
    Enrolment.objects.filter(pk=county.study.enrolment.pk).update(state="left", left_at=NOW)

    assert queries.board(county.place(), at=NOW).all.people == 2


def test_funnel_from_enrolled_to_qualified(county):
    study = county.study
    offered = learning.offering(study.programme, learning.course(study.county), block="electives", topic="班级管理", hours=4)
    learning.selection(study.enrolment, offered, source="chosen")
    finished(study, block="electives", hours=4)
    for key in ("law", "casework"):
        evaluation.waive(enrolment=study.enrolment, key=key, reason="援疆", by=SYSTEM, at=NOW)

    together = queries.board(county.place(), at=NOW).all

    assert (together.people, together.chosen, together.passed) == (3, 1, 1)


def test_spread_counts_everybody(county):
    finished(county.study)
    page = queries.board_page(county.place(), at=NOW)

    assert sum(page.spread[0].values) == 3
    assert page.spread[0].values[0] == 2


def test_an_open_window_far_behind_is_red_and_named(county):
    page = queries.board_page(county.place(), at=NOW)

    assert all(row.cells[1].behind for row in page.heat)
    assert page.to_dos[0].title == "2 个单位必修慢得多"
    assert page.headline == "必修完成 0%，比日程慢 65 个百分点"


def test_a_programme_is_chosen_by_the_address(county):
    place = queries.place_of(county.actor, unit_id=None, programme_id=county.study.programme.pk, at=NOW)

    assert place.programme == county.study.programme


def test_page_drills_down_to_the_teacher(county, november):
    answer = county.browser.get("/insight/board/", {"unit": county.study.school.pk})

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "周淑芬" in page
    assert "赵一" not in page
    assert f'href="/standing/{county.study.enrolment.pk}/"' in page


def test_a_school_cannot_climb(county, november):
    assert county.school.get("/insight/board/", {"unit": county.study.county.pk}).status_code == 404
    assert county.school.get("/insight/board/", {"unit": county.second.pk}).status_code == 404
    assert county.school.get("/insight/board/").status_code == 200


def test_bad_addresses_are_not_found(county, november):
    for query in ({"unit": "x"}, {"unit": "9" * 30}, {"programme": "-1"}, {"unit": "0"}, {"programme": "999999"}):
        assert county.browser.get("/insight/board/", query).status_code == 404
    assert county.browser.get("/insight/board/", {"stage": "大学"}).status_code == 200


def test_narrows_to_a_stage(county, november):
    page = county.browser.get("/insight/board/", {"stage": "初中"}).content.decode()

    assert "还没有人参训" in re.sub(r"<[^>]+>", "", page)


def test_a_learner_has_no_board(county, november):
    from tests.portal.conftest import browser_of

    assert browser_of(county.study.person).get("/insight/board/").status_code == 403


def test_costs_the_same_with_many_units(county, november, assert_same_queries):
    def more():
        for number in range(10):
            unit = learning.programmes.org(parent=county.study.county, kind=Kind.SCHOOL, name=f"学校 {number}")
            learning.participant(county.study.programme, unit)

    assert_same_queries(lambda: county.browser.get("/insight/board/"), more)
