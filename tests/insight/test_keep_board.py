"""Boards of many people read kept figures: the same as reckoned, with the moment they are of, laid down anew when something happened."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.insight import factories
from tests.learning import factories as learning
from tests.portal.conftest import NOW
from tests.portal.test_standing import finished
from yanxiu.insight import actions, queries, tasks
from yanxiu.insight.models import KeptBoard, KeptFigure
from yanxiu.insight.queries import kept
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import NotPermitted

LATER = NOW + timedelta(minutes=4)


@pytest.fixture
def programme(county):
    finished(county.study)
    return county.study.programme


def keep(programme, *, at=NOW):
    return actions.keep_board(programme=programme, by=SYSTEM, at=at)


def row_facts(board):
    return [(row.name, row.child, row.people, row.passed, row.late, row.sums, row.counts, row.done, row.spread) for row in board.rows]


def test_kept_figures_are_those_reckoned_at_every_level_and_stage(county, programme):
    units = [None, county.study.school, county.second]
    stages = ["", "初中", "小学"]
    reckoned = {(unit, stage): queries.board(county.place(unit), at=NOW, stage=stage) for unit in units for stage in stages}
    grown = {unit: queries.growth(reckoned[unit, ""]) for unit in units}

    keep(programme)

    for (unit, stage), before in reckoned.items():
        now = queries.board(county.place(unit), at=LATER, stage=stage)
        assert (now.kept is not None, now.as_of) == ((True, NOW) if unit is None else (False, LATER))  # schools are reckoned
        assert row_facts(now) == row_facts(before)
        assert [row.schedules for row in now.rows] == [pytest.approx(row.schedules) for row in before.rows]
    assert {unit: queries.growth(queries.board(county.place(unit), at=LATER)) for unit in units} == grown
    assert any(hours for hours in grown.values())


def test_what_happens_afterwards_is_seen_when_kept_again(county, programme):
    keep(programme)
    learning.participant(programme, county.second, name="孙三")

    assert queries.board(county.place(), at=LATER).all.people == 3
    keep(programme, at=LATER)
    assert queries.board(county.place(), at=LATER).all.people == 4
    assert KeptFigure.objects.filter(programme=programme, stage="", parent=county.second.path).count() == 1


def test_nothing_is_read_that_measures_something_else_or_is_old(county, programme):
    factories.kept_board(programme, columns=["casework"], people=9)
    assert queries.board(county.place(), at=NOW).kept is None

    keep(programme)
    assert queries.board(county.place(), at=NOW + kept.OLD).kept is None


def test_due_is_a_large_programme_in_which_something_was_recorded(county, programme, monkeypatch):
    assert queries.due(before=NOW) == []  # three people are reckoned at each look
    monkeypatch.setattr(kept, "MANY", 3)
    assert queries.due(before=NOW) == [programme.pk]

    keep(programme)
    KeptBoard.objects.update(xid=2**62)  # as if all that was recorded were older
    assert queries.due(before=NOW) == []
    assert queries.due(before=LATER) == [programme.pk]
    KeptBoard.objects.update(xid=0)
    assert queries.due(before=NOW) == [programme.pk]


def test_the_task_keeps_what_is_due(county, programme, monkeypatch):
    monkeypatch.setattr(kept, "MANY", 3)

    tasks.keep_boards(timestamp=0)

    assert KeptBoard.objects.get().people == 3


def test_who_looks_at_boards_may_recount_and_nobody_else(county, programme):
    assert actions.keep_board(programme=programme, by=county.actor, at=NOW).people == 3
    with pytest.raises(NotPermitted):
        actions.keep_board(programme=programme, by=Actor(person_id=1, label="路人"), at=NOW)


def test_the_page_says_as_of_when_and_recounts_at_once(county, programme):
    keep(programme, at=clock.now() - timedelta(minutes=3))
    learning.participant(programme, county.second, name="孙三")
    address = reverse("insight:board")

    before = county.browser.get(address).content.decode()
    answer = county.browser.post(reverse("insight:recount"), {"unit": county.study.county.pk, "programme": programme.pk}, follow=True)

    assert "现在重算" in before
    assert "已重算" in answer.content.decode()
    assert queries.board(county.place(), at=clock.now()).all.people == 4


def test_a_province_recounts_in_the_background(county, programme):
    keep(programme, at=clock.now())
    KeptBoard.objects.update(people=50_000)

    answer = county.browser.post(reverse("insight:recount"), {"unit": county.study.county.pk, "programme": programme.pk}, follow=True)

    assert "正在重算" in answer.content.decode()


def test_a_board_of_kept_figures_costs_the_same_for_many(county, programme, assert_same_queries):
    keep(programme, at=clock.now())

    def more():
        for number in range(9):
            learning.participant(programme, county.second, name=f"新{number}")
        keep(programme, at=clock.now())

    assert_same_queries(lambda: county.browser.get(reverse("insight:board")), more)
