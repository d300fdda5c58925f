"""Counting from the rows: equal while all goes through the actions, and a counter that lies is named."""

import json

import pytest
from django.core.management import call_command

from tests.catalogue import resource_factories as resources
from tests.workshops import factories as make
from yanxiu.people.models import Person
from yanxiu.records.models import Tally
from yanxiu.workshops import actions
from yanxiu.workshops.models import CheckIn, PostKind
from yanxiu.workshops.queries.recount import recount, row_totals


@pytest.fixture
def busy(shop):
    """A workshop and its sub-workshop with something of each kind; what is hidden, added or withdrawn is no longer counted."""
    sub = make.sub_workshop(shop.space)
    other = make.member(sub, shop.school, name="韩梅梅")
    briefing = make.post(shop.space, shop.host, kind=PostKind.BRIEFING)
    actions.mark_read(post=briefing, by=shop.member, at=make.days(1))
    make.reply(briefing, shop.member)
    make.reply(make.post(sub, other), other)
    question = make.post(shop.space, shop.member, kind=PostKind.QUESTION)
    first = make.answer(question, shop.host)
    make.answer(question, shop.host)
    make.answer(question, shop.member)
    actions.hide(post=first, reason="与主题无关", by=shop.host, at=make.days(2))  # the second answer counts instead
    actions.check_in(space=sub, by=other, at=make.AT)
    for day in (1, 2):
        given = actions.praise(
            workshop=shop.space, person=Person.objects.get(pk=other.person_id), reason="每次都来", by=shop.host, at=make.days(day)
        )
    actions.withdraw_praise(praise=given, by=shop.host, at=make.days(3))
    return shop


def test_counters_are_what_stands_in_the_spaces(busy):
    assert recount() == []
    assert recount(space_ids=[busy.space.pk]) == []
    assert row_totals() == {
        "briefing.issued": 1, "briefing.posts": 1, "briefing.read": 1, "checkin": 1, "discussion": 2, "praise.given": 1,
        "praise.received": 1, "qa.answered": 1, "qa.asked": 1,
    }  # fmt: skip
    assert recount(space_ids=[]) == []


def test_a_row_that_was_never_recorded_and_a_counter_too_high_are_named(busy):
    CheckIn.objects.create(workshop=busy.space, person_id=busy.member.person_id, on=make.AT.date(), at=make.AT)
    Tally.objects.filter(metric="qa.answered", space_id=busy.space.pk).update(count=9)

    found = {one.metric: (one.person_id, one.tally, one.rows) for one in recount()}

    assert found == {"checkin": (busy.member.person_id, 0, 1), "qa.answered": (busy.host.person_id, 9, 1)}


def test_the_command_says_so_and_fails(busy, capsys):
    call_command("workshops", "recount", check=True)
    assert "计数与坊内的内容一致" in capsys.readouterr().out
    Tally.objects.filter(metric="checkin").update(count=5)
    with pytest.raises(SystemExit):
        call_command("workshops", "recount", check=True, json=True)
    assert json.loads(capsys.readouterr().out)["differences"][0]["rows"] == 1


def test_a_resource_counts_once_where_its_maker_brings_it_and_again_when_it_comes_back(shop):
    one = resources.resource(owner=Person.objects.get(pk=shop.member.person_id), state="kept", unit=shop.school)
    post = actions.share_resource(space=shop.space, resource=one, by=shop.member, at=make.AT).post
    assert shop.count("resource.uploaded", person_id=shop.member.person_id) == 1
    for verb, count in ((actions.hide, 0), (actions.restore, 1)):
        verb(post=post, by=shop.host, at=make.days(1), **({"reason": "与主题无关"} if verb is actions.hide else {}))
        assert shop.count("resource.uploaded") == count
        assert recount() == []
