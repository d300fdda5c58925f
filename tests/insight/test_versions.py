"""People pinned to an older version of the plan are counted by their own; columns are what the versions call by one name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.learning import factories as learning
from tests.portal.conftest import NOW, PLAN
from tests.portal.test_standing import finished
from yanxiu.evaluation import actions as evaluation
from yanxiu.insight import queries
from yanxiu.kit.actor import SYSTEM
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Enrolment

SECOND = (
    PLAN.replace("kind: compulsory, window: compulsory, hours: 4,", "kind: compulsory, window: compulsory, hours: 8,")
    .replace("min_hours: 4}", "min_hours: 6}")
    .replace("min_hours: 4,", "min_hours: 6,")
    .replace("to: 2026-11-30", "to: 2026-12-10")
    .replace(
        "assess:",
        "  - {id: lesson, label: 一人一节研究课, kind: practice, requires: {metric: lesson.research, min: 1, per: person}}\nassess:",
    )
)
"""Law counts 8 hours instead of 4, six hours are to be chosen, compulsory study runs on to December, and a research lesson is asked."""


@pytest.fixture
def two(county):
    """周淑芬 and 赵一 stay with the first version; 钱二 is pinned to the second, with 孙三 who came later."""
    programme = county.study.programme
    version = programmes.publish(
        programme=programme, source=SECOND, reason="多学法律", parameters={}, move_participants=False, by=SYSTEM, at=NOW
    )
    evaluation.lay_down(version=version, by=SYSTEM, at=NOW)
    programme.refresh_from_db()
    Enrolment.objects.filter(programme=programme, person__name="钱二").update(version=version)
    learning.participant(programme, county.second, name="孙三")
    return county


def row_of(county, name):
    found = queries.everybody(county.place(), rule="all", at=NOW)
    return next(row for row in found if row.name == name)


def _earn(county, name, block, hours):
    finished(replace(county.study, enrolment=enrolment_of(county, name)), block=block, hours=hours)


def enrolment_of(county, name):
    return Enrolment.objects.select_related("person", "programme").get(programme=county.study.programme, person__name=name)


def test_each_is_counted_by_her_own_version(two):
    """Four hours of law are four of ten to who has the first version, and four of fourteen to who has the second."""
    for name in ("赵一", "钱二"):
        _earn(two, name, "law", 4)

    first, second = row_of(two, "赵一"), row_of(two, "钱二")

    assert (first.got[0], first.targets[0]) == (4, 10)
    assert (second.got[0], second.targets[0]) == (4, 14)
    assert [column.label for column in two.place().measures.columns] == ["必修", "选修", "一人一节研究课"]


def test_headline_counts_who_passes_by_her_own_version(two):
    """赵一 has all that the first version asks; with the same, 钱二 has not passed."""
    for name in ("赵一", "钱二"):
        enrolment = enrolment_of(two, name)
        _earn(two, enrolment.person.name, "electives", 4)
        _earn(two, enrolment.person.name, "law", 4)
        evaluation.waive(enrolment=enrolment, key="casework", reason="援疆", by=SYSTEM, at=NOW)

    board = queries.board(two.place(), at=NOW)

    assert (board.all.people, board.all.passed) == (4, 1)
    assert row_of(two, "赵一").has_passed
    assert not row_of(two, "钱二").has_passed


def test_choosing_is_measured_by_her_own_version(two):
    study = two.study
    offered = learning.offering(study.programme, learning.course(study.county), block="electives", topic="班级管理", hours=4)
    for name in ("赵一", "钱二"):
        learning.selection(enrolment_of(two, name), offered, source="chosen")

    assert queries.board(two.place(), at=NOW).all.chosen == 1
    assert "至少要选 6 学时" in queries.reminder(two.place(), "not_chosen", row_of(two, "钱二"), at=NOW)


def test_what_a_version_lacks_does_not_apply(two):
    """The research lesson stands in the second version only; whole school has none of it, so its cell says so."""
    page = queries.board_page(two.place(), at=NOW)
    lesson = page.heat_columns.index("一人一节研究课")
    school = next(row for row in page.heat if row.label == "演示县实验中学")
    people = queries.teachers(two.place(two.second), queries.everybody(two.place(two.second), rule="all", at=NOW), at=NOW, standing="")

    assert school.cells[lesson].share is None
    assert {row.label: row.cells[lesson].share for row in people} == {"赵一": None, "钱二": 0.0, "孙三": 0.0}
    assert "不适用" in two.browser.get("/insight/board/", {"unit": two.second.pk}).content.decode()


def test_columns_follow_an_older_version_that_alone_has_them(two):
    """After a third version drops the research lesson again, who is asked for one is still measured by it."""
    programme = two.study.programme
    third = programmes.publish(
        programme=programme, source=PLAN + "\n# again\n", reason="恢复", parameters={}, move_participants=False, by=SYSTEM, at=NOW
    )
    evaluation.lay_down(version=third, by=SYSTEM, at=NOW)

    board = queries.board(two.place(), at=NOW)

    assert [column.label for column in board.columns] == ["必修", "选修", "一人一节研究课"]
    assert board.all.counts == (4, 4, 2)


def test_who_is_behind_is_asked_of_her_own_schedule(two):
    """Between the ends of the two windows the second version's people have more time."""
    _earn(two, "赵一", "law", 4)
    later = NOW + timedelta(days=5)
    old, new = (queries.board(two.place(), at=later).columns[0].of(row_of(two, name).version_id) for name in ("赵一", "钱二"))

    assert old.expected > new.expected
    assert {row.name for row in queries.everybody(two.place(), rule="behind", at=later)} == {"周淑芬", "赵一", "钱二", "孙三"}

    _earn(two, "钱二", "law", 8)
    _earn(two, "赵一", "law", 0.5)
    behind = {row.name for row in queries.everybody(two.place(), rule="behind", at=NOW)}

    assert behind == {"周淑芬", "赵一", "孙三"}


def test_costs_the_same_with_more_versions(two, november, assert_same_queries):
    def more():
        for number in range(3):
            source = PLAN + f"\n# {number}\n"
            version = programmes.publish(
                programme=two.study.programme, source=source, reason="改字", parameters={}, move_participants=False, by=SYSTEM, at=NOW
            )
            evaluation.lay_down(version=version, by=SYSTEM, at=NOW)
        two.browser.get("/insight/board/")  # each version's plan is read once in the life of a process

    assert_same_queries(lambda: two.browser.get("/insight/board/"), more)
