"""A plan that follows another may tighten and not loosen."""

from decimal import Decimal

import pytest

from tests.programmes.plan.texts import SMALL, shipped, small, spoil, text_of
from yanxiu.programmes.plan.framework import bounds, online_hours
from yanxiu.programmes.plan.reading import load, read

FOLLOWS = ("year: 2026}", "year: 2026, follows: [moe-net-school]}")
PUSHES = ("briefing.issued, min: 2", "resource.pushed, min: 20")
MOOC = ("window: study, hours: 6,", "window: study, hours: 6, mooc: {hours: 2.5, segment_max_minutes: 15},")
OFFER = ("min_hours: 4, topics", "min_hours: 4, catalogue_min_hours: 20, topics")


def against_the_guide(*changes):
    text = spoil(SMALL, FOLLOWS, *changes)
    reading = read(text.encode(), frameworks={"moe-net-school": shipped("002")})
    return [one for one in reading.complaints if one.code == "framework"], reading


def test_golden_8_forty_online_hours():
    stated = bounds(shipped("002"))

    assert stated.mooc_min_hours(Decimal(40)) == 10
    assert stated.elective_min_hours(Decimal(40)) == 80
    assert stated.segment_max_minutes == 15
    assert stated.mooc_soft
    assert stated.elective_soft


def test_a_plan_inside_the_bounds_passes():
    found, reading = against_the_guide(PUSHES, MOOC, OFFER)

    assert found == []
    assert reading.is_sound


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        ((MOOC[1], MOOC[1].replace("2.5", "2.4")), "learn[cases]", "按线上 10 学时要有 2.5 学时，现有 2.4"),
        ((MOOC[1], MOOC[1].replace("15", "16")), "learn[cases].mooc.segment_max_minutes", "每段课程不超过 15 分钟，课例 写了 16 分钟"),
        ((OFFER[1], OFFER[1].replace("20", "19")), "learn[electives]", "要有 20 学时，现有 19"),
        ((PUSHES[1], PUSHES[1].replace("20", "19")), "duties.topic_host[briefing]", "推送资源不少于 20 件，方案写了 19"),
        ((PUSHES[1], "briefing.issued, min: 20"), "duties", "推送资源不少于 20 件，方案里没有"),
    ],
)
def test_what_is_in_principle_is_said_and_not_refused(change, key, said):
    found, reading = against_the_guide(PUSHES, MOOC, OFFER, change)

    assert [(one.key, one.severity) for one in found] == [(key, "warn")]
    assert said in found[0].message
    assert reading.is_sound


def test_a_hard_bound_refuses():
    guide = load(text_of("002").replace("soft: true", "soft: false").encode())
    reading = read(spoil(SMALL, FOLLOWS).encode(), frameworks={"moe-net-school": guide})

    found = [one for one in reading.complaints if one.code == "framework"]
    assert {one.severity for one in found} == {"error"}
    assert len(found) == 3
    assert not reading.is_sound


def test_offline_hours_do_not_count_as_online():
    assert online_hours(small().plan) == 10
    assert online_hours(small(("hours: 6,", "hours: 6, offline_hours: 2,")).plan) == 8
    assert online_hours(small(("hours: 6,", "hours: 6, online_hours: 1,")).plan) == 5


PARENT = SMALL
CHILD = spoil(SMALL, ("id: small", "id: child"), ("year: 2026}", "year: 2026, follows: [small]}"))


def against_the_parent(*changes):
    reading = read(spoil(CHILD, *changes).encode(), frameworks={"small": load(PARENT.encode())})
    return [(one.key, one.severity) for one in reading.complaints if one.code == "framework"]


def test_the_same_plan_and_a_tighter_one_pass():
    assert against_the_parent() == []
    assert (
        against_the_parent(("min: 2, per", "min: 3, per"), ("from: 2026-09-21, to: 2026-11-30", "from: 2026-09-21, to: 2026-11-20")) == []
    )
    assert (
        against_the_parent(
            ("min_hours: 4, lock", "min_hours: 5, lock"), ("min_hours: 4, topics", "min_hours: 5, topics"), ("hours: 10", "hours: 11")
        )
        == []
    )


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ([("min: 2, per", "min: 1, per")], [("duties.topic_host[briefing]", "error")]),
        ([("min: 2, per", "min: 2, soft: true, per")], [("duties.topic_host[briefing]", "error")]),
        (
            [("duties:\n  topic_host:\n    - {id: briefing, metric: briefing.issued, min: 2, per: workshop, in: study}\n", "")],
            [("duties", "error")],
        ),
        ([("to: 2026-11-30, do", "to: 2026-12-01, do")], [("phases[study]", "error")]),
        (
            [("min_hours: 4, topics", "min_hours: 3, topics"), ("hours: 10", "hours: 9")],
            [("learn[electives]", "error"), ("totals[total]", "error")],
        ),
        ([("unit: credit", "unit: credit\n  ratio: 1.5")], [("credit.ratio", "error")]),
        ([(", register_only_if: learner", "")], [("credit.awards[courses]", "error")]),
    ],
)
def test_loosening_is_refused_at_its_place(changes, keys):
    assert against_the_parent(*changes) == keys


def test_a_larger_award_is_refused():
    on_pass = ("rule: per_course, to: [learner], all_or_nothing: course,", "rule: on_pass, if: learner, amount: 10, to: [learner],")
    parent = load(spoil(PARENT, on_pass).encode())

    reading = read(spoil(CHILD, on_pass, ("amount: 10", "amount: 11")).encode(), frameworks={"small": parent})

    assert [(one.key, one.code) for one in reading.complaints] == [("credit.awards[courses].amount", "framework")]


def test_a_plan_that_is_not_at_hand_is_said():
    found = read(spoil(SMALL, FOLLOWS).encode()).complaints

    assert [(one.key, one.code, one.severity) for one in found] == [("programme.follows[0]", "follows", "warn")]
