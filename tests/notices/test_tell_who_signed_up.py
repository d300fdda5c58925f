"""Whom messages reach because of activities, ballots and problems."""

from datetime import timedelta

import pytest

from tests.workshops import factories as make
from tests.workshops import tools_factories as tools
from tests.workshops.conftest import build
from yanxiu.notices import reactions, spaces
from yanxiu.notices.models import Delivery
from yanxiu.records.models import Record
from yanxiu.workshops import actions
from yanxiu.workshops.actions import ActivityFacts


@pytest.fixture
def shop(db):
    return build()


def heard(reaction, **wanted):
    for record in Record.objects.filter(**wanted).order_by("pk"):
        for _ in range(2):  # at least once
            reaction(record)
    return sorted(Delivery.objects.values_list("person", "notice__title"))


def test_who_waits_is_told_when_a_place_comes_free(shop):
    held = tools.activity(shop.space, shop.host, title="读书会", places=1)
    for who in (shop.host, shop.member):
        actions.sign_up(activity=held, by=who, at=make.AT)
    actions.cancel_sign_up(activity=held, by=shop.host, at=make.AT)

    assert heard(reactions.tell_who_moved_up, verb="moved_up") == [(shop.member.person_id, "“读书会”有名额了，您已报上名")]


def test_who_signed_up_is_told_of_a_change_and_why_it_is_called_off(shop):
    held = tools.activity(shop.space, shop.host, title="读书会")
    actions.sign_up(activity=held, by=shop.member, at=make.AT)
    later = held.starts_at + timedelta(days=1)
    facts = ActivityFacts(mode="offline", place="图书馆", starts_at=later, ends_at=later + timedelta(hours=1))
    actions.change_activity(activity=held, facts=facts, by=shop.host, at=make.AT)
    actions.call_off_activity(activity=held, reason="台风停课", by=shop.host, at=make.AT)

    told = heard(reactions.tell_who_signed_up, object_type="activity", verb__in=["changed", "called_off"])

    assert [title for _person, title in told] == ["“读书会”取消了", "“读书会”的安排改了"]
    bodies = set(Delivery.objects.values_list("notice__body", flat=True))
    assert "台风停课" in bodies
    assert any("图书馆" in body for body in bodies)


def test_who_has_not_answered_is_reminded_and_whose_problem_is_solved_is_told(shop):
    asked = tools.ballot(shop.space, shop.host, title="需求调研")
    actions.remind_ballot(ballot=asked, by=shop.host, at=make.AT)
    assert heard(reactions.tell_who_has_not_answered, verb="reminded", object_type="ballot") == [
        (shop.member.person_id, "“需求调研”等您作答")
    ]
    one = tools.problem(shop.space, shop.member, title="不敢提问", state="discussing")
    actions.publish_solution(problem=one, title="三步法", source="先写后说。", by=shop.host, at=make.AT)

    told = heard(reactions.tell_whose_problem_is_solved, verb="published", object_type="solution")

    assert (shop.member.person_id, "“不敢提问”有了解决方案") in told
    assert len(told) == 2


def test_the_hosts_of_a_space_are_told_that_it_is_asked_until_it_answers(shop):
    held = tools.activity(shop.space, shop.host, title="同课异构")
    other = make.space(shop.county, programme=shop.programme, topic="作业设计", title="作业设计专题工作坊")
    host = make.host(other)
    heard_of = {"object_type": "activity_host"}

    for told in ([(host.person_id, "班级管理专题工作坊请作业设计专题工作坊一起办“同课异构”")],) * 2:  # asked again after it declined
        asked = actions.ask_space(activity=held, space=other, by=shop.host, at=make.AT)
        assert heard(spaces.tell_who_is_asked_to_hold, verb="asked", **heard_of) == told
        assert Delivery.objects.get().notice.link == f"/workshops/{other.pk}/activities/"
        actions.leave_holding(asked=asked, by=host, at=make.AT)
        assert heard(spaces.take_the_question_back, verb="declined", **heard_of) == []
    asked = actions.ask_space(activity=held, space=other, by=shop.host, at=make.AT)
    heard(spaces.tell_who_is_asked_to_hold, verb="asked", **heard_of)
    actions.agree_to_hold(asked=asked, by=host, at=make.AT)
    assert heard(spaces.take_the_question_back, verb="agreed", **heard_of) == []
