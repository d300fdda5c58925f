"""Points: what taking part is worth, with bounds by the day and altogether; explained, and never stored."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.kit.errors import Invalid, NotPermitted
from yanxiu.people.models import Person
from yanxiu.workshops import actions, queries
from yanxiu.workshops.actions import Worth
from yanxiu.workshops.models import PointRule


def own(shop):
    return {
        line.metric: (line.count, line.gross, line.within_days, line.points)
        for line in queries.own_points(shop.space, shop.member.person_id)
    }


def test_points_are_what_the_rules_say(shop):
    make.point_rule(shop.space, "discussion", points=2)
    make.point_rule(shop.space, "qa.asked", points=3, a_day=5)
    for number in range(3):
        make.post(shop.space, shop.member, at=make.days(number))
    for day in (0, 0, 0, 1):
        make.post(shop.space, shop.member, kind="question", at=make.days(day))

    assert own(shop) == {"discussion": (3, 6, 6, 6), "qa.asked": (4, 12, 8, 8)}
    (row,) = queries.point_table(shop.space).rows
    assert (row.name, row.points, row.count, row.place) == ("李雷", 14, 7, 1)


def test_a_bound_altogether_and_a_bound_of_the_day_cut_one_after_the_other(shop):
    make.point_rule(shop.space, "discussion", points=2, a_day=4, at_most=7)
    for day in (0, 0, 0, 1, 2):
        make.post(shop.space, shop.member, at=make.days(day))

    (line,) = queries.own_points(shop.space, shop.member.person_id)

    assert (line.gross, line.within_days, line.points, line.is_cut) == (10, 8, 7, True)


def test_what_is_hidden_is_worth_nothing_and_the_day_counts_anew(shop):
    make.point_rule(shop.space, "discussion", points=2, a_day=4)
    posts = [make.post(shop.space, shop.member) for _ in range(3)]
    assert own(shop)["discussion"][3] == 4

    actions.hide(post=posts[0], reason="与主题无关", by=shop.host, at=make.days(1))
    assert own(shop)["discussion"][3] == 4  # two are left: 2 × 2
    actions.hide(post=posts[1], reason="与主题无关", by=shop.host, at=make.days(1))
    assert own(shop)["discussion"][3] == 2
    actions.restore(post=posts[1], by=shop.host, at=make.days(2))
    assert own(shop)["discussion"][3] == 4


def test_the_rule_of_the_workshop_goes_before_that_of_the_programme(shop):
    make.point_rule(shop.programme, "discussion", points=1)
    make.point_rule(shop.programme, "qa.asked", points=1)
    make.post(shop.space, shop.member)
    make.post(shop.space, shop.member, kind="question")
    assert [rule.points for rule in queries.rules_of(shop.space)] == [1, 1]

    actions.set_points(of=shop.space, worths=[Worth(metric="discussion", points=Decimal(5))], by=shop.host, at=make.AT)

    assert own(shop) == {"discussion": (1, 5, 5, 5), "qa.asked": (1, 1, 1, 1)}
    actions.set_points(of=shop.space, worths=[Worth(metric="discussion", points=Decimal(0))], by=shop.host, at=make.AT)
    assert own(shop)["discussion"][3] == 0  # switched off here
    actions.set_points(of=shop.space, worths=[], by=shop.host, at=make.AT)
    assert own(shop)["discussion"][3] == 1


def test_without_and_with_a_bound_of_the_day_that_never_bites_points_are_the_same(shop):
    for day in (0, 0, 1, 3):
        make.post(shop.space, shop.member, at=make.days(day))
        actions.praise(
            workshop=shop.space, person=Person.objects.get(pk=shop.member.person_id), reason="日志写得细", by=make.host(shop.space),
            at=make.days(day),
        )  # fmt: skip
    found = []
    for a_day in (None, 1000):
        PointRule.objects.all().delete()
        make.point_rule(shop.space, "discussion", points=2, a_day=a_day)
        make.point_rule(shop.space, "praise.received", points=5, a_day=a_day)
        found.append(own(shop))
    assert found[0] == found[1] == {"discussion": (4, 8, 8, 8), "praise.received": (4, 20, 20, 20)}


def test_who_sets_points(shop):
    worths = [Worth(metric="checkin", points=Decimal(1))]
    for by in (shop.host, shop.office):
        actions.set_points(of=shop.space, worths=worths, by=by, at=make.AT)
    actions.set_points(of=shop.programme, worths=worths, by=shop.office, at=make.AT)
    for by, of in (
        (shop.member, shop.space),
        (shop.host, shop.programme),
        (programmes.holder("school_admin", shop.school), shop.programme),
    ):
        with pytest.raises(NotPermitted):
            actions.set_points(of=of, worths=worths, by=by, at=make.AT)
    assert PointRule.objects.count() == 2


@pytest.mark.parametrize(
    ("worth", "field"),
    [
        (Worth(metric="nothing", points=Decimal(1)), "metric"),
        (Worth(metric="checkin", points=Decimal(-1)), "checkin.points"),
        (Worth(metric="checkin", points=Decimal("1.005")), "checkin.points"),
        (Worth(metric="checkin", points=Decimal("NaN")), "checkin.points"),
        (Worth(metric="checkin", points=Decimal(1), a_day=Decimal(0)), "checkin.a_day"),
        (Worth(metric="checkin", points=Decimal(1), at_most=Decimal(1001)), "checkin.at_most"),
    ],
)
def test_points_that_cannot_be_used_change_nothing(shop, worth, field):
    make.point_rule(shop.space, "checkin", points=3)
    with pytest.raises(Invalid) as caught:
        actions.set_points(of=shop.space, worths=[worth], by=shop.host, at=make.AT)
    assert caught.value.field == field
    assert PointRule.objects.get().points == 3


def test_a_place_is_shared_and_who_has_none_stands_last(shop):
    make.point_rule(shop.space, "discussion", points=2)
    other = make.member(shop.space, shop.school, name="韩梅梅")
    make.member(shop.space, shop.school, name="周老师")
    for by in (shop.member, other):
        make.post(shop.space, by, at=make.AT + timedelta(hours=1))

    rows = queries.point_table(shop.space).rows

    assert [(row.points, row.place) for row in rows] == [(2, 1), (2, 1), (0, 3)]
    assert [row.name for row in queries.point_table(shop.space, words="韩").rows] == ["韩梅梅"]
