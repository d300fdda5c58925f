"""The division of labour in a host team, and the board of duties per workshop and per host."""

import pytest

from tests.workshops import factories as make
from yanxiu.evaluation import actions as evaluation
from yanxiu.evaluation import standing
from yanxiu.evaluation.models import Role
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.people.models import Person
from yanxiu.workshops import actions, queries
from yanxiu.workshops.models import HostShare, PostKind


def person(actor):
    return Person.objects.get(pk=actor.person_id)


def share(shop, *, by=None, who=None, **facts):
    facts = facts or {"duty": "th_answers"}
    return actions.share_labour(workshop=shop.space, person=person(who or shop.host), by=by or shop.host, at=make.AT, **facts)


def test_a_share_is_kept_and_ended(shop):
    kept = share(shop, words="周三、周五晚上")
    share(shop, group="第一组")
    share(shop, by=shop.office, duty="th_answers")

    (row,) = queries.team(shop.space, queries.hosts_of(shop.space, on=make.AT.date()))
    assert [(one.duty, one.group, one.words) for one in row.shares] == [
        ("", "", "周三、周五晚上"),
        ("", "第一组", ""),
        ("th_answers", "", ""),
    ]
    actions.end_share(share=kept, by=shop.host, at=make.days(1))
    with pytest.raises(Conflict, match="已经结束"):
        actions.end_share(share=kept, by=shop.host, at=make.days(1))
    assert HostShare.objects.filter(until_at__isnull=True).count() == 2


def test_what_is_refused(shop):
    with pytest.raises(NotPermitted):
        share(shop, by=shop.member)
    with pytest.raises(Invalid, match="请选一项任务"):
        share(shop, words="  ")
    with pytest.raises(Invalid, match="最多写 200 个字"):
        share(shop, words="长" * 201)
    with pytest.raises(Conflict, match="现在不是"):
        share(shop, who=shop.member)
    share(shop)
    with pytest.raises(Conflict, match="已经有这项分工"):
        share(shop)
    sub = make.sub_workshop(shop.space)
    with pytest.raises(Conflict, match="到工作坊里分工"):
        actions.share_labour(workshop=sub, person=person(shop.host), words="一", by=shop.office, at=make.AT)
    assert HostShare.objects.count() == 1


def test_briefings_count_for_the_workshop_and_answers_for_each_host(shop):
    other = make.host(shop.space)
    for by in (shop.host, shop.host, other):
        make.post(shop.space, by, kind=PostKind.BRIEFING)
    make.answer(make.post(shop.space, shop.member, kind=PostKind.QUESTION), other)

    hosts = [shop.host.person_id, other.person_id]
    rows = {row.id: row for row in queries.board(shop.space, hosts=hosts, person_id=other.person_id, at=make.days(1)).rows}

    briefings, answers = rows["th_briefing"], rows["th_answers"]
    assert (briefings.done, briefings.target, briefings.status, briefings.missing) == (3, 5, "short", 2)
    assert {one.person_id: one.count for one in briefings.hosts} == {shop.host.person_id: 2, other.person_id: 1}
    assert (answers.done, answers.of(shop.host.person_id).done) == (1, 0)
    assert (briefings.clause, answers.clause) == ("001 P2-TH-4", "001 P2-TH-7")


def test_the_board_says_what_the_evaluator_says(shop):
    """The same sums: of every duty of both hosts, before and after the window ends."""
    version = shop.programme.current
    evaluation.lay_down(version=version, by=SYSTEM, at=make.AT)
    hosts = [shop.host, make.host(shop.space)]
    for one in hosts:
        evaluation.give_role(
            programme=shop.programme, person=person(one), role="topic_host", space_id=shop.space.pk, unit_path=shop.county.path, by=SYSTEM,
            at=make.AT,
        )  # fmt: skip
    for number in range(5):
        make.post(shop.space, hosts[number % 2], kind=PostKind.BRIEFING, at=make.days(number))
        make.answer(make.post(shop.space, shop.member, kind=PostKind.QUESTION), hosts[0], at=make.days(number))
    make.post(shop.space, hosts[0], kind=PostKind.BRIEFING, at=make.days(60))  # after the window

    ids = [one.person_id for one in hosts]
    for at in (make.days(6), make.days(70)):
        board = queries.board(shop.space, hosts=ids, person_id=None, at=at)
        for person_id in ids:
            rows = standing.of(versions=[version.pk], persons=[person_id], at=at)
            judged = {row.key: row for row in rows if row.role == "topic_host"}
            for duty in board.rows:
                row = duty.of(person_id) if duty.per == "person" else duty
                assert (row.done, row.target, row.status) == (judged[duty.id].value, judged[duty.id].target, judged[duty.id].status)
    assert Role.objects.count() == 2
    assert {phase.key: phase.short for phase in board.phases} == {"p1": 1}  # briefings are met, answers are not


def test_the_desk_costs_the_same_at_one_and_ten(shop, assert_same_queries):
    def grow():
        for _number in range(10):
            host = make.host(shop.space)
            make.post(shop.space, host, kind=PostKind.BRIEFING)
            member = make.member(shop.space, shop.school)
            make.post(shop.space, member)

    make.post(shop.space, shop.host, kind=PostKind.BRIEFING)
    assert_same_queries(lambda: queries.desk(shop.space, person_id=shop.host.person_id, at=make.days(1)), grow)
