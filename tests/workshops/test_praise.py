"""Praise: given with a reason, counted for both, taken back; who might be praised."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.people.models import Person
from yanxiu.records.queries import differences
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Membership, MembershipState, PostKind, Praise

REASON = "把追问写成三级问题链，大家都用上了"


def give(shop, *, by=None, person=None, reason=REASON, at=make.AT):
    person = person or Person.objects.get(pk=shop.member.person_id)
    return actions.praise(workshop=shop.space, person=person, reason=reason, by=by or shop.host, at=at)


def test_praise_is_shown_and_counts_for_both(shop):
    given = give(shop)

    assert [row.pk for row in queries.wall(permissions.visible_praise(shop.member), shop.space).rows] == [given.pk]
    assert shop.count("praise.given", person_id=shop.host.person_id) == 1
    assert shop.count("praise.received", person_id=shop.member.person_id) == 1


def test_taken_back_it_is_gone_and_counts_no_more(shop):
    given = give(shop)

    actions.withdraw_praise(praise=given, by=shop.host, at=make.days(1))

    assert not permissions.visible_praise(shop.member).exists()
    assert shop.count("praise.given") == shop.count("praise.received") == 0
    assert not differences()
    with pytest.raises(Conflict, match="已经收回"):
        actions.withdraw_praise(praise=given, by=shop.host, at=make.days(1))
    assert give(shop, at=make.AT).pk != given.pk  # the day is free again


def test_who_may_praise_and_take_back(shop):
    other = make.host(shop.space)
    for nobody in (shop.member, shop.office, programmes.learner(shop.newcomer())):
        with pytest.raises(NotPermitted):
            give(shop, by=nobody)
    given = give(shop)
    with pytest.raises(NotPermitted):
        actions.withdraw_praise(praise=given, by=shop.member, at=make.AT)
    actions.withdraw_praise(praise=given, by=other, at=make.AT)  # keeps order in the same workshop


def test_praise_says_what_is_wrong(shop):
    with pytest.raises(Invalid, match="4—200 个字，现在 2 个") as caught:
        give(shop, reason=" 很好 ")
    assert caught.value.field == "reason"
    with pytest.raises(Invalid):
        give(shop, reason="好" * 201)
    with pytest.raises(Conflict, match="的成员，表扬给坊内成员"):
        give(shop, person=shop.newcomer())
    give(shop)
    with pytest.raises(Conflict, match="今天已经表扬过李雷"):
        give(shop, reason="第二条也写得好")
    give(shop, reason="第二天又有新的", at=make.days(1))
    assert shop.count("praise.given") == 2


def test_nobody_praises_oneself(shop):
    host = Person.objects.get(pk=shop.host.person_id)
    make.membership(shop.space, host)
    with pytest.raises(Conflict, match="不能表扬自己"):
        give(shop, person=host)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.praise(shop.space, host, host)
    assert not Praise.objects.exists()


def test_candidates_follow_the_formula_and_leave_out_the_praised(shop):
    other = make.member(shop.space, shop.school, name="韩梅梅")
    question = make.post(shop.space, shop.member, kind=PostKind.QUESTION)
    answer = make.answer(question, other)
    actions.accept_answer(answer=answer, by=shop.member, at=make.AT)
    for _number in range(12):
        make.reply(make.post(shop.space, shop.host), shop.member)
    hidden = make.post(shop.space, other)
    actions.hide(post=hidden, reason="与主题无关", by=shop.host, at=make.AT)

    found = queries.candidates(shop.space, at=make.days(1))

    # 8 for the accepted answer, 3 for the answer; thirteen posts of hers count as ten.
    assert [(one.name, one.score) for one in found] == [("韩梅梅", 11), ("李雷", 10)]
    assert found[1].parts == (("发言", 13, 10),)
    assert all(one.score == sum(points for _word, _count, points in one.parts) for one in found)
    give(shop, person=answer.author)
    assert [one.name for one in queries.candidates(shop.space, at=make.days(1))] == ["李雷"]
    assert not queries.candidates(shop.space, at=make.AT + timedelta(days=40))


def test_who_has_left_is_no_candidate(shop):
    make.post(shop.space, shop.member)
    Membership.objects.update(state=MembershipState.LEFT, left_at=make.AT)
    assert not queries.candidates(shop.space, at=make.days(1))
