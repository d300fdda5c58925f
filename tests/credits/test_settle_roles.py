"""Settling people whose place moved: to another version of the plan, into several roles, out of the programme; and whose findings changed."""

from datetime import UTC, datetime

import pytest

from tests.credits import factories as make
from tests.credits.test_corrections import AT, PLAN, World, studied
from tests.programmes import factories as programmes
from yanxiu.credits import actions, queries, settlement
from yanxiu.credits.models import Entry, Settlement
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation.models import Waiver
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict
from yanxiu.programmes import actions as programme_actions
from yanxiu.programmes.models import Enrolment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each publishes a whole programme

HOSTS = """\
programme: {id: all, title: 主持人, level: county, owner: 某县教育局, year: 2026}
audience:
  - {id: all, stages: [高中]}
phases:
  - {id: study, label: 研修, from: 2026-11-01, to: 2027-06-30, for: [learner, subject_host, topic_host], do: [learn]}
learn:
  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 4}
  - {id: skills, label: 教学技能, kind: compulsory, window: study, hours: 4}
assess:
  - {kind: decision, id: host, label: 主持人考核, of: [subject_host, topic_host], by: [项目办], grades: [优秀, 合格, 不合格], pass_grade: 合格}
credit:
  unit: credit
  cutoff: "12-31"
  awards:
    - id: courses
      rule: per_course
      to: [learner, subject_host, topic_host]
      multipliers: [{if: host, grade: 合格, x: 2}, {if: host, grade: 优秀, x: 3}]
"""
WHOLE = {"courses": 4, "whole": 4, "lump": 10, "one": 1, "registered": 19}


def published_again(world: World, source: str, *, move: bool) -> None:
    """A second version, that differs in its title at least."""
    programme_actions.publish(
        programme=world.programme, source=source.replace("title: ", "title: 新", 1), parameters={}, reason="改了标题", move_participants=move,
        by=SYSTEM, at=programmes.AT,
    )  # fmt: skip
    world.programme.refresh_from_db()
    evaluation.lay_down(version=world.programme.current, by=SYSTEM, at=programmes.AT)
    if move:
        evaluation.move_roles(version=world.programme.current, by=SYSTEM, at=programmes.AT)


def as_host(world: World, role: str, grade: str, *, space: int = 77) -> None:
    evaluation.give_role(
        programme=world.programme, person=world.person, role=role, space_id=space, unit_path=world.person.unit_path, by=SYSTEM, at=AT
    )
    graded(world, role, grade)


def graded(world: World, role: str, grade: str) -> None:
    evaluation.judge(
        programme=world.programme, key=f"host.{role}", person=world.person, passed=grade != "不合格", grade=grade, by=SYSTEM, at=AT
    )


def left(world: World) -> None:
    enrolment = Enrolment.objects.get(programme=world.programme, person=world.person)
    programme_actions.approve_leave(withdrawal=programmes.withdrawal(enrolment), by=SYSTEM, at=AT)


def waived(world: World, key: str) -> Waiver:
    enrolment = Enrolment.objects.get(programme=world.programme, person=world.person)
    return evaluation.waive(enrolment=enrolment, key=key, reason="产假", by=SYSTEM, at=AT)


@pytest.mark.parametrize("came_back", [False, True])
def test_what_waited_under_an_earlier_version_is_registered_under_the_next(db, came_back):
    world = World()
    studied(world, "l1", "l2", "s1")
    world.settle()
    if came_back:
        left(world)
    published_again(world, PLAN, move=not came_back)
    if came_back:
        programme_actions.enrol(person=world.person, programme=world.programme, by=SYSTEM, at=AT)
    world.study("s2")

    world.settle()

    assert world.sums() == WHOLE
    assert world.settle() == 0
    assert world.differences() == []


def test_a_run_waits_while_a_version_that_came_meanwhile_is_not_laid_down(db):
    """Its windows cut the time anew: by the requirements of before, hours would count that lie outside."""
    world = World()
    studied(world, "l1", "l2", "s1", "s2")
    actions.start_settlement(programme=world.programme, by=SYSTEM, at=make.SETTLED)
    programme_actions.publish(
        programme=world.programme, source=PLAN.replace("from: 2026-11-01", "from: 2026-11-21"), parameters={}, reason="改了日期", by=SYSTEM,
        at=programmes.AT,
    )  # fmt: skip

    with pytest.raises(Conflict, match="稍等一分钟"):
        world.settle()
    assert not Entry.objects.exists()

    world.programme.refresh_from_db()
    evaluation.lay_down(version=world.programme.current, by=SYSTEM, at=programmes.AT)
    world.settle()
    assert world.sums() == WHOLE  # hers is the first version, by which the days of before count


def test_a_later_version_that_asks_more_takes_nothing_that_was_given(db):
    world = World()
    studied(world, "l1", "l2", "s1", "s2")
    world.settle()
    published_again(world, PLAN.replace("window: study, hours: 4", "window: study, hours: 6"), move=True)

    assert world.settle() == 0
    assert world.sums() == WHOLE
    assert world.differences() == []


def test_a_learner_who_becomes_host_by_a_later_version_keeps_what_she_has(db):
    """Her entries are judged by the version in which she learns: the other knows nothing of them."""
    world = World()
    studied(world, "l1", "l2", "s1", "s2", "s3")
    world.settle()
    published_again(world, PLAN, move=False)
    evaluation.give_role(
        programme=world.programme, person=world.person, role="topic_host", space_id=77, unit_path=world.person.unit_path, by=SYSTEM, at=AT
    )
    world.withhold("s3")

    world.settle()

    assert world.sums() == WHOLE
    assert world.settle() == 0
    assert world.differences() == []


@pytest.mark.parametrize("move", [False, True])
def test_the_results_show_who_stays_with_an_earlier_version(db, move):
    world = World()
    studied(world, "l1", "l2", "s1", "s2")
    world.settle()
    published_again(world, PLAN.replace("window: study, hours: 4", "window: study, hours: 6"), move=move)

    page, counts = queries.outcomes_of(world.programme, programmes.holder("county_admin", world.programme.owner), at=AT)

    assert [(one.name, one.passed, one.missing) for one in page.rows] == [("周敏", not move, ("法律法规", "教学技能") if move else ())]
    assert (counts.passed, counts.failed) == ((0, 1) if move else (1, 0))


@pytest.mark.parametrize("move", [False, True])
def test_a_host_of_a_later_version_gets_the_double_of_what_was_earned_before(db, move):
    world = World(HOSTS)
    studied(world, "l1", "l2", "s1")
    world.settle()
    published_again(world, HOSTS, move=move)
    as_host(world, "subject_host", "合格")

    world.settle()

    assert world.sums() == {"courses": 12, "registered": 12}
    assert world.settle() == 0
    assert world.differences() == []


def test_of_two_passed_assessments_the_larger_factor_counts_once(db):
    """D-10: never twice on one course."""
    world = World(HOSTS)
    studied(world, "l1", "l2")
    as_host(world, "subject_host", "合格")
    as_host(world, "topic_host", "合格", space=78)
    world.settle()
    assert world.sums() == {"courses": 8, "registered": 8}

    graded(world, "topic_host", "优秀")
    world.settle()

    assert world.sums() == {"courses": 12, "registered": 12}
    assert world.differences() == []


def test_a_finding_that_another_replaces_takes_its_factor_along(db):
    world = World(HOSTS)
    studied(world, "l1", "l2")
    as_host(world, "subject_host", "合格")
    for grade, amount in (("不合格", 4), ("合格", 8), ("优秀", 12), ("不合格", 4), ("合格", 8)):
        graded(world, "subject_host", grade)
        world.settle()

        assert world.sums() == {"courses": amount, "registered": amount}
        assert world.settle() == 0
        assert world.differences() == []


def test_the_bonus_of_what_was_reversed_by_hand_stays_with_the_hand(db):
    world = World(HOSTS)
    studied(world, "l1", "l2")
    as_host(world, "subject_host", "合格")
    world.settle()
    actions.reverse(entry=Entry.objects.get(source_key__startswith="earn:", label="l1"), reason="重复登记", by=SYSTEM, at=make.SETTLED)
    graded(world, "subject_host", "不合格")

    world.settle()

    assert world.sums() == {"courses": 4, "registered": 4}  # l2, and the bonus of l1, which waits for the hand


def test_who_left_keeps_what_was_entered_and_nothing_waits_to_be_registered(db):
    world = World()
    studied(world, "l1", "l2", "s1", "s2")
    world.settle()
    left(world)

    assert world.settle() == 0
    assert world.sums() == WHOLE
    assert world.differences() == []


def test_a_waiver_taken_back_takes_what_rested_on_it(db):
    world = World()
    first, _second = waived(world, "law"), waived(world, "skills")
    actions.settle(programme=world.programme, by=SYSTEM, at=datetime(2026, 12, 20, tzinfo=UTC))
    assert world.sums() == {"lump": 10, "one": 1, "registered": 11}
    assert settlement.differences(world.programme, as_of=datetime(2027, 1, 20, tzinfo=UTC)) == []  # no record tells a year

    evaluation.unwaive(waiver=first, by=SYSTEM, at=AT)
    world.settle()

    assert world.sums() == {"one": 1, "registered": 1}
    assert world.differences() == []


def test_who_has_nothing_registered_any_more_is_not_among_the_qualified(db):
    world = World()
    studied(world, "l1", "l2", "s1", "s2")
    world.settle()
    assert Settlement.objects.latest("pk").qualified == 1

    for name in ("l1", "l2", "s1", "s2"):
        world.withhold(name)
    world.settle()

    assert Settlement.objects.latest("pk").qualified == 0
